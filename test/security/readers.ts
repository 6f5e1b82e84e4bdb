/** Every reader of bytes from the network or from a file, each with inputs that make it work hardest. */
import { readTsigKey } from '../../src/acme/dns-01/tsig-key-file.ts';
import { readDirectory } from '../../src/acme/directory.ts';
import { readRetryAfter } from '../../src/acme/retry-after.ts';
import { acceptedLanguage } from '../../src/apps/demo/language.ts';
import { titleOf } from '../../src/apps/title.ts';
import { recognise } from '../../src/certificates/files/content.ts';
import { visible } from '../../src/cli/visible.ts';
import { readDocument } from '../../src/config/document.ts';
import { clearTextKind } from '../../src/edge/clear-text.ts';
import type { ConnectionFacts } from '../../src/edge/connection.ts';
import { namedByConnection } from '../../src/edge/forwarding.ts';
import { readRequestHead as readHttp2Head } from '../../src/edge/http2/fields.ts';
import { compile } from '../../src/edge/routing.ts';
import type { EdgeSnapshot } from '../../src/edge/snapshot.ts';
import { proxiedVisitor } from '../../src/edge/visitor.ts';
import { parseHostName } from '../../src/names/host-name.ts';
import { parseLog } from '../../src/nginx/program/log-line.ts';
import { matches } from '../../src/nginx/reading/glob.ts';
import { parse as parseNginx } from '../../src/nginx/reading/syntax.ts';
import { pemPieces } from '../../src/trust/bundle/pem-blocks.ts';
import { parseRequest } from '../../src/x509/request.ts';
import { route, site, upstreamAt } from '../edge/edge.ts';
import { Answer } from '../../src/acme/answer.ts';
import { readProblem } from '../../src/acme/problem.ts';
import { redact } from '../../src/base/redact.ts';
import { decodeMessage } from '../../src/dns/message.ts';
import { ClientHelloParser } from '../../src/edge/client-hello.ts';
import { BodyWalker } from '../../src/edge/http1/body.ts';
import { parseRequestHead } from '../../src/edge/http1/head.ts';
import { parseResponseHead } from '../../src/edge/http1/response-head.ts';
import { Lexer } from '../../src/nginx/reading/lexer.ts';
import { decodePem } from '../../src/x509/pem.ts';
import { readPkcs7 } from '../../src/x509/pkcs7.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';

export interface Reader {
  name: string;
  /** In src/. */
  file: string;
  /** The largest input, in bytes, that its callers accept; a smaller one where linear time shows sooner. */
  bytes: number;
  input: (bytes: number) => Buffer;
  read: (input: Buffer) => unknown;
}

const repeat = (text: string, bytes: number): Buffer => Buffer.alloc(bytes, text, 'latin1');
const framed = (start: string, text: string, bytes: number, end: string): Buffer =>
  Buffer.concat([Buffer.from(start), repeat(text, bytes), Buffer.from(end)]);

const whole = (text: string, bytes: number): Buffer => Buffer.from(text.repeat(bytes / text.length));

function answerWith(headers: Record<string, string>, body = ''): Answer {
  return new Answer('https://ca.test/', 200, headers, Buffer.from(body), 0);
}

const snapshot: EdgeSnapshot = {
  revision: 1,
  proofToken: 'proof',
  listeners: [],
  httpsPort: 443,
  httpPort: 80,
  trustedProxies: ['127.0.0.0/8', '1.1.1.1/32'],
  connectionsPerClient: 100,
  sites: [site(['a.test'], [route(upstreamAt(1)), route(upstreamAt(2), { path: '/b' })], { block: ['/admin'] })],
  credentials: [],
  ticketKeys: '',
};
const facts: ConnectionFacts = {
  remoteAddress: '127.0.0.1',
  remotePort: 1,
  localAddress: '127.0.0.1',
  localPort: 443,
  secure: true,
  redirects: false,
  serverName: 'a.test',
  policy: '1.2',
};
const head = parseRequestHead('GET / HTTP/1.1\r\nHost: a.test\r\n');

/** Elements of the definite form, each inside the one before it. */
function nested(bytes: number): Buffer {
  const pieces: Buffer[] = [];
  for (let left = bytes; left > 130; left -= 4) pieces.push(Buffer.from([0x30, 0x82, (left >> 8) & 255, left & 255]));
  return Buffer.concat(pieces);
}

