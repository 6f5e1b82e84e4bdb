import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import {
  bodyTimeoutMs,
  headTimeoutMs,
  idleTimeoutMs,
  lingerMs,
  stallTimeoutMs,
  type Timed,
} from '../../src/edge/limits.ts';
import { connectRaw, type Edge, route, site, startApp, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

/** What the coarse timer would do at that moment from now. */
function passTime(edge: Edge, ms: number): void {
  for (const connection of edge.connections) (connection as unknown as Timed).checkTime(performance.now() + ms);
}

async function untilConnections(edge: Edge, count: number): Promise<void> {
  while (edge.connections.size !== count) await new Promise((resolve) => setImmediate(resolve));
}

test('a head that does not come to its end gets 408, however slowly it drips', async (t) => {
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write('GET / HTTP/1.1\r\nHost: chat.');
  await untilConnections(edge, 1);
  // The bytes are with the edge once an answer to a later connection is.
  const other = await connectRaw(t, edge.httpsPort);
  other.socket.write('GET /');
  await untilConnections(edge, 2);
  client.socket.write('t');
  await new Promise((resolve) => setTimeout(resolve, 50));
  passTime(edge, headTimeoutMs - 5000);
  assert.equal(client.text(), '');
  passTime(edge, headTimeoutMs + 1000);
  assert.match((await client.closed).text, /^HTTP\/1\.1 408 /);
});

test('an idle connection is closed; one that waits for its answer is not, however long', async (t) => {
  let reached!: (socket: Socket) => void;
  const arrival = new Promise<Socket>((resolve) => (reached = resolve));
  const port = await startApp(t, (socket) => {
    socket.resume();
    reached(socket);
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const idle = await connectRaw(t, edge.httpsPort);
  const waiting = await connectRaw(t, edge.httpsPort);
  waiting.socket.write('GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n');
  const app = await arrival;
  await untilConnections(edge, 2);
  passTime(edge, 60 * idleTimeoutMs);
  assert.equal((await idle.closed).text, '');
  app.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  await waiting.until(/ok$/);
});

test('a body that stops coming is given up, at the app too', async (t) => {
  let gone!: () => void;
  const ended = new Promise<void>((resolve) => (gone = resolve));
  let heard!: () => void;
  const arrived = new Promise<void>((resolve) => (heard = resolve));
  const port = await startApp(t, (socket) => {
    socket.on('data', () => heard());
    socket.on('close', () => gone());
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  const entry = edge.nextEntry();
  client.socket.write('POST / HTTP/1.1\r\nHost: chat.test\r\nContent-Length: 10\r\n\r\nabc');
  await arrived;
  passTime(edge, bodyTimeoutMs - 5000);
  assert.equal(edge.log.length, 0);
  passTime(edge, bodyTimeoutMs + 1000);
  await ended;
  assert.equal((await entry).error, 'edge.body-timeout');
});

test('a client that takes nothing of its answer is given up', async (t) => {
  const app = await startRecorder(t, (_, socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${64 * 1024 * 1024}\r\n\r\n`);
    socket.write(Buffer.alloc(64 * 1024 * 1024));
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.pause();
  const entry = edge.nextEntry();
  client.socket.write('GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n');
  while (app.received() === '') await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 300));
  passTime(edge, stallTimeoutMs - 5000);
  assert.equal(edge.log.length, 0);
  passTime(edge, stallTimeoutMs + 1000);
  assert.equal((await entry).error, 'edge.client-stalled');
});

test('requests sent ahead by a client that takes no answers wait with the client, not in memory', async (t) => {
  const app = await startRecorder(t, (received, socket) => {
    // One answer to each request; the edge sends the next on this connection only after it.
    if (received.endsWith('\r\n\r\n'))
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n${'x'.repeat(50_000)}`);
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.pause();
  client.socket.write('GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n'.repeat(1500));
  // What the sockets' own buffers hold is answered; then the edge must stop asking the app.
  let asked = -1;
  while (asked !== app.received().length) {
    asked = app.received().length;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert.ok(edge.log.length < 700, `${edge.log.length} answers are held for a client that takes none`);
  client.socket.resume();
  while (edge.log.length < 1500) await edge.nextEntry();
  assert.equal(readRequests(app.received()).whole.length, 1500);
});

test('a slow client gets the last answer whole, however long it takes', async (t) => {
  const size = 12 * 1024 * 1024;
  const app = await startRecorder(t, `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${'x'.repeat(size)}`);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  const entry = edge.nextEntry();
  client.socket.write('GET / HTTP/1.1\r\nHost: chat.test\r\nConnection: close\r\n\r\n');
  await client.until(/x/);
  client.socket.pause();
  // It takes the answer in small bites; the time passes while the end of it is still at the edge.
  const late = entry.then(() => passTime(edge, lingerMs + 1000));
  while (edge.log.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    client.socket.resume();
    await new Promise((resolve) => setImmediate(resolve));
    client.socket.pause();
  }
  await late;
  client.socket.resume();
  const { text } = await client.closed;
  assert.equal(text.length - text.indexOf('\r\n\r\n') - 4, size);
});
