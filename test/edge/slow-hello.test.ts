import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { mends } from '../support/outside.ts';
import { connectRaw, route, site, startApp, startEdge, upstreamAt } from './edge.ts';

/** Time limit for a ClientHello, and for a handshake (`front.ts`, `tls.ts`), plus some slack. */
const limitMs = 15_000 + 2000;

/** The ClientHello of a real TLS client. */
async function clientHello(t: TestContext): Promise<Buffer> {
  let told!: (bytes: Buffer) => void;
  const heard = new Promise<Buffer>((resolve) => (told = resolve));
  const port = await startApp(t, (socket) => socket.once('data', told));
  const client = tls.connect({ port, host: '127.0.0.1', servername: 'chat.test' });
  client.on('error', () => {});
  t.after(() => void client.destroy());
  return heard;
}

test('a client that sends its ClientHello byte by byte times out like a silent one', async (t) => {
  const hello = await clientHello(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
  const { socket, closed } = await connectRaw(t, edge.httpsPort, { plain: true });
  let at = 0;
  const timer = setInterval(() => {
    if (at < hello.length - 1) socket.write(hello.subarray(at, (at += 1)));
  }, 500);
  const tooLate = new Promise<'open'>((resolve) => setTimeout(() => resolve('open'), limitMs));
  const outcome = await Promise.race([closed.then(() => 'closed'), tooLate]);
  clearInterval(timer);
  socket.destroy();
  assert.equal(outcome, 'closed');
});

test('20 connections that each send 64 KiB in records of one byte are refused, and cost little', async (t) => {
  const measured = mends(t, 'security/S01-hello-fragments');
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
  const record = (byte: number): Buffer => Buffer.from([22, 3, 1, 0, 1, byte]);
  const bytes = Buffer.concat(Array.from({ length: 10_922 }, (_, at) => record([1, 0, 0x80, 0][at] ?? 0)));
  const start = process.cpuUsage();
  const clients = await Promise.all(Array.from({ length: 20 }, () => connectRaw(t, edge.httpsPort, { plain: true })));
  for (const { socket } of clients) socket.write(bytes);
  await Promise.all(clients.map(({ closed }) => closed));
  const { user, system } = process.cpuUsage(start);
  // Quadratic time was 20 times 0.8 to 2.5 s.
  assert.ok(user + system < 4_000_000, `${user + system} µs of CPU`);
  measured['refused'] = clients.length;
  measured['cpu'] = '4 s';
});
