import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import { encodeFields, encodeFrame, flag, FrameClient, frameType, number32 } from '../../test/edge/http2-frames.ts';
import { clientOptions, connect } from './clients.ts';
import { host, type Proxy } from './proxies.ts';

/** Time limit for watching a slow client. */
const patienceMs = 130_000;

interface SlowCase {
  name: string;
  run(proxy: Proxy): Promise<Socket>;
}

export const slowClients: SlowCase[] = [
  {
    name: 'connects and sends nothing, not even a ClientHello',
    async run({ port }) {
      const socket = net.connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
  },
  {
    name: 'sends its ClientHello one byte a second',
    async run({ port }) {
      const hello = await clientHello();
      const socket = net.connect(port, '127.0.0.1');
      await once(socket, 'connect');
      let at = 0;
      const timer = setInterval(() => socket.write(hello.subarray(at, (at += 1))), 1000);
      socket.once('close', () => clearInterval(timer));
      return socket;
    },
  },
  { name: 'completes the handshake and sends no request', run: ({ port }) => connect(port) },
  {
    name: 'sends its head one byte a second',
    async run({ port }) {
      const socket = await connect(port);
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
      const timer = setInterval(() => socket.write('x'), 1000);
      socket.once('close', () => clearInterval(timer));
      return socket;
    },
  },
  {
    name: 'sends half of its body, then nothing',
    async run({ port }) {
      const socket = await connect(port);
      socket.write(`POST /never HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\nhalf`);
      return socket;
    },
  },
  {
    name: 'HTTP/2: sends SETTINGS, then nothing',
    run: ({ port }) => speakHttp2(port, encodeFrame(frameType.settings, 0, 0)),
  },
  {
    name: 'HTTP/2: HEADERS that never end',
    run: ({ port }) =>
      speakHttp2(
        port,
        encodeFrame(frameType.settings, 0, 0),
        encodeFrame(frameType.headers, flag.endStream, 1, encodeFields([[':method', 'GET']])),
      ),
  },
  {
    name: 'HTTP/2: reads nothing of a small response (a window of 0)',
    run: ({ port }) =>
      speakHttp2(
        port,
        encodeFrame(frameType.settings, 0, 0, Buffer.concat([Buffer.from([0, 4]), number32(0)])),
        encodeFrame(
          frameType.headers,
          flag.endStream | flag.endHeaders,
          1,
          encodeFields([
            [':method', 'GET'],
            [':scheme', 'https'],
            [':path', '/'],
            [':authority', host],
          ]),
        ),
      ),
  },
];

/** The first bytes that a TLS client sends. */
async function clientHello(): Promise<Buffer> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = tls.connect(clientOptions((server.address() as AddressInfo).port));
  client.on('error', () => {});
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [hello] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  server.close();
  return hello;
}

async function speakHttp2(port: number, ...frames: Buffer[]): Promise<Socket> {
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const { socket } = await FrameClient.connect(clientOptions(port), Buffer.concat([preface, ...frames]));
  return socket;
}

/** Returns in words whether and when the connection was closed. */
export async function watchSlow(socket: Socket): Promise<string> {
  const beganMs = performance.now();
  socket.on('error', () => {});
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  const ended = await Promise.race([
    once(socket, 'close').then(
      () => true,
      () => true,
    ),
    new Promise<false>((resolve) => setTimeout(() => resolve(false), patienceMs)),
  ]);
  socket.destroy();
  const seconds = Math.round((performance.now() - beganMs) / 5000) * 5;
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  return ended ? `${status === undefined ? '' : `${status}, `}closed after ${seconds} s` : `open after ${seconds} s`;
}
