import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2, { type ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import OpenAI, { RateLimitError } from 'openai';
import type { TimeoutOwner } from '../../src/edge/limits.ts';
import { LimitCounts } from '../../src/edge/shared-limits.ts';
import { FakeClock } from '../support/clock.ts';
import { until } from '../support/until.ts';
import {
  connectRaw,
  type Edge,
  request,
  rootPem,
  route,
  site,
  startApp,
  startEdge,
  startRecorder,
  upstreamAt,
} from './edge.ts';

type Limits = NonNullable<ReturnType<typeof route>['limits']>;

const limited = (port: number, limits: Omit<Limits, 'scope'>, scope = 'chat.test/') =>
  route(upstreamAt(port), { limits: { ...limits, scope } });

function passTime(edge: Edge, ms: number): void {
  for (const connection of edge.connections)
    (connection as unknown as TimeoutOwner).checkTimeouts(performance.now() + ms);
}

function withClock(edge: Edge): FakeClock {
  const clock = new FakeClock();
  edge.context.limitCounts = new LimitCounts(clock);
  return clock;
}

function connect(t: TestContext, port: number): ClientHttp2Session {
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  session.on('error', () => {});
  return session;
}

interface Answer {
  status: number;
  text: string;
  headers: Record<string, unknown>;
}

async function ask(session: ClientHttp2Session, headers: Record<string, string>, body?: Buffer[]): Promise<Answer> {
  const stream = session.request({ ':authority': 'chat.test', ':path': '/', ...headers }, { endStream: !body });
  stream.on('error', () => {});
  const answered = once(stream, 'response') as Promise<[Record<string, unknown>]>;
  for (const piece of body ?? []) stream.write(piece);
  if (body) stream.end();
  const [answer] = await answered;
  let text = '';
  stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
  await once(stream, 'close');
  return { status: Number(answer[':status']), text, headers: answer };
}

test('a body that announces more than the limit gets 413 before anything reaches the app', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [limited(app.port, { bodyBytes: 1000 })])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/v1/x', 'Content-Length: 1001\r\nAccept: application/json\r\n', 'POST'));
  const { text, clean } = await client.closed;
  assert.match(text, /^HTTP\/1\.1 413 Content Too Large\r\n/);
  assert.equal(
    (JSON.parse(text.split('\r\n\r\n')[1]!) as { error: { code: string } }).error.code,
    'edge.body-too-large',
  );
  assert.ok(clean, 'the client can read the answer although it may still be sending');
  const waiting = await connectRaw(t, edge.httpsPort);
  waiting.socket.write(request('/', 'Content-Length: 1001\r\nExpect: 100-continue\r\n', 'POST'));
  assert.match((await waiting.closed).text, /^HTTP\/1\.1 413 /, 'no 100 Continue first');
  const session = connect(t, edge.httpsPort);
  const answer = await ask(session, { ':method': 'POST', 'content-length': '1001' }, [Buffer.alloc(1001)]);
  assert.equal(answer.status, 413);
  assert.equal(app.connections(), 0);
  assert.deepEqual(new Set(edge.log.map(({ error }) => error)), new Set(['edge.body-too-large']));

  const exact = await connectRaw(t, edge.httpsPort);
  exact.socket.write(request('/', 'Content-Length: 1000\r\n', 'POST') + 'x'.repeat(1000));
  await exact.until(/^HTTP\/1\.1 200 /);
  assert.equal((await ask(session, { ':method': 'POST' }, [Buffer.alloc(1000)])).status, 200);
});

