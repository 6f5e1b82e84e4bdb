/** The last bytes of one side arrive at the other, even if that one reads slowly. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2, { type ClientHttp2Stream } from 'node:http2';
import net, { type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { Pool } from '../../src/base/pool.ts';
import { stallTimeoutMs } from '../../src/edge/limits.ts';
import { Tunnel } from '../../src/edge/upstream/splice.ts';
import { mends } from '../support/outside.ts';
import { type Edge, connectRaw, rootPem, route, site, startApp, startEdge, upstreamAt } from './edge.ts';

const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const upgrade = (target: string): string =>
  `GET ${target} HTTP/1.1\r\nHost: chat.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n`;
const closeFrame = Buffer.from([0x88, 0x02, 0x03, 0xe8]);

/** An app that switches protocols, sends as many bytes as the path says and the close frame, and closes at once. */
async function startWebSocketApp(t: TestContext): Promise<Edge> {
  const port = await startApp(t, (socket) => {
    socket.once('data', (bytes: Buffer) => {
      const size = Number(/n=(\d+)/.exec(bytes.toString('latin1'))![1]);
      socket.write(switching);
      socket.write(Buffer.alloc(size, 'y'));
      socket.end(closeFrame);
      socket.resume();
    });
  });
  return startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
}

/** Reads to the end, with a pause after each piece. */
function readSlowly(stream: Duplex, pauseMs: number): Promise<{ bytes: number; tail: Buffer; isWhole: boolean }> {
  let bytes = 0;
  let tail: Buffer = Buffer.alloc(0);
  let isWhole = false;
  return new Promise((resolve) => {
    stream.on('data', (piece: Buffer) => {
      bytes += piece.length;
      tail = Buffer.concat([tail, piece]).subarray(-closeFrame.length);
      if (pauseMs === 0) return;
      stream.pause();
      void setTimeout(pauseMs).then(() => stream.resume());
    });
    stream.on('error', () => {});
    stream.on('end', () => {
      isWhole = true;
      stream.end();
    });
    stream.on('close', () => resolve({ bytes, tail, isWhole }));
  });
}

/** The number of bytes until the other side ends its direction. */
function untilEnd(stream: Duplex): Promise<number> {
  let bytes = 0;
  stream.on('data', (piece: Buffer) => (bytes += piece.length));
  return once(stream, 'end').then(() => bytes);
}

test('100 of 100 WebSocket tails arrive over HTTP/1.1 at slow readers', async (t) => {
  mends(t, 'edge/E02-websocket-tail-lost');
  const edge = await startWebSocketApp(t);
  const sizes = Array.from({ length: 100 }, (_, index) => 20_000 + index * 20_000);
  const lost = await new Pool(20).map(sizes, async (size) => {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.removeAllListeners('data');
    client.socket.pause();
    client.socket.write(upgrade(`/?n=${size}`));
    // Meanwhile, the edge fills all buffers, and the app closes if the rest fits into those of the edge.
    await setTimeout(100);
    const reading = readSlowly(client.socket, 0);
    client.socket.resume();
    const { bytes, tail, isWhole } = await reading;
    const head = bytes - size - closeFrame.length;
    return isWhole && tail.equals(closeFrame) && head > 0 && head < 400 ? [] : [`${size}: ${head}`];
  });
  assert.deepEqual(lost.flat(), []);
});

test('100 of 100 WebSocket tails arrive over HTTP/2, with small and large windows', async (t) => {
  mends(t, 'edge/E02-websocket-tail-lost');
  const edge = await startWebSocketApp(t);
  const lost: string[] = [];
  for (const initialWindowSize of [1024, 16_384, 65_535, 1_048_576, 6_291_456]) {
    const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, {
      ca: rootPem,
      servername: 'chat.test',
      settings: { initialWindowSize },
    });
    t.after(() => session.destroy());
    await once(session, 'remoteSettings');
    const sizes = Array.from(
      { length: 20 },
      (_, index) => (index % 2 === 0 ? 0 : 4000) + (index * initialWindowSize) / 20,
    );
    await Promise.all(
      sizes.map(async (exact) => {
        const size = Math.floor(exact);
        const stream: ClientHttp2Stream = session.request(
          { ':method': 'CONNECT', ':protocol': 'websocket', ':authority': 'chat.test', ':path': `/?n=${size}` },
          { endStream: false },
        );
        const { bytes, tail, isWhole } = await readSlowly(stream, size % 3);
        if (!isWhole || bytes !== size + closeFrame.length || !tail.equals(closeFrame) || stream.rstCode !== 0) {
          lost.push(`window ${initialWindowSize}, ${size}: ${bytes - size}, reset ${stream.rstCode}`);
        }
      }),
    );
  }
  assert.deepEqual(lost, []);
});

