/** The readers of the edge, each with inputs that make it work hardest. */
import { clearTextKind } from '../../src/edge/clear-text.ts';
import type { ConnectionFacts } from '../../src/edge/connection.ts';
import { namedByConnection } from '../../src/edge/forwarding.ts';
import { readRequestHead as readHttp2Head } from '../../src/edge/http2/fields.ts';
import { compile } from '../../src/edge/routing.ts';
import type { EdgeSnapshot } from '../../src/edge/snapshot.ts';
import { proxiedVisitor } from '../../src/edge/visitor.ts';
import { route, site, upstreamAt } from '../edge/edge.ts';
import { ClientHelloParser } from '../../src/edge/client-hello.ts';
import { BodyWalker } from '../../src/edge/http1/body.ts';
import { parseRequestHead } from '../../src/edge/http1/head.ts';
import { parseResponseHead } from '../../src/edge/http1/response-head.ts';
import { framed, type Reader, repeat, whole } from './reader.ts';

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

export const edgeReaders: readonly Reader[] = [
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
];
