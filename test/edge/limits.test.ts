import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import {
  bodyTimeoutMs,
  headTimeoutMs,
  idleTimeoutMs,
  lingerMs,
  stallTimeoutMs,
  type TimeoutOwner,
} from '../../src/edge/limits.ts';
import { connectRaw, type Edge, route, site, startApp, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

/** Runs the checks as the timer would `ms` from now. */
function passTime(edge: Edge, ms: number): void {
  for (const connection of edge.connections)
    (connection as unknown as TimeoutOwner).checkTimeouts(performance.now() + ms);
}

async function untilConnections(edge: Edge, count: number): Promise<void> {
  while (edge.connections.size !== count) await new Promise((resolve) => setImmediate(resolve));
}

test('an incomplete head gets 408, even if the client keeps sending slowly', async (t) => {
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write('GET / HTTP/1.1\r\nHost: chat.');
  await untilConnections(edge, 1);
  // Once the edge has accepted a later connection, it has read these bytes.
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

test('closes an idle connection, but never one that waits for a response', async (t) => {
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

test('aborts a request whose body stops arriving, and closes the connection to the app', async (t) => {
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

test('aborts a response that the client does not read', async (t) => {
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

test('pipelined requests of a client that reads no responses are not buffered in memory', async (t) => {
  const app = await startRecorder(t, (received, socket) => {
    // One response per request; the edge sends the next request on this connection only afterwards.
    if (received.endsWith('\r\n\r\n'))
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n${'x'.repeat(50_000)}`);
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.pause();
  client.socket.write('GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n'.repeat(1500));
  // Once the socket buffers are full, the edge must stop sending requests to the app.
  let asked = -1;
  while (asked !== app.received().length) {
    asked = app.received().length;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert.ok(edge.log.length < 700, `${edge.log.length} responses are buffered for a client that reads none`);
  client.socket.resume();
  while (edge.log.length < 1500) await edge.nextEntry();
  assert.equal(readRequests(app.received()).whole.length, 1500);
});

test('a slow client gets the complete last response, however long it takes', async (t) => {
  const size = 12 * 1024 * 1024;
  const app = await startRecorder(t, `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${'x'.repeat(size)}`);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  const entry = edge.nextEntry();
  client.socket.write('GET / HTTP/1.1\r\nHost: chat.test\r\nConnection: close\r\n\r\n');
  await client.until(/x/);
  client.socket.pause();
  // The client reads in small steps; the time limit passes while the edge still holds the end of the response.
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