test('a body without a length is cut at the limit, and the app never sees it complete', async (t) => {
  const app = await startRecorder(t, () => {});
  const edge = await startEdge(t, [site(['chat.test'], [limited(app.port, { bodyBytes: 1000 })])]);
  const chunk = (bytes: number): string => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;
  const send = async (...pieces: string[]): Promise<string> => {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(request('/', 'Transfer-Encoding: chunked\r\n', 'POST'));
    for (const piece of pieces) client.socket.write(piece);
    return (await client.closed).text;
  };
  // All at once, in many chunks, byte by byte within a chunk that announces more.
  for (const pieces of [
    [`${chunk(1001)}0\r\n\r\n`],
    [...Array.from({ length: 11 }, () => chunk(100)), '0\r\n\r\n'],
    ['fffff\r\n', ...Array.from({ length: 1100 }, () => 'x')],
  ])
    assert.match(await send(...pieces), /^HTTP\/1\.1 413 /);
  const session = connect(t, edge.httpsPort);
  const many = Array.from({ length: 20 }, () => Buffer.alloc(100));
  assert.equal((await ask(session, { ':method': 'POST' }, many)).status, 413);
  await until(t, () => edge.log.length === 4);
  assert.ok(!app.received().includes('0\r\n\r\n'), 'no final chunk');
  const chunks = app.received().split(/POST \/ HTTP/);
  for (const one of chunks) assert.ok(one.replace(/^[^]*?\r\n\r\n/, '').replaceAll(/[^x]/g, '').length <= 1000);

  const exact = await connectRaw(t, edge.httpsPort);
  exact.socket.write(`${request('/', 'Transfer-Encoding: chunked\r\n', 'POST')}${chunk(500)}${chunk(500)}0\r\n\r\n`);
  await until(t, () => app.received().endsWith('0\r\n\r\n'));
  assert.equal(exact.text(), '');
});

