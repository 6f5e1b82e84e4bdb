/** An hour of traffic in short time: however clients and apps behave, nothing must leak. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import v8 from 'node:v8';
import vm from 'node:vm';
import { type Edge, rootPem, route, site, startApp, startEdge, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

const lanes = 24;
const roundsPerLane = 60;
const uploadBytes = 300_000;

/** A deterministic random generator. */
function choices(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** An app whose behaviour depends on the path. */
function startSoakApp(t: TestContext): Promise<number> {
  return startApp(t, (socket) => {
    let received = '';
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1');
      const { whole, rest } = readRequests(received);
      received = rest;
      for (const { target, body } of whole) answer(socket, target, body);
    });
  });
}

function answer(socket: Socket, target: string, body: string): void {
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  switch (target) {
    case '/small':
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsmall');
      break;
    case '/stream':
      socket.write(head);
      stream(socket, 0);
      break;
    case '/upload':
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n${String(body.length).padStart(6, '0')}`);
      break;
    case '/half':
      socket.write(head + chunk('half of it'));
      setTimeout(() => socket.destroy(), 5);
      break;
    case '/nothing':
      socket.destroy();
      break;
    default: // `/waits`: the client goes away first
  }
}

/** Starts each timer after the previous one: timers with different delays may fire in any order. */
function stream(socket: Socket, at: number): void {
  if (socket.destroyed) return;
  const token = `data: ${at}\n\n`;
  socket.write(at === 20 ? '0\r\n\r\n' : `${token.length.toString(16)}\r\n${token}\r\n`);
  if (at < 20) setTimeout(() => stream(socket, at + 1), 1);
}

const targets = ['/small', '/stream', '/upload', '/half', '/nothing', '/waits', '/small', '/stream'] as const;

const expectedTokens = Array.from({ length: 20 }, (_, at) => `data: ${at}`);

/** Checks the response for each target, unless the client left early. */
function judge(target: (typeof targets)[number], status: number, body: string, whole: boolean): void {
  const seen = `${target} → ${status}, ${whole ? 'complete' : 'truncated'}, ${body.length} bytes`;
  if (target === '/nothing') assert.ok(status === 502 && whole, seen);
  else if (target === '/half') assert.ok(!whole, seen);
  else {
    assert.ok(status === 200 && whole, seen);
    if (target === '/upload') assert.equal(body, String(uploadBytes));
    if (target === '/stream') assert.deepEqual(body.match(/data: \d+/g), expectedTokens, body);
  }
}

async function overHttp1(edge: Edge, target: (typeof targets)[number], leaves: boolean): Promise<void> {
  // Not registered with the test context, which would keep it in memory and make the heap grow.
  const socket = tls.connect({ port: edge.httpsPort, host: '127.0.0.1', servername: 'chat.test', ca: rootPem });
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  const body = target === '/upload' ? 'x'.repeat(uploadBytes) : '';
  const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`;
  const method = body === '' ? 'GET' : 'POST';
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: chat.test\r\nConnection: close\r\n${length}\r\n${body}`);
  if (leaves) {
    await new Promise((resolve) => setTimeout(resolve, 3));
    socket.destroy();
  }
  await closed;
  if (leaves) return;
  const end = text.indexOf('\r\n\r\n') + 4;
  const chunked = /transfer-encoding: chunked/i.test(text.slice(0, end));
  const whole = end > 3 && (!chunked || text.endsWith('0\r\n\r\n'));
  judge(target, Number(text.slice(9, 12)), text.slice(end), whole);
}

async function overHttp2(
  session: http2.ClientHttp2Session,
  target: (typeof targets)[number],
  leaves: boolean,
): Promise<void> {
  const upload = target === '/upload';
  const stream = session.request(
    { ':path': target, ':method': upload ? 'POST' : 'GET', ':authority': 'chat.test' },
    { endStream: !upload },
  );
  let status = 0;
  let body = '';
  let broken = false;
  stream.on('response', (headers) => (status = headers[':status'] ?? 0));
  stream.on('data', (bytes: Buffer) => (body += bytes.toString('latin1')));
  stream.on('error', () => (broken = true));
  if (upload) stream.end(Buffer.alloc(uploadBytes, 'x'));
  if (leaves) setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), 3);
  await new Promise((resolve) => stream.once('close', resolve));
  if (!leaves) judge(target, status, body, !broken);
}

function connectHttp2(edge: Edge): http2.ClientHttp2Session {
  const session = http2.connect(`https://chat.test:${edge.httpsPort}`, {
    ca: rootPem,
    servername: 'chat.test',
    lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  session.on('error', () => {});
  return session;
}

async function traffic(edge: Edge, seed: number): Promise<void> {
  const session = connectHttp2(edge);
  await once(session, 'connect');
  const lane = async (index: number): Promise<void> => {
    const choose = choices(seed * 1000 + index);
    for (let round = 0; round < roundsPerLane; round += 1) {
      const target = targets[choose(targets.length)]!;
      const leaves = target === '/waits' || choose(10) === 0;
      if (index === 0 && round % 6 === 0) await edge.apply({}); // a reload under load
      // Too many resets on one HTTP/2 connection count as an attack, so most clients that leave early use HTTP/1.1.
      const old = choose(2) === 0 || (leaves && choose(5) > 0);
      if (old) await overHttp1(edge, target, leaves);
      else await overHttp2(session, target, leaves);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  session.close();
  await once(session, 'close');
}

/** The number of open sockets in this process, of the edge, the app and the clients. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => /^(TCPSocketWrap|TLSWrap)$/.test(name)).length;
}

async function settled(edge: Edge): Promise<number> {
  while (edge.connections.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  for (let turn = 0; turn < 3; turn += 1) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}

test('thousands of requests, cancellations, aborts and reloads leak no memory, no socket and no response', async (t) => {
  const port = await startSoakApp(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const heaps: number[] = [];
  for (let seed = 1; seed <= 4; seed += 1) {
    await t.test(`${lanes * roundsPerLane} requests, seed ${seed}`, () => traffic(edge, seed));
    edge.log.length = 0;
    heaps.push(await settled(edge));
  }
  const [, second, , last] = heaps as [number, number, number, number];
  const grownBytes = last - second;
  assert.ok(grownBytes < 3 * 1024 * 1024, `the heap grew by ${grownBytes} bytes: ${heaps.join(', ')}`);
  // Idle connections to the app close after at most 4 s.
  const deadlineMs = performance.now() + 10_000;
  while (openSockets() > 0 && performance.now() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(openSockets(), 0, 'sockets leak');
});
