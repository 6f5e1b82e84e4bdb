import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type TestContext, test } from 'node:test';
import { headTimeoutMs } from '../../src/edge/limits.ts';
import { mends } from '../support/outside.ts';
import { connectRaw, type Edge, request, rootPem, route, site, startApp, startEdge, upstreamAt } from './edge.ts';

interface Mistake {
  name: string;
  /** The bytes of the app, as latin1. Two pieces arrive one after the other. */
  answer: string | [string, string];
  method?: string;
  /** The status for the visitor, and the body; without one, the page of a failure. */
  expect: { status: number; body?: string; fields?: Record<string, string | undefined> };
  /** The app ends the response by closing the connection. */
  closes?: boolean;
}

const ok = { status: 200, body: 'ok' };
const many = Array.from({ length: 300 }, (_, at) => `X-Field-${at}: ${at}\r\n`).join('');
const chunks = '2\r\nok\r\n0\r\n\r\n';

const mistakes: Mistake[] = [
  // Length and codings (RFC 9112 §6.3)
  {
    name: 'two equal lengths',
    answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
    expect: ok,
  },
  { name: 'a list of equal lengths', answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok', expect: ok },
  {
    name: 'two different lengths',
    answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok',
    expect: { status: 502 },
  },
  {
    name: 'a length that is no number',
    answer: 'HTTP/1.1 200 OK\r\nContent-Length: None\r\n\r\nok',
    expect: { status: 502 },
  },
  {
    name: 'a length before chunked',
    answer: `HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
    expect: { ...ok, fields: { 'content-length': undefined } },
  },
  {
    name: 'a length after chunked',
    answer: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n${chunks}`,
    expect: { ...ok, fields: { 'content-length': undefined } },
  },
  {
    name: 'chunked in two fields',
    answer: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
    expect: ok,
  },
  {
    name: 'chunked in a list',
    answer: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, Chunked\r\n\r\n${chunks}`,
    expect: ok,
  },
  { name: 'identity', answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nok', closes: true, expect: ok },
  {
    name: 'identity with a length',
    answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok',
    expect: ok,
  },
  {
    name: 'identity, chunked',
    answer: `HTTP/1.1 200 OK\r\nTransfer-Encoding: identity, chunked\r\n\r\n${chunks}`,
    expect: ok,
  },
  {
    name: 'gzip, chunked',
    answer: `HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n${chunks}`,
    expect: { status: 502 },
  },
  { name: 'chunked in HTTP/1.0', answer: `HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`, expect: ok },
  {
    name: 'chunked without chunks',
    answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{"ok":1}',
    expect: { status: 502 },
  },

  // Status line and fields
  {
    name: 'status 999',
    answer: 'HTTP/1.1 999 Denied\r\nContent-Length: 2\r\n\r\nok',
    expect: { status: 999, body: 'ok' },
  },
  { name: 'status 600', answer: 'HTTP/1.1 600\r\nContent-Length: 2\r\n\r\nok', expect: { status: 600, body: 'ok' } },
  { name: 'status 99', answer: 'HTTP/1.1 099 No\r\nContent-Length: 2\r\n\r\nok', expect: { status: 502 } },
  { name: 'HTTP/1.2', answer: 'HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok', expect: ok },
  { name: 'two spaces in the status line', answer: 'HTTP/1.1  200  OK\r\nContent-Length: 2\r\n\r\nok', expect: ok },
  { name: 'empty lines first', answer: '\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', expect: ok },
  {
    name: 'a folded field',
    answer: 'HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\n\tc\r\nContent-Length: 2\r\n\r\nok',
    expect: { ...ok, fields: { 'x-a': 'a b c' } },
  },
  { name: 'a folded length', answer: 'HTTP/1.1 200 OK\r\nContent-Length:\r\n 2\r\n\r\nok', expect: ok },
  { name: 'a folded first line', answer: 'HTTP/1.1 200 OK\r\n X: y\r\nContent-Length: 2\r\n\r\nok', expect: ok },
  {
    name: 'a space before the colon',
    answer: 'HTTP/1.1 200 OK\r\nX-A : a\r\nContent-Length : 2\r\n\r\nok',
    expect: { ...ok, fields: { 'x-a': 'a' } },
  },
  { name: 'a line without a colon', answer: 'HTTP/1.1 200 OK\r\nhello\r\nContent-Length: 2\r\n\r\nok', expect: ok },
  {
    name: 'lines of a shell among the fields',
    answer: "HTTP/1.1 200 OK\r\nsh:can't create /dev/null\r\nHTTP 1/1 302:\r\n4177d0f6\r\nContent-Length: 2\r\n\r\nok",
    expect: ok,
  },
  { name: 'a name that is no token', answer: 'HTTP/1.1 200 OK\r\nX A: a\r\nContent-Length: 2\r\n\r\nok', expect: ok },
  {
    name: 'control characters and a bare CR in a value',
    answer: 'HTTP/1.1 200 OK\r\nX-A: a\0b\rc\x07d\r\nContent-Length: 2\r\n\r\nok',
    expect: { ...ok, fields: { 'x-a': 'a b c d' } },
  },
  {
    name: '300 fields',
    answer: `HTTP/1.1 200 OK\r\n${many}Content-Length: 2\r\n\r\nok`,
    expect: { ...ok, fields: { 'x-field-299': '299' } },
  },

  // Lines that end with LF alone (RFC 9112 §2.2)
  {
    name: 'a head with LF',
    answer: 'HTTP/1.1 200 OK\nX-A: a\nContent-Length: 2\n\nok',
    expect: { ...ok, fields: { 'x-a': 'a' } },
  },
  { name: 'a head with LF, in pieces', answer: ['HTTP/1.1 200 OK\nContent-Length: 2\n', '\nok'], expect: ok },
  {
    name: 'lines with CRLF and an empty line with LF',
    answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\nok',
    expect: ok,
  },
  {
    name: 'lines with LF and an empty line with CRLF',
    answer: 'HTTP/1.1 200 OK\nContent-Length: 2\n\r\nok',
    expect: ok,
  },
  {
    name: 'a head with LF before a body with an empty line',
    answer: 'HTTP/1.1 200 OK\nContent-Length: 6\n\no\r\n\r\nk',
    expect: { status: 200, body: 'o\r\n\r\nk' },
  },
  { name: 'chunks with LF', answer: 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nok\n0\n\n', expect: ok },
  { name: 'not HTTP', answer: 'hello', expect: { status: 502 } },
  { name: 'TLS', answer: '\x15\x03\x01\x00\x02\x02\x46', expect: { status: 502 } },

  // Bodies where none belongs (RFC 9110 §8.6, RFC 9112 §6.3)
  {
    name: '204 with a length and a body',
    answer: 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok',
    expect: { status: 204, body: '', fields: { 'content-length': undefined } },
  },
  {
    name: '204 with a length, then a body',
    answer: [
      'HTTP/1.1 204 No Content\r\nContent-Length: 44\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray',
    ],
    expect: { status: 204, body: '', fields: { 'content-length': undefined } },
  },
  {
    name: '204 without a length, then a body',
    answer: ['HTTP/1.1 204 No Content\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray'],
    expect: { status: 204, body: '' },
  },
  {
    name: '204 with length 0',
    answer: 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
    expect: { status: 204, body: '', fields: { 'content-length': undefined } },
  },
  {
    name: '204 with chunks',
    answer: `HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
    expect: { status: 204, body: '', fields: { 'transfer-encoding': undefined } },
  },
  {
    name: '205 with a body',
    answer: 'HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nok',
    expect: { status: 205, body: '' },
  },
  {
    name: '304 with a length and a body',
    answer: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nok',
    expect: { status: 304, body: '', fields: { 'content-length': '2' } },
  },
  {
    name: '304 and an empty line',
    answer: ['HTTP/1.1 304 Not Modified\r\n\r\n', '\r\n'],
    expect: { status: 304, body: '' },
  },
  {
    name: '304 without a length, then a body',
    answer: ['HTTP/1.1 304 Not Modified\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray'],
    expect: { status: 304, body: '' },
  },
  {
    name: '304 with chunks',
    answer: `HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
    expect: { status: 304, body: '', fields: { 'transfer-encoding': undefined } },
  },
  {
    name: '304 with a length that is no number',
    answer: 'HTTP/1.1 304 Not Modified\r\nContent-Length: x\r\n\r\n',
    expect: { status: 304, body: '', fields: { 'content-length': undefined } },
  },
  {
    name: 'HEAD with a body',
    answer: ['HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray'],
    method: 'HEAD',
    expect: { status: 200, body: '', fields: { 'content-length': '40' } },
  },
  {
    name: '103 with a length',
    answer:
      'HTTP/1.1 103 Early Hints\r\nContent-Length: 2\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    expect: ok,
  },
];

/** Answers the request for `/N` with the Nth mistake, and others well. */
function startMistaken(t: TestContext): Promise<number> {
  return startApp(t, (socket) => {
    let received = '';
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const number = /^\S+ \/(\d+) /.exec(received)?.[1];
        received = received.slice(end + 4);
        if (number === undefined) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nafter');
        else void answerWith(mistakes[Number(number)]!, socket);
      }
    });
  });
}

async function answerWith({ answer, closes }: Mistake, socket: Socket): Promise<void> {
  const [first, second] = [answer].flat() as [string, string?];
  socket.write(first, 'latin1');
  if (second !== undefined) {
    await pause(20); // two reads at the edge
    socket.write(second, 'latin1');
  }
  if (closes) socket.end();
}

interface Seen {
  status: number;
  fields: Map<string, string>;
  body: string;
}

async function overHttp1(t: TestContext, edge: Edge, target: string, method: string): Promise<Seen> {
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request(target, 'Connection: close\r\n', method));
  const { text } = await client.closed;
  const whole = text.replace(/^HTTP\/1\.1 1\d\d [\s\S]*?\r\n\r\n/, '');
  const end = whole.indexOf('\r\n\r\n');
  const [line, ...lines] = whole.slice(0, end).split('\r\n');
  const pairs = lines.map((each) => /^([!-9;-~]+): (.*)$/.exec(each)!.slice(1) as [string, string]);
  const fields = new Map(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  const framing = pairs.filter(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  assert.ok(framing.length <= 1, `one framing: ${text}`);
  const rest = whole.slice(end + 4);
  const body = fields.has('transfer-encoding')
    ? rest.replace(/[\da-f]+\r\n([\s\S]*?)\r\n/g, '$1').replace(/\r\n$/, '')
    : rest;
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(line!)![1]), fields, body };
}

async function overHttp2(session: http2.ClientHttp2Session, target: string, method: string): Promise<Seen> {
  const stream = session.request({ ':path': target, ':method': method });
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  let body = '';
  stream.on('data', (bytes: Buffer) => (body += bytes.toString('latin1')));
  if (!stream.readableEnded) await once(stream, 'end');
  const fields = new Map(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return { status: Number(headers[':status']), fields, body };
}

test('an answer with a mistake is passed on if it has one reading, otherwise a page says that it is not valid', async (t) => {
  mends(
    t,
    'edge/E08-answers-refused',
    'edge/E09-answer-with-bare-lf-hangs',
    'edge/E11-204-with-length-on-h2',
    'edge/lines-that-are-no-fields',
    'edge/space-before-the-colon',
    'edge/body-after-304',
    'edge/chunked-without-a-body',
    'edge/chunked-without-chunks',
  );
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(await startMistaken(t)))])]);
  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, {
    ca: rootPem,
    servername: 'chat.test',
    maxHeaderListPairs: 1000,
  });
  t.after(() => session.destroy());
  for (const [number, { name, method = 'GET', expect }] of mistakes.entries()) {
    for (const protocol of ['HTTP/1.1', 'HTTP/2']) {
      await t.test(`${name}, ${protocol}`, async (t) => {
        const get = (target: string, how: string): Promise<Seen> =>
          protocol === 'HTTP/2' ? overHttp2(session, target, how) : overHttp1(t, edge, target, how);
        const seen = await get(`/${number}`, method);
        assert.equal(seen.status, protocol === 'HTTP/2' ? Math.min(expect.status, 502) : expect.status);
        if (expect.body !== undefined) assert.equal(seen.body, expect.body);
        else assert.match(seen.body, /edge\.upstream-malformed/);
        for (const [field, value] of Object.entries(expect.fields ?? {})) assert.equal(seen.fields.get(field), value);
        // Surplus bytes of the app are never the response to the next request.
        assert.equal((await get('/after', 'GET')).body, 'after');
      });
    }
  }
});

test('a response head that never ends gets 502; after an informational one, the app may think for as long as it likes', async (t) => {
  mends(t, 'edge/E09-answer-with-bare-lf-hangs');
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const apps: Socket[] = [];
  const port = await startApp(t, (socket) => {
    apps.push(socket);
    socket.on('data', (bytes: Buffer) => {
      const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n';
      socket.write(bytes.toString().startsWith('GET /thinks') ? early : 'HTTP/1.1 200 OK\r\nContent-Le');
    });
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const thinking = await connectRaw(t, edge.httpsPort);
  thinking.socket.write(request('/thinks'));
  await thinking.until(/103 Early Hints\r\n[^]*\r\n\r\n/);
  t.mock.timers.tick(10 * headTimeoutMs);
  apps[0]!.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  await thinking.until(/HTTP\/1\.1 200 OK\r\n[^]*ok$/);

  const entry = edge.nextEntry();
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/stops'));
  const answered = client.until(/HTTP\/1\.1 502 [^]*edge\.upstream-malformed/);
  while (client.text() === '') {
    t.mock.timers.tick(headTimeoutMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await answered;
  assert.equal((await entry).detail, 'response head incomplete');
});
