/** HTTP/2 carries many requests on one connection, each with a connection to the app: limits for them, like those for connections. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2, { type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { connectRaw, request, rootPem, route, site, startApp, startEdge, upstreamAt } from './edge.ts';

interface PatientApp {
  port: number;
  /** Connections whose request has no answer yet. */
  waiting: Set<Socket>;
  answer(sockets: Iterable<Socket>): void;
}

/** An app that answers only when told. */
async function startPatientApp(t: TestContext): Promise<PatientApp> {
  const waiting = new Set<Socket>();
  const port = await startApp(t, (socket) => {
    socket.on('data', () => waiting.add(socket));
    socket.on('close', () => waiting.delete(socket));
  });
  const answer = (sockets: Iterable<Socket>): void => {
    for (const socket of sockets) {
      waiting.delete(socket);
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    }
  };
  return { port, waiting, answer };
}

function connect(t: TestContext, port: number): ClientHttp2Session {
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  session.on('error', () => {});
  return session;
}

const ask = (session: ClientHttp2Session): ClientHttp2Stream => {
  const stream = session.request({ ':authority': 'chat.test', ':path': '/' });
  stream.on('error', () => {});
  return stream;
};

async function statusOf(stream: ClientHttp2Stream): Promise<number> {
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  return Number(headers[':status']);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a client at its limit of requests is refused on all its connections, and served again once some have ended', async (t) => {
  const app = await startPatientApp(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])], { connectionsPerClient: 20 });
  const [one, two] = [connect(t, edge.httpsPort), connect(t, edge.httpsPort)];
  const open = [one, two].flatMap((session) => Array.from({ length: 10 }, () => ask(session)));
  await until(() => app.waiting.size === 20);
  assert.equal(await statusOf(ask(one)), 429);
  assert.equal(await statusOf(ask(two)), 429);
  assert.equal(app.waiting.size, 20);
  // They end in every way: by the client's reset, by the app's end, by an answer, with the connection.
  for (const stream of open.slice(0, 5)) stream.close(http2.constants.NGHTTP2_CANCEL);
  await until(() => app.waiting.size === 15);
  const [first, second, third, ...others] = app.waiting;
  for (const socket of [first!, second!, third!]) socket.destroy();
  app.answer(others.slice(0, 3));
  await until(() => edge.log.length === 2 + 5 + 6);
  for (const session of [one, two]) session.destroy();
  await until(() => edge.log.length === 2 + 20);
  const three = connect(t, edge.httpsPort);
  const again = Array.from({ length: 20 }, () => ask(three));
  await until(() => app.waiting.size === 20);
  assert.equal(await statusOf(ask(three)), 429);
  app.answer(app.waiting);
  for (const stream of again) assert.equal(await statusOf(stream), 200);
});

test('all clients together get no more connections to apps than the worker can open', async (t) => {
  const app = await startPatientApp(t);
  const sites = [site(['chat.test'], [route(upstreamAt(app.port))])];
  const edge = await startEdge(t, sites, {}, { connections: 10 });
  const session = connect(t, edge.httpsPort);
  for (let count = 0; count < 10; count += 1) ask(session);
  await until(() => app.waiting.size === 10);
  const other = await connectRaw(t, edge.httpsPort, { localAddress: '127.0.0.2' });
  other.socket.write(request('/'));
  await other.until(/^HTTP\/1\.1 503 /);
  app.answer(app.waiting);
  await until(() => edge.log.filter(({ status }) => status === 200).length === 10);
  const later = await connectRaw(t, edge.httpsPort);
  later.socket.write(request('/'));
  await until(() => app.waiting.size === 1);
  app.answer(app.waiting);
  await later.until(/^HTTP\/1\.1 200 /);
});
