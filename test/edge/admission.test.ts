import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { capacityOf, residentMemory } from '../../src/edge/admission.ts';
import { mends } from '../support/outside.ts';
import { connectRaw, route, site, startApp, startEdge, startRecorder, upstreamAt } from './edge.ts';

const ask = 'GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n';

test('a client at its connection limit gets no more until one closes', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])], { connectionsPerClient: 2 });
  const first = await connectRaw(t, edge.httpsPort);
  const second = await connectRaw(t, edge.httpsPort);
  await assert.rejects(connectRaw(t, edge.httpsPort));
  assert.equal(edge.admission.refused, 1);
  const other = await connectRaw(t, edge.httpPort, { plain: true, localAddress: '127.0.0.2' });
  other.socket.write(ask);
  await other.until(/^HTTP\/1\.1 308/);

  first.socket.destroy();
  await first.closed;
  while (edge.connections.size > 2) await new Promise((resolve) => setImmediate(resolve));
  const third = await connectRaw(t, edge.httpsPort);
  for (const client of [second, third]) {
    client.socket.write(ask);
    await client.until(/ok$/);
  }
});

test('a trusted proxy has no connection limit', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])], {
    connectionsPerClient: 1,
    trustedProxies: ['127.0.0.1/32'],
  });
  const clients = [await connectRaw(t, edge.httpsPort), await connectRaw(t, edge.httpsPort)];
  for (const client of clients) {
    client.socket.write(ask);
    await client.until(/ok$/);
  }
});

test('at full capacity a connection waits, and is served once another has closed', async (t) => {
  let reached!: (socket: Socket) => void;
  const arrival = new Promise<Socket>((resolve) => (reached = resolve));
  const port = await startApp(t, (socket) => socket.on('data', () => reached(socket)));
  const recorder = await startRecorder(t);
  const edge = await startEdge(
    t,
    [site(['chat.test'], [route(upstreamAt(recorder.port)), route(upstreamAt(port), { path: '/slow' })])],
    {},
    { connections: 1 },
  );
  const first = await connectRaw(t, edge.httpsPort);
  first.socket.write(ask.replace('/ ', '/slow '));
  const app = await arrival;
  const waiting = connectRaw(t, edge.httpsPort);
  const outcome = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 200, 'waits'))]);
  assert.equal(outcome, 'waits');
  // The first stream is not affected.
  app.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow');
  await first.until(/slow$/);
  first.socket.end();
  const second = await waiting;
  second.socket.write(ask);
  await second.until(/ok$/);
});

test('closes a connection that has waited too long', async (t) => {
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])], {}, { connections: 1 });
  await connectRaw(t, edge.httpsPort);
  const waiting = connectRaw(t, edge.httpsPort);
  while (edge.admission.refused === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    edge.admission.checkTimeouts(performance.now() + 11_000);
  }
  await assert.rejects(waiting);
});

test('with full memory, serves only few connections', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])], {}, { memoryBytes: 1 });
  edge.admission.checkTimeouts(performance.now());
  for (let count = 0; count < 64; count += 1) await connectRaw(t, edge.httpsPort);
  const outcome = await Promise.race([
    connectRaw(t, edge.httpsPort).catch(() => 'refused'),
    new Promise((resolve) => setTimeout(resolve, 200, 'waits')),
  ]);
  assert.equal(outcome, 'waits');
});

test('derives the capacity from the limits of the machine', () => {
  assert.deepEqual(capacityOf({ files: 1024, memoryBytes: 8e9 }, 2), {
    connections: 330,
    queue: 164,
    memoryBytes: 2e9,
  });
  assert.deepEqual(capacityOf({ files: 10, memoryBytes: 8e9 }, 1), { connections: 16, queue: 8, memoryBytes: 4e9 });
});

test('serves on when the system cannot tell the memory in use, as without a free descriptor', async (t) => {
  mends(t, 'further/memory-unknown-without-descriptors');
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const known = residentMemory();
  t.mock.method(process.memoryUsage, 'rss', () => {
    throw Object.assign(new Error('EMFILE: too many open files, uv_resident_set_memory'), { code: 'EMFILE' });
  });
  edge.admission.checkTimeouts(performance.now());
  assert.equal(residentMemory(), known);
  await connectRaw(t, edge.httpsPort);
});