/** Two connections, as the edge has them for a tunnel: its ends of them and the ends of the client and the app. */
async function startTunnel(
  t: TestContext,
): Promise<{ tunnel: Tunnel; ours: Socket; upstream: Socket; client: Socket; app: Socket }> {
  const server = net.createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pair = async (): Promise<[accepted: Socket, connected: Socket]> => {
    const accepted = once(server, 'connection');
    const connected = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    const sockets: [Socket, Socket] = [((await accepted) as [Socket])[0], connected];
    t.after(() => {
      for (const socket of sockets) socket.destroy();
    });
    return sockets;
  };
  const [ours, client] = await pair();
  const [app, upstream] = await pair();
  server.close();
  return { tunnel: new Tunnel(ours, upstream, () => {}), ours, upstream, client, app };
}

/** Sends until the system takes no more for a client that does not read. Returns the number of bytes. */
async function fill(app: Socket, ours: Socket): Promise<number> {
  const message = Buffer.alloc(4000, 'y');
  let sent = 0;
  for (; ours.writableLength < 3 * message.length; sent += message.length) {
    app.write(message);
    // One message at a time, so that the other side is not paused.
    const passed = ours.bytesWritten;
    for (let turns = 0; turns < 100 && ours.bytesWritten === passed; turns += 1) await setImmediate();
  }
  return sent;
}

test('a tunnel closes a client that does not read only after its last byte', async (t) => {
  mends(t, 'edge/E02-websocket-tail-lost');
  const { ours, upstream, client, app } = await startTunnel(t);
  client.pause();
  const sent = await fill(app, ours);
  const ended = once(upstream, 'end');
  app.end(closeFrame);
  app.resume();
  await ended;
  const reading = readSlowly(client, 0);
  client.resume();
  const { bytes, tail, isWhole } = await reading;
  assert.deepEqual({ bytes, tail, isWhole }, { bytes: sent + closeFrame.length, tail: closeFrame, isWhole: true });
});

test('a tunnel waits for a client that reads nothing only as long as any response does', async (t) => {
  const { tunnel, ours, upstream, client, app } = await startTunnel(t);
  client.pause();
  await fill(app, ours);
  const ended = once(upstream, 'end');
  app.end(closeFrame);
  app.resume();
  await ended;
  tunnel.checkTimeouts(performance.now() + stallTimeoutMs - 1000);
  assert.ok(!ours.destroyed);
  tunnel.checkTimeouts(performance.now() + stallTimeoutMs + 1000);
  assert.ok(ours.destroyed && upstream.destroyed);
});

test('a worker does not end before the app has the last bytes of a client that has left', async (t) => {
  const { tunnel, ours, upstream, client, app } = await startTunnel(t);
  app.pause();
  const sent = await fill(client, upstream);
  let isRegistered = false;
  ours.once('close', () =>
    tunnel.outlive({
      register: () => {
        isRegistered = true;
        return () => (isRegistered = false);
      },
    }),
  );
  client.end(closeFrame);
  client.resume();
  await once(ours, 'end');
  ours.destroy();
  await once(ours, 'close');
  assert.ok(isRegistered);
  const released = once(upstream, 'close');
  const reading = readSlowly(app, 0);
  app.resume();
  assert.equal((await reading).bytes, sent + closeFrame.length);
  await released;
  assert.ok(!isRegistered);
});

test('each direction of a tunnel ends on its own; the last bytes of both sides arrive', async (t) => {
  mends(t, 'edge/E02-websocket-tail-lost', 'further/tunnel-half-close');
  for (const first of ['client', 'app'] as const) {
    let app!: Socket;
    const switched = Promise.withResolvers<void>();
    const port = await startApp(t, (socket) => {
      socket.allowHalfOpen = true;
      app = socket;
      socket.once('data', () => socket.write(switching, () => switched.resolve()));
    });
    const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
    const raw = await connectRaw(t, edge.httpsPort);
    const client = raw.socket;
    client.removeAllListeners('end');
    client.allowHalfOpen = true;
    client.write(upgrade('/'));
    await raw.until(/\r\n\r\n$/);
    await switched.promise;
    const sides = { client, app };
    const [one, other] = first === 'client' ? [sides.client, sides.app] : [sides.app, sides.client];
    const heard = untilEnd(other);
    one.end('last words');
    await heard;
    const answer = readSlowly(one, 1);
    other.write(Buffer.alloc(500_000, 'z'));
    other.end('the answer');
    assert.equal(await heard, 'last words'.length, first);
    const { bytes, isWhole } = await answer;
    assert.ok(isWhole);
    assert.equal(bytes, 500_000 + 'the answer'.length, first);
  }
});
