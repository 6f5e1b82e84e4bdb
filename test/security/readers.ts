/** Every reader of bytes from the network or from a file, each with inputs that make it work hardest. */
import { generateKeyPairSync } from 'node:crypto';
import { readTsigKey } from '../../src/acme/dns-01/tsig-key-file.ts';
import { readDirectory } from '../../src/acme/directory.ts';
import { readRetryAfter } from '../../src/acme/retry-after.ts';
import { acceptedLanguage } from '../../src/apps/demo/language.ts';
import { titleOf } from '../../src/apps/title.ts';
import { recognise } from '../../src/certificates/files/content.ts';
import { visible } from '../../src/cli/visible.ts';
import { readDocument } from '../../src/config/document.ts';
import { parseHostName } from '../../src/names/host-name.ts';
import { parseLog } from '../../src/nginx/program/log-line.ts';
import { matches } from '../../src/nginx/reading/glob.ts';
import { parse as parseNginx } from '../../src/nginx/reading/syntax.ts';
import { pemPieces } from '../../src/trust/bundle/pem-blocks.ts';
import { makeCertificate } from '../../src/x509/certificate-writer.ts';
import { subjectAltName } from '../../src/x509/extension.ts';
import { publicKeyInfo } from '../../src/x509/key.ts';
import { makeName } from '../../src/x509/name.ts';
import { parseRevocationList } from '../../src/x509/revocation-list.ts';
import { parseRequest } from '../../src/x509/request.ts';
import { Answer } from '../../src/acme/answer.ts';
import { readProblem } from '../../src/acme/problem.ts';
import { redact } from '../../src/base/redact.ts';
import { decodeMessage } from '../../src/dns/message.ts';
import { Lexer } from '../../src/nginx/reading/lexer.ts';
import { decodePem } from '../../src/x509/pem.ts';
import { readPkcs7 } from '../../src/x509/pkcs7.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { edgeReaders } from './edge-readers.ts';
import { framed, type Reader, repeat, whole } from './reader.ts';

function answerWith(headers: Record<string, string>, body = ''): Answer {
  return new Answer('https://ca.test/', 200, headers, Buffer.from(body), 0);
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function certificateFor(names: readonly string[]): Buffer {
  const [subject, spki] = [makeName({}), publicKeyInfo(privateKey)];
  const validity = { notBeforeMs: 0, notAfterMs: 1e12 };
  const extensions = [subjectAltName(names, true)];
  return makeCertificate(
    { serial: Buffer.from([1]), issuer: subject, subject, ...validity, publicKeyInfo: spki, extensions },
    privateKey,
  );
}

/** Elements of the definite form, each inside the one before it. */
function nested(bytes: number): Buffer {
  const pieces: Buffer[] = [];
  for (let left = bytes; left > 130; left -= 4) pieces.push(Buffer.from([0x30, 0x82, (left >> 8) & 255, left & 255]));
  return Buffer.concat(pieces);
}

export const readers: readonly Reader[] = [
  ...edgeReaders,
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
    name: 'certificate with many names',
    file: 'x509/certificate.ts',
    bytes: 200_000,
    input: (bytes) => certificateFor(Array.from({ length: bytes / 20 }, (_, at) => `a${at}.internal`)),
    read: (input) => parseCertificate(input),
  },
  {
    name: 'DER, deeply nested',
    file: 'x509/certificate.ts',
    bytes: 60_000,
    input: nested,
    read: (input) => parseCertificate(input),
  },
  {
    name: 'revocation list, deeply nested',
    file: 'x509/revocation-list.ts',
    bytes: 60_000,
    input: nested,
    read: (input) => parseRevocationList(input),
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
  ...['- a: b\n', '- &a x\n- *a\n', 'a: "', '[', 'a: ', '# x\n', '- |\n  x\n'].map((text): Reader => ({
    name: `YAML of ${JSON.stringify(text)}`,
    file: 'config/document.ts',
    bytes: 30_000,
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
  ...Object.entries({ 'escape sequences': '\u001b[31m', 'invisible letters': '\u200b', spaces: ' ' }).map(
    ([what, text]): Reader => ({
      name: `foreign text of ${what} at a terminal`,
      file: 'cli/visible.ts',
      bytes: 60_000,
      input: (bytes) => whole(text, bytes),
      read: (input) => visible(input.toString()),
    }),
  ),
];
