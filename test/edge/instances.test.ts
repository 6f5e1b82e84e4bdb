/** Several instances of one app behind a route, with real apps that die, refuse, stall, lie and come back. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import type { TimeoutOwner } from '../../src/edge/limits.ts';
import type { EdgeRoute } from '../../src/edge/snapshot.ts';
import { instancesStatus } from '../../src/edge/upstream/groups.ts';
import { until } from '../support/until.ts';
import { connectRaw, type Edge, freePort, request, rootPem, site, startApp, startEdge, upstreamAt } from './edge.ts';

interface Instance {
  port: number;
  /** `METHOD path body` of each request. */
  seen: string[];
  stop(): Promise<void>;
}

type Answer = (asked: http.IncomingMessage, answer: http.ServerResponse, body: string) => void;

/** Answers with its name, unless told otherwise. @param port of an instance that has stopped. */
async function startInstance(t: TestContext, name: string, answer?: Answer, port = 0): Promise<Instance> {
  const seen: string[] = [];
  const server = http.createServer((asked, response) => {
    void text(asked).then((body) => {
      seen.push(`${asked.method} ${asked.url} ${body}`.trim());
      if (answer) answer(asked, response, body);
      else response.end(name);
    });
  });
  server.on('upgrade', (_asked, socket) => {
    socket.on('error', () => {});
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${name}`);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  /** As if its process were killed. */
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  t.after(stop);
  return { port: (server.address() as AddressInfo).port, seen, stop };
}

function routeTo(ports: readonly number[], more: Partial<EdgeRoute> = {}): EdgeRoute {
  const upstreams = ports.map((port) => upstreamAt(port));
  return { path: '/', stripPath: false, upstreams, balance: 'least-streams', ...more };
}

async function startBalanced(t: TestContext, ports: readonly number[], more: Partial<EdgeRoute> = {}): Promise<Edge> {
  return startEdge(t, [site(['chat.test'], [routeTo(ports, more)])]);
}

interface Answered {
  status: number;
  body: string;
  headers: http.IncomingHttpHeaders;
}

function ask(edge: Edge, method = 'GET', body = '', headers: http.OutgoingHttpHeaders = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
    asked.on('error', reject);
    const head = { ':authority': 'chat.test', ':path': '/', ':method': method, ...headers };
    const stream = asked.request(head, { endStream: body === '' });
    stream.on('error', reject);
    stream.on('response', (answered) => {
      void text(stream).then((answer) => {
        asked.close();
        resolve({ status: Number(answered[':status']), body: answer, headers: answered });
      }, reject);
    });
    if (body !== '') stream.end(body);
  });
}

const refusedPort = freePort;

/** On a busy machine, an instance may be back before the test is done; for half a minute, it then gets no requests. */
function neverTooSoon(t: TestContext): void {
  t.mock.method(Math, 'random', () => 0.99);
}

function troubleAt(port: number): string | undefined {
  return instancesStatus().find(({ instance }) => instance.endsWith(`:${port}`))?.trouble;
}

test('a request of any kind goes to another instance if the first refuses the connection; its body goes with it, once', async (t) => {
  const alive = await startInstance(t, 'alive');
  const edge = await startBalanced(t, [await refusedPort(), alive.port]);
  const raw = await connectRaw(t, edge.httpsPort);
  raw.socket.write(`${request('/first', 'Content-Length: 6\r\n', 'POST')}abc`);
  raw.socket.write('def');
  await raw.until(/alive$/);
  for (const method of ['POST', 'DELETE', 'GET']) {
    const body = method === 'GET' ? '' : 'x'.repeat(200_000);
    assert.deepEqual((await ask(edge, method, body)).status, 200);
  }
  const big = 'x'.repeat(200_000);
  assert.deepEqual(alive.seen, ['POST /first abcdef', `POST / ${big}`, `DELETE / ${big}`, 'GET /']);
  const [first] = edge.log;
  assert.match(first!.instance!, new RegExp(`:${alive.port}$`));
  // One request has tried the instance that refuses; after that, it is known.
  assert.equal(edge.log.filter(({ retries }) => retries === 1).length, 1);
});

test('a WebSocket, too, finds the instance that runs', async (t) => {
  const alive = await startInstance(t, 'alive');
  const edge = await startBalanced(t, [await refusedPort(), await refusedPort(), alive.port]);
  const raw = await connectRaw(t, edge.httpsPort);
  raw.socket.write(request('/ws', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  await raw.until(/101 Switching[^]*alive/);
});

test('a POST that an instance may have read is never sent again; a GET is, once', async (t) => {
  const dying = await startInstance(t, 'dying', (asked) => asked.socket.destroy());
  const also = await startInstance(t, 'also', (asked) => asked.socket.destroy());
  const third = await startInstance(t, 'third', (asked) => asked.socket.destroy());
  const edge = await startBalanced(t, [dying.port, also.port, third.port], { balance: 'round-robin' });
  const all = (): string[] => [...dying.seen, ...also.seen, ...third.seen];
  assert.equal((await ask(edge, 'POST', 'order=1')).status, 502);
  assert.deepEqual(all(), ['POST / order=1']);
  assert.equal((await ask(edge, 'DELETE')).status, 502);
  assert.equal(all().filter((each) => each.startsWith('DELETE')).length, 1);
  assert.equal((await ask(edge, 'GET')).status, 502);
  assert.equal(all().filter((each) => each.startsWith('GET')).length, 2);
  assert.deepEqual(
    edge.log.map(({ retries = 0 }) => retries),
    [0, 0, 1],
  );
});

test('503 of one instance: a GET gets the answer of another; a POST gets the app’s own 503, with its body', async (t) => {
  const busy: Answer = (_asked, answer) => answer.writeHead(503, { 'Retry-After': '7' }).end('queue is full');
  const full = await startInstance(t, 'full', busy);
  const alive = await startInstance(t, 'alive');
  const edge = await startBalanced(t, [full.port, alive.port], { balance: 'round-robin' });
  for (let count = 0; count < 3; count += 1) assert.equal((await ask(edge)).body, 'alive');
  assert.ok(full.seen.length > 0);
  const answers = [await ask(edge, 'POST', 'a'), await ask(edge, 'POST', 'b')];
  const refused = answers.filter(({ status }) => status === 503);
  for (const { body, headers } of refused) assert.deepEqual([body, headers['retry-after']], ['queue is full', '7']);
  // If all say so, the visitor hears it from the app.
  const both = await startBalanced(t, [full.port, (await startInstance(t, 'full too', busy)).port]);
  assert.deepEqual((await ask(both)).body, 'queue is full');
});

test('an instance that answers 200 and breaks off gets no more after three; the other serves everyone', async (t) => {
  neverTooSoon(t);
  const broken = await startInstance(t, 'broken', (asked, answer) => {
    answer.writeHead(200, { 'Content-Length': '100' });
    answer.write('part', () => asked.socket.destroy());
  });
  const alive = await startInstance(t, 'alive');
  const edge = await startBalanced(t, [broken.port, alive.port], { balance: 'round-robin' });
  let cut = 0;
  for (let count = 0; count < 20; count += 1) await ask(edge).catch(() => (cut += 1));
  assert.deepEqual([cut, broken.seen.length], [3, 3]);
});

test('an instance that stopped is back within seconds of its start, without a visitor having to try it', async (t) => {
  const [one, two] = [await startInstance(t, 'one'), await startInstance(t, 'two')];
  const edge = await startBalanced(t, [one.port, two.port], { balance: 'round-robin' });
  await one.stop();
  for (let count = 0; count < 6; count += 1) assert.equal((await ask(edge)).body, 'two');
  const again = await startInstance(t, 'one again', undefined, one.port);
  await until(t, async () => {
    const { status, body } = await ask(edge);
    assert.equal(status, 200);
    return body === 'one again';
  });
  assert.ok(again.seen.length > 0);
});

test('all down: visitors wait on a page that opens the app, programs hear when to ask again, and nothing claims to have arrived', async (t) => {
  const port = await refusedPort();
  const edge = await startBalanced(t, [port, await refusedPort()], { waitForAppMs: 60_000 });
  const page = await ask(edge, 'GET', '', { accept: 'text/html', 'accept-language': 'zh-CN' });
  assert.deepEqual([page.status, page.headers['retry-after']], [503, '5']);
  assert.match(page.body, /<h1>应用正在启动。<\/h1>[^]*应用一有应答，本页就会打开。[^]*<script>/);
  const sent = await ask(edge, 'POST', 'name=x', { accept: 'text/html' });
  assert.equal(sent.status, 503);
  assert.match(sent.body, /The app is starting\.<\/h1>\n<p>It has not received what you sent\. Send it again/);
  assert.doesNotMatch(sent.body, /<script>|http-equiv="refresh"/);
  const api = await ask(edge, 'POST', '{}', { accept: 'application/json' });
  const { error } = JSON.parse(api.body) as { error: Record<string, string> };
  assert.deepEqual([api.status, api.headers['retry-after'], error['code']], [503, '5', 'edge.app-starting']);
  const raw = await connectRaw(t, edge.httpsPort);
  raw.socket.write(request('/ws', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  await raw.until(/^HTTP\/1.1 503 /);

  await startInstance(t, 'up', undefined, port);
  assert.equal((await ask(edge)).body, 'up');
});

test('after the time of wait_for_app, the app counts as down: 502', async (t) => {
  const edge = await startBalanced(t, [await refusedPort()], { waitForAppMs: 50 });
  assert.equal((await ask(edge)).status, 503);
  await until(t, async () => (await ask(edge)).status === 502);
});

test('a health check that fails takes an instance out; if all fail, or the path is wrong, all are used', async (t) => {
  let isReady = false;
  const loading: Answer = (asked, answer) => {
    const isLoading = asked.url === '/health' && !isReady;
    answer.writeHead(isLoading ? 503 : 200).end('one');
  };
  const one = await startInstance(t, 'one', loading);
  const two = await startInstance(t, 'two');
  const health = { path: '/health', intervalMs: 1000 };
  const edge = await startBalanced(t, [one.port, two.port], { balance: 'round-robin', health });
  await until(t, async () => {
    const answers = [await ask(edge), await ask(edge), await ask(edge), await ask(edge)];
    return answers.every(({ body }) => body === 'two');
  });
  await two.stop();
  assert.equal((await ask(edge)).body, 'one', 'serving something beats serving nothing');
  isReady = true;
  await until(t, async () => (await ask(edge)).body === 'one');
  const asked = one.seen.filter((each) => each === 'GET /health').length;
  assert.ok(asked >= 2, one.seen.join());
});

test('a model that is loading: with health and wait_for_app, visitors wait until the health check passes', async (t) => {
  let isReady = false;
  const app = await startInstance(t, 'app', (asked, answer) => {
    const status = asked.url === '/health' ? 503 : 500;
    answer.writeHead(isReady ? 200 : status).end(isReady ? 'ready' : 'loading');
  });
  const health = { path: '/health', intervalMs: 1000 };
  const edge = await startBalanced(t, [app.port], { health, waitForAppMs: 60_000 });
  await until(t, async () => (await ask(edge)).status === 503);
  isReady = true;
  await until(t, async () => (await ask(edge)).body === 'ready');
});

test('an instance that accepts connections and answers nothing is found by its health check', async (t) => {
  const stalled = await startApp(t, () => {});
  const alive = await startInstance(t, 'alive');
  const health = { path: '/health', intervalMs: 1000 };
  const edge = await startBalanced(t, [stalled, alive.port], { balance: 'round-robin', health });
  await until(t, () => troubleAt(stalled) === 'unhealthy');
  for (let count = 0; count < 6; count += 1) assert.equal((await ask(edge)).body, 'alive');
});

test('sticky: a browser stays at its instance over HTTP/1.1, HTTP/2 and WebSocket, and moves once that one is gone', async (t) => {
  const instances = await Promise.all(['a', 'b', 'c'].map((name) => startInstance(t, name)));
  const ports = instances.map(({ port }) => port);
  const edge = await startBalanced(t, ports, { balance: 'sticky' });
  const first = await ask(edge);
  const [cookie = ''] = first.headers['set-cookie']!;
  assert.match(
    cookie,
    /^__Host-everyhop-[0-9a-f]{8}=[\w-]{16}; Path=\/; Secure; HttpOnly; SameSite=None; Partitioned$/,
  );
  const headers = { cookie: `session=1; ${cookie.split(';')[0]}` };
  for (let count = 0; count < 6; count += 1) {
    const next = await ask(edge, 'POST', 'x', headers);
    assert.deepEqual([next.body, next.headers['set-cookie']], [first.body, undefined]);
  }
  const raw = await connectRaw(t, edge.httpsPort);
  raw.socket.write(request('/ws', `Cookie: ${headers.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`));
  await raw.until(new RegExp(`101 Switching[^]*\r\n\r\n${first.body}`));
  // Visitors without a cookie are spread.
  const strangers = await Promise.all(Array.from({ length: 9 }, () => ask(edge)));
  assert.equal(new Set(strangers.map(({ body }) => body)).size, 3);
  // A cookie that is not ours, or for an instance that no longer exists, is replaced.
  const forged = await ask(edge, 'GET', '', { cookie: `${cookie.split('=')[0]}=${'A'.repeat(16)}` });
  assert.equal(forged.headers['set-cookie']?.length, 1);

  await instances['abc'.indexOf(first.body)]!.stop();
  const moved = await ask(edge, 'POST', 'x', headers);
  assert.equal(moved.status, 200);
  assert.notEqual(moved.body, first.body);
  const [replaced = ''] = moved.headers['set-cookie']!;
  for (let count = 0; count < 3; count += 1)
    assert.equal((await ask(edge, 'GET', '', { cookie: replaced.split(';')[0]! })).body, moved.body);
});

test('what is known about instances outlives a change of the configuration', async (t) => {
  const alive = await startInstance(t, 'alive');
  const gone = await refusedPort();
  const edge = await startBalanced(t, [gone, alive.port], { balance: 'round-robin' });
  for (let count = 0; count < 3; count += 1) await ask(edge);
  const late = await startInstance(t, 'late');
  await edge.apply({
    sites: [site(['chat.test'], [routeTo([gone, alive.port, late.port], { balance: 'round-robin' })])],
  });
  const before = edge.log.length;
  for (let count = 0; count < 6; count += 1) await ask(edge);
  assert.ok(edge.log.slice(before).every(({ retries }) => retries === undefined));
  assert.ok(late.seen.length > 0);
});

test('answers that do not come within request_time count against an instance; a route without an app needs none', async (t) => {
  neverTooSoon(t);
  let waiting = 0;
  const stalled = await startApp(t, () => (waiting += 1));
  const alive = await startInstance(t, 'alive');
  const limits = { requestTimeMs: 600_000 } as EdgeRoute['limits'];
  const late = routeTo([stalled, alive.port], { balance: 'round-robin', limits });
  const answer = {
    ...routeTo([]),
    path: '/robots.txt',
    respond: { status: 200, body: 'none' },
  } as unknown as EdgeRoute;
  const edge = await startEdge(t, [site(['chat.test'], [late, answer])]);
  const asked = Array.from({ length: 8 }, async () => (await ask(edge)).status);
  await until(t, () => waiting === 4 && edge.log.length === 4);
  for (const connection of edge.connections)
    (connection as unknown as TimeoutOwner).checkTimeouts(performance.now() + 601_000);
  assert.deepEqual(
    (await Promise.all(asked)).toSorted((one, other) => one - other),
    [200, 200, 200, 200, 504, 504, 504, 504],
  );
  for (let count = 0; count < 4; count += 1) assert.equal((await ask(edge)).body, 'alive');
});

test('a WebSocket over HTTP/2 to a path that has none is the visitor’s mistake: no instance loses trust', async (t) => {
  const page = (socket: Socket): void =>
    void socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage'));
  const ports = [await startApp(t, page), await startApp(t, page)];
  const edge = await startBalanced(t, ports, { balance: 'round-robin' });
  for (let count = 0; count < 8; count += 1) {
    const { status } = await ask(edge, 'CONNECT', '', { ':protocol': 'websocket', ':scheme': 'https' });
    assert.equal(status, 502);
  }
  assert.deepEqual(ports.map(troubleAt), ['', '']);
  assert.equal(edge.log[0]!.detail, '200 instead of 101');
});