test('once the app has begun to answer, a body beyond the limit ends the connection', async (t) => {
  const app = await startRecorder(t, (received, socket) => {
    if (received.includes('\r\n\r\n')) socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
  });
  const edge = await startEdge(t, [site(['chat.test'], [limited(app.port, { bodyBytes: 10 })])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/', 'Transfer-Encoding: chunked\r\n', 'POST'));
  await client.until(/1\r\na\r\n/);
  client.socket.write(`14\r\n${'x'.repeat(20)}\r\n0\r\n\r\n`);
  assert.ok(!(await client.closed).text.endsWith('0\r\n\r\n'));
  const session = connect(t, edge.httpsPort);
  const stream = session.request({ ':authority': 'chat.test', ':path': '/', ':method': 'POST' });
  stream.on('error', () => {});
  await once(stream, 'response');
  stream.write(Buffer.alloc(20));
  stream.resume();
  await new Promise((resolve) => stream.on('close', resolve));
  assert.equal(stream.rstCode, http2.constants.NGHTTP2_INTERNAL_ERROR);
  await until(t, () => edge.log.length === 2);
  assert.deepEqual(new Set(edge.log.map(({ error }) => error)), new Set(['edge.body-too-large']));
});

test('request_time ends a request that has no answer yet: 504, or 408 while its body is missing; never a stream', async (t) => {
  const app = await startRecorder(t, (received, socket) => {
    if (received.includes('/stream'))
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n',
      );
  });
  const edge = await startEdge(t, [site(['chat.test'], [limited(app.port, { requestTimeMs: 60_000 })])]);
  const [silent, slow, streaming] = [
    await connectRaw(t, edge.httpsPort),
    await connectRaw(t, edge.httpsPort),
    await connectRaw(t, edge.httpsPort),
  ];
  silent.socket.write(request('/'));
  slow.socket.write(`${request('/', 'Content-Length: 10\r\n', 'POST')}abc`);
  streaming.socket.write(request('/stream'));
  const session = connect(t, edge.httpsPort);
  const second = ask(session, {});
  await streaming.until(/1\r\na/);
  await until(t, () => app.connections() === 4);
  passTime(edge, 55_000);
  assert.equal(edge.log.length, 0);
  passTime(edge, 65_000);
  assert.match((await silent.closed).text, /^HTTP\/1\.1 504 /);
  assert.match((await slow.closed).text, /^HTTP\/1\.1 408 /);
  assert.equal((await second).status, 504);
  const errors = edge.log.map(({ error }) => error).toSorted((a, b) => a!.localeCompare(b!));
  assert.deepEqual(errors, ['edge.app-late', 'edge.app-late', 'edge.request-late']);
  passTime(edge, 3_600_000);
  assert.equal(edge.log.length, 3);
  assert.ok(!streaming.socket.destroyed);
});

test('a visitor beyond its rate gets 429 and Retry-After, API clients in the form of OpenAI, and nothing reaches the app', async (t) => {
  const app = await startRecorder(t);
  const rate = { count: 5, periodMs: 60_000 };
  const edge = await startEdge(t, [site(['chat.test'], [limited(app.port, { rate })])]);
  const clock = withClock(edge);
  const session = connect(t, edge.httpsPort);
  for (let at = 0; at < 5; at += 1) assert.equal((await ask(session, {})).status, 200);
  const refused = await ask(session, { ':path': '/v1/models', accept: 'application/json' });
  assert.equal(refused.status, 429);
  assert.equal(refused.headers['retry-after'], '12');
  const { error } = JSON.parse(refused.text) as { error: Record<string, string> };
  assert.deepEqual([error['type'], error['code']], ['rate_limit_error', 'rate_limit_exceeded']);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/'));
  assert.match((await client.closed).text, /^HTTP\/1\.1 429 Too Many Requests\r\n[^]*Retry-After: 12\r\n/);
  clock.jump(3_600_000);
  assert.equal((await ask(session, {})).status, 429, 'the wall clock does not count');
  assert.equal(app.received().match(/HTTP\/1\.1\r\n/g)!.length, 5);
  clock.advance(12_000);
  assert.equal((await ask(session, {})).status, 200);

  const openai = new OpenAI({
    apiKey: 'k',
    baseURL: `https://chat.test:${edge.httpsPort}/v1`,
    maxRetries: 0,
    fetch: async (_url, init) => {
      const answer = await ask(session, {
        ':path': '/v1/models',
        ':method': init!.method!,
        accept: 'application/json',
      });
      const fields = Object.entries(answer.headers).filter(([name]) => !name.startsWith(':'));
      return new Response(answer.text, { status: answer.status, headers: fields.map(([a, b]) => [a, String(b)]) });
    },
  });
  const caught = await openai.models.list().then(
    () => assert.fail('admitted'),
    (reason: unknown) => reason,
  );
  assert.ok(caught instanceof RateLimitError);
  assert.equal(caught.code, 'rate_limit_exceeded');
});

test('routes of one scope share a rate, others have their own; the address counts behind a trusted proxy, too', async (t) => {
  const app = await startRecorder(t);
  const rate = { count: 2, periodMs: 60_000 };
  const at = (path: string, scope: string) => ({ ...limited(app.port, { rate }, scope), path });
  const routes = [at('/', 'chat.test/'), at('/a', 'chat.test/'), at('/b', 'chat.test/b')];
  const edge = await startEdge(t, [site(['chat.test'], routes)], { trustedProxies: ['127.0.0.2/32'] });
  withClock(edge);
  const session = connect(t, edge.httpsPort);
  assert.equal((await ask(session, { ':path': '/' })).status, 200);
  assert.equal((await ask(session, { ':path': '/a' })).status, 200);
  assert.equal((await ask(session, { ':path': '/' })).status, 429);
  assert.equal((await ask(session, { ':path': '/b' })).status, 200);

  const through = async (forwardedFor: string): Promise<string> => {
    const client = await connectRaw(t, edge.httpPort, { plain: true, localAddress: '127.0.0.2' });
    const fields = forwardedFor === '' ? '' : `X-Forwarded-For: ${forwardedFor}\r\n`;
    client.socket.write(request('/', `${fields}X-Forwarded-Proto: https\r\nConnection: close\r\n`));
    return (await client.closed).text.slice(9, 12);
  };
  assert.deepEqual(
    [await through('192.0.2.1'), await through('192.0.2.1'), await through('192.0.2.1')],
    ['200', '200', '429'],
  );
  assert.equal(await through('192.0.2.2'), '200');
  assert.equal(await through('9.9.9.9, 192.0.2.1'), '429', 'what the visitor wrote itself does not count');
  const statuses = ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', '2001:db8:0:1::3', '2001:db8:0:2::1'];
  const got: string[] = [];
  for (const address of statuses) got.push(await through(address));
  assert.deepEqual(got, ['200', '200', '429', '200'], 'a /64 is one visitor');
  for (let at = 0; at < 5; at += 1) assert.equal(await through(''), '200', 'a proxy that names no visitor');
});

/** An app that streams on GET /events, and answers POST and WebSockets only when told. */
async function startStreams(t: TestContext): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const port = await startApp(t, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      if (text.startsWith('GET /events'))
        socket.write(
          'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n',
        );
      else if (text.includes('Upgrade: websocket'))
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      else if (text.startsWith('GET')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  return { port, sockets };
}

test('streams of a visitor are limited, pages are not streams, and every way in which one ends gives it back', async (t) => {
  const app = await startStreams(t);
  const edge = await startEdge(t, [site(['chat.test'], [limited(app.port, { streams: 3 })])]);
  const { streams } = edge.context.limitCounts;
  const session = connect(t, edge.httpsPort);
  const open = (headers: Record<string, string>) => {
    const stream = session.request({ ':authority': 'chat.test', ...headers });
    stream.on('error', () => {});
    stream.resume();
    return stream;
  };
  const events = open({ ':path': '/events' });
  await once(events, 'response');
  const posting = open({ ':path': '/v1/chat/completions', ':method': 'POST' });
  const socket = await connectRaw(t, edge.httpsPort);
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
  socket.socket.write(request('/ws', upgrade));
  await socket.until(/^HTTP\/1\.1 101 /);
  await until(t, () => app.sockets.size === 3);

  const page = await Promise.all(Array.from({ length: 40 }, () => ask(session, { ':path': '/asset' })));
  assert.ok(
    page.every(({ status }) => status === 200),
    'a page with forty files',
  );
  const refusals = [
    await ask(session, { ':method': 'POST' }, [Buffer.from('{}')]),
    await ask(session, { ':path': '/events' }), // only the answer shows that it is a stream
    await ask(session, { ':path': '/x', accept: 'text/event-stream' }),
    await ask(session, { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'https' }),
  ];
  assert.deepEqual(
    refusals.map(({ status }) => status),
    [429, 429, 429, 429],
  );
  assert.ok(refusals.every(({ headers }) => headers['retry-after'] === '5'));
  const raw = await connectRaw(t, edge.httpsPort);
  raw.socket.write(request('/events'));
  assert.match((await raw.closed).text, /^HTTP\/1\.1 429 /);

  events.close(http2.constants.NGHTTP2_CANCEL);
  await until(t, () => streams.size === 1 && edge.log.some(({ path, status }) => path === '/events' && status === 200));
  const again = open({ ':path': '/events' });
  await once(again, 'response');
  assert.equal((await ask(session, { ':method': 'POST' }, [])).status, 429);
  // By the app, by the client of a WebSocket, with the whole connection.
  [...app.sockets].find((one) => one.bytesWritten === 0)?.destroy();
  socket.socket.destroy();
  await once(posting, 'close');
  session.destroy();
  await until(t, () => streams.size === 0);
});

test('streams that a client opens and resets at once leave no count behind', async (t) => {
  const app = await startStreams(t);
  const edge = await startEdge(t, [
    site(['chat.test'], [limited(app.port, { streams: 1000, rate: { count: 1e6, periodMs: 1000 } })]),
  ]);
  for (let round = 0; round < 3; round += 1) {
    const session = connect(t, edge.httpsPort);
    await once(session, 'connect');
    for (let at = 0; at < 190; at += 1) {
      const stream = session.request({ ':authority': 'chat.test', ':path': '/x', ':method': 'POST' });
      stream.on('error', () => {});
      if (at % 3 === 0) stream.close(http2.constants.NGHTTP2_CANCEL);
      else if (at % 3 === 1) setImmediate(() => stream.close(http2.constants.NGHTTP2_CANCEL));
      else stream.end('x');
    }
    await until(t, () => edge.log.length >= 60);
    session.destroy();
  }
  const sockets = await Promise.all(Array.from({ length: 50 }, () => connectRaw(t, edge.httpsPort)));
  for (const { socket } of sockets)
    socket.write(request('/x', 'Content-Length: 5\r\n', 'POST'), () => socket.destroy());
  await until(t, () => edge.connections.size === 0);
  assert.equal(edge.context.limitCounts.streams.size, 0);
  assert.ok(edge.context.requestsUnderWay.isEmpty);
});