export const readers: readonly Reader[] = [
  {
    name: 'ClientHello in records of one byte',
    file: 'edge/client-hello.ts',
    bytes: 40_000,
    input: (bytes) =>
      Buffer.concat(
        Array.from({ length: bytes / 6 }, (_, at) => Buffer.from([22, 3, 1, 0, 1, [1, 0, 0x80, 0][at] ?? 0])),
      ),
    read: (input) => {
      const parser = new ClientHelloParser();
      for (let at = 0; at < input.length; at++) parser.push(input.subarray(at, at + 1));
    },
  },
  {
    name: 'request head with many fields',
    file: 'edge/http1/head.ts',
    bytes: 60_000,
    input: (bytes) => framed('GET / HTTP/1.1\r\nHost: a', '\r\nx: y', bytes, ''),
    read: (input) => parseRequestHead(input.toString('latin1')),
  },
  {
    name: 'request head with one long field',
    file: 'edge/http1/head.ts',
    bytes: 60_000,
    input: (bytes) => framed('GET / HTTP/1.1\r\nHost: a\r\nx:', ' ', bytes, 'y'),
    read: (input) => parseRequestHead(input.toString('latin1')),
  },
  {
    name: 'response head of spaces and tabs',
    file: 'edge/http1/response-head.ts',
    bytes: 60_000,
    input: (bytes) => framed('HTTP/1.1 200 OK\r\nConnection: ', ' ,\t', bytes, '\r\nx:y'),
    read: (input) => parseResponseHead(input.toString('latin1'), 'GET'),
  },
  {
    name: 'chunks of one byte',
    file: 'edge/http1/body.ts',
    bytes: 1_000_000,
    input: (bytes) => repeat('1\r\nx\r\n', bytes),
    read: (input) => new BodyWalker('chunked').walk(input, 0),
  },
  {
    name: 'one long trailer',
    file: 'edge/http1/body.ts',
    bytes: 60_000,
    input: (bytes) => framed('0\r\nx:', 'y', bytes, '\r\n\r\n'),
    read: (input) => new BodyWalker('chunked').walk(input, 0),
  },
  {
    name: 'PEM in lines of four letters',
    file: 'x509/pem.ts',
    bytes: 2_000_000,
    input: (bytes) => framed('-----BEGIN X-----\n', 'AAAA\n', bytes, '-----END X-----\n'),
    read: (input) => decodePem(input.toString('latin1')),
  },
  {
    name: 'PEM of empty blocks',
    file: 'x509/pem.ts',
    bytes: 2_000_000,
    input: (bytes) => repeat('-----BEGIN X-----\nAAAA\n-----END X-----\n', bytes),
    read: (input) => decodePem(input.toString('latin1')),
  },
  {
    name: 'DER, deeply nested',
    file: 'x509/certificate.ts',
    bytes: 60_000,
    input: nested,
    read: (input) => parseCertificate(input),
  },
  {
    name: 'PKCS#7, deeply nested',
    file: 'x509/pkcs7.ts',
    bytes: 60_000,
    input: nested,
    read: (input) => readPkcs7(input),
  },
  {
    name: 'DNS message of questions that point to one name',
    file: 'dns/message.ts',
    bytes: 60_000,
    input: (bytes) => {
      const name = Buffer.concat(Array.from({ length: 120 }, () => Buffer.from([1, 97])));
      const question = Buffer.from([0xc0, 12, 0, 1, 0, 1]);
      const count = Math.floor((bytes - name.length - 18) / question.length);
      const header = Buffer.from([0, 0, 0x80, 0, (count + 1) >> 8, (count + 1) & 255, 0, 0, 0, 0, 0, 0]);
      const first = Buffer.concat([name, Buffer.from([0, 0, 1, 0, 1])]);
      return Buffer.concat([header, first, ...Array.from({ length: count }, () => question)]);
    },
    read: (input) => decodeMessage(input),
  },
  {
    name: 'nginx: words, quotes and comments',
    file: 'nginx/reading/lexer.ts',
    bytes: 1_000_000,
    input: (bytes) => repeat('a "b\\"" c { # d\n e; }\n', bytes),
    read: (input) => {
      const lexer = new Lexer(input.toString('latin1'), 'nginx.conf');
      while (lexer.next().terminator !== 'end');
    },
  },
  ...['<', '<a>;', '<a>; rel="', ';='].map((text): Reader => ({
    name: `Link header of ${text}`,
    file: 'acme/answer.ts',
    bytes: 16_000,
    input: (bytes) => repeat(text, bytes),
    read: (input) => answerWith({ link: input.toString('latin1') }).links('next'),
  })),
  {
    name: 'problem document of spaces',
    file: 'acme/problem.ts',
    bytes: 1_000_000,
    input: (bytes) => framed('{"detail":"', ' ', bytes, 'x"}'),
    read: (input) => readProblem(JSON.parse(input.toString('latin1'))),
  },
  // Exponential time shows at once, and would never end with the long ones.
  ...[40, 100_000].map((bytes): Reader => ({
    name: `redaction of ${bytes} bytes of words after bearer`,
    file: 'base/redact.ts',
    bytes,
    input: (bytes) => framed('bearer ', 'a-', bytes, '~'),
    read: (input) => redact(input.toString('latin1')),
  })),
  ...[
    'a',
    'a.b-c',
    '://',
    '?',
    '?key',
    '&a=b',
    'token ',
    'bearer',
    '-----BEGIN PRIVATE KEY-----',
    'sk-',
    'http://a',
  ].map((text): Reader => ({
    name: `redaction of ${text}`,
    file: 'base/redact.ts',
    bytes: 200_000,
    input: (bytes) => repeat(text, bytes),
    read: (input) => redact(input.toString('latin1')),
  })),
  {
    name: 'HTTP/2 head with many fields',
    file: 'edge/http2/fields.ts',
    bytes: 64_000,
    input: (bytes) => repeat('cookie\nx\n', bytes),
    read: (input) => {
      const fields = input.toString('latin1').split('\n').slice(0, -2);
      return readHttp2Head([':method', 'GET', ':path', '/', ':authority', 'a.test', ...fields], true);
    },
  },
  ...[',', '[', '1.1.1.1,', '"'].map((text): Reader => ({
    name: `X-Forwarded-For of ${text} from a trusted proxy`,
    file: 'edge/visitor.ts',
    bytes: 60_000,
    input: (bytes) => whole(text, bytes),
    read: (input) => proxiedVisitor(snapshot, facts, ['', 'x-forwarded-for', input.toString('latin1')]),
  })),
  ...['for=a;', ';', '='].map((text): Reader => ({
    name: `Forwarded of ${text} from a trusted proxy`,
    file: 'edge/visitor.ts',
    bytes: 60_000,
    input: (bytes) => repeat(text, bytes),
    read: (input) => proxiedVisitor(snapshot, facts, ['', 'forwarded', input.toString('latin1')]),
  })),
  {
    name: 'Connection header of names',
    file: 'edge/forwarding.ts',
    bytes: 60_000,
    input: (bytes) => repeat('a ,', bytes),
    read: (input) => namedByConnection(['', 'connection', input.toString('latin1')]),
  },
  ...['%25', '/..', '//', '%2f', ';a'].map((text): Reader => ({
    name: `path of ${text}`,
    file: 'edge/routing.ts',
    bytes: 16_000,
    input: (bytes) => framed('/', text, bytes, ''),
    read: (input) => compile(snapshot).route(snapshot.sites[0]!, input.toString('latin1')),
  })),
  ...['?key', '&a=b', '='].map((text): Reader => ({
    name: `query of ${text} in clear text`,
    file: 'edge/clear-text.ts',
    bytes: 60_000,
    input: (bytes) => framed('GET /?', text, bytes, ' HTTP/1.1\r\nHost: a\r\n'),
    read: (input) => clearTextKind({ ...head, target: input.toString('latin1') }),
  })),
  ...['- a: b\n', '- &a x\n- *a\n', 'a: "', '[', 'a: ', '# x\n', '- |\n  x\n'].map((text): Reader => ({
    name: `YAML of ${JSON.stringify(text)}`,
    file: 'config/document.ts',
    bytes: 60_000,
    input: (bytes) => repeat(text, bytes),
    read: (input) => readDocument('everyhop.yaml', input.toString('latin1')),
  })),
  {
    name: 'nginx: blocks and directives',
    file: 'nginx/reading/syntax.ts',
    bytes: 4_000_000, // in small trees, the collector decides
    input: (bytes) => repeat('server { listen 80; location / { return 200 "x"; } }\n', bytes),
    read: (input) => parseNginx(input.toString('latin1'), 'nginx.conf'),
  },
  {
    name: 'nginx: file name pattern of stars',
    file: 'nginx/reading/glob.ts',
    bytes: 4000,
    input: (bytes) => repeat('*a', bytes),
    read: (input) =>
      matches(`${input.toString('latin1').slice(0, 40)}b`, input.toString('latin1').replaceAll('*', 'a')),
  },
  ...[' in :', ' in a:1', 'nginx: [emerg] '].map((text): Reader => ({
    name: `nginx: log line of ${text}`,
    file: 'nginx/program/log-line.ts',
    bytes: 2000, // nginx cuts its lines at 2048 bytes
    input: (bytes) => framed('nginx: [error] ', text, bytes, ''),
    read: (input) => parseLog(input.toString('latin1')),
  })),
  {
    name: 'CSR, deeply nested',
    file: 'x509/request.ts',
    bytes: 60_000,
    input: nested,
    read: (input) => parseRequest(input),
  },
  {
    name: 'PEM of BEGIN lines, with their faults',
    file: 'trust/bundle/pem-blocks.ts',
    bytes: 1_000_000,
    input: (bytes) => repeat('-----BEGIN CERTIFICATE-----\n', bytes),
    read: (input) => Array.from(pemPieces(input.toString('latin1'))),
  },
  {
    name: 'certificate file of dashes',
    file: 'certificates/files/content.ts',
    bytes: 1_000_000,
    input: (bytes) => repeat('-----BEGIN ', bytes),
    read: (input) => recognise(input),
  },
  {
    name: 'directory of an authority with many profiles',
    file: 'acme/directory.ts',
    bytes: 400_000,
    input: (bytes) => {
      const profiles = Object.fromEntries(Array.from({ length: bytes / 20 }, (_, at) => [`p${at}`, ' a  b ']));
      const urls = { newNonce: 'https://a/', newAccount: 'https://a/', newOrder: 'https://a/' };
      return Buffer.from(JSON.stringify({ ...urls, meta: { profiles } }));
    },
    read: (input) => readDirectory(answerWith({ 'content-type': 'application/json' }, input.toString('latin1'))),
  },
  {
    name: 'Retry-After of digits',
    file: 'acme/retry-after.ts',
    bytes: 16_000,
    input: (bytes) => framed('', '1', bytes, 'x'),
    read: (input) => readRetryAfter(input.toString('latin1'), 0),
  },
  ...[':', '.', 'a.', '-a', '[', '%', 'xn--', '/'].map((text): Reader => ({
    name: `host name of ${text}`,
    file: 'names/host-name.ts',
    bytes: 60_000,
    input: (bytes) => repeat(text, bytes),
    read: (input) => parseHostName(input.toString('latin1')),
  })),
  ...['<title', '<title ', '<title>', '<'].map((text): Reader => ({
    name: `title in a page of ${text}`,
    file: 'apps/title.ts',
    bytes: 400_000,
    input: (bytes) => repeat(text, bytes),
    read: (input) => titleOf(input.toString('latin1')),
  })),
  ...['a=b;', ';', ' ', 'q=1,'].map((text): Reader => ({
    name: `Accept-Language of ${text}`,
    file: 'apps/demo/language.ts',
    bytes: 16_000,
    input: (bytes) => repeat(text, bytes),
    read: (input) => acceptedLanguage(input.toString('latin1')),
  })),
  ...['/*', '"', 'key a {', 'key "'].map((text): Reader => ({
    name: `TSIG key file of ${text}`,
    file: 'acme/dns-01/tsig-key-file.ts',
    bytes: 60_000,
    input: (bytes) => repeat(text, bytes),
    read: (input) => readTsigKey(input.toString('latin1'), 'key'),
  })),
  ...['\u001b[31m', '\u200b', ' '].map((text): Reader => ({
    name: `foreign text of ${JSON.stringify(text)} at a terminal`,
    file: 'cli/visible.ts',
    bytes: 60_000,
    input: (bytes) => whole(text, bytes),
    read: (input) => visible(input.toString()),
  })),
];
