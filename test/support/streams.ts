import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import net, { type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import tls, { type TLSSocket } from 'node:tls';
import { atEnd, type Up } from './up.ts';
import { until } from './until.ts';
import { Pool } from '../../src/base/pool.ts';

export interface StreamingApp {
  port: number;
  streams: Socket[];
  /** Sends the next number to all open streams. */
  tick(): void;
  /** Ends all streams. */
  finish(): void;
}

/** An app that answers every request with a stream of numbers. */
export async function startStreamingApp(t: TestContext): Promise<StreamingApp> {
  const streams: Socket[] = [];
  let next = 0;
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      if (!streams.includes(socket)) streams.push(socket);
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.close();
    for (const socket of streams) socket.destroy();
  });
  const send = (text: string): void => {
    for (const socket of streams) if (!socket.destroyed) socket.write(text);
  };
  return {
    port: (server.address() as net.AddressInfo).port,
    streams,
    tick() {
      const token = `${next++} `;
      send(`${token.length.toString(16)}\r\n${token}\r\n`);
    },
    finish() {
      send('0\r\n\r\n');
      streams.length = 0; // the connections stay open for further streams
    },
  };
}

export interface StreamReader {
  socket: TLSSocket;
  numbers(): string;
  /** The raw body, including chunk framing. */
  body(): string;
  /** True if the stream ended properly. */
  whole: Promise<boolean>;
}

/** Opens a stream and records its data. */
async function openStream(port: number, host: string, ca: string): Promise<StreamReader> {
  const socket = tls.connect({ port, host: '127.0.0.1', servername: host, ca });
  let text = '';
  socket.on('error', () => {});
  const whole = new Promise<boolean>((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (text.endsWith('0\r\n\r\n')) resolve(true);
    });
    socket.on('close', () => resolve(text.endsWith('0\r\n\r\n')));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('close', () => reject(new Error(`the edge closed a connection before its handshake ended: ${text}`)));
  });
  socket.write(`GET /stream HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
  return {
    socket,
    numbers: () => (text.match(/^\d+ $/gm) ?? []).join(''),
    body: () => text.slice(text.indexOf('\r\n\r\n') + 4),
    whole,
  };
}

/** On a busy machine, more handshakes at once would not end within the edge's limit for one. */
const handshakesAtOnce = 50;

/**
 * Opens this many streams and waits until the app has all of them.
 * @param ca default: the root of the private authority.
 */
export async function openStreams(
  t: TestContext,
  app: StreamingApp,
  up: Up,
  count: number,
  { host = 'localhost', ca }: { host?: string; ca?: string } = {},
): Promise<StreamReader[]> {
  const wanted = app.streams.length + count;
  const root = ca ?? (await readFile(up.rootFile, 'utf8'));
  const opening = Array.from({ length: count }, (_, index) => index);
  const readers = await new Pool(handshakesAtOnce).map(opening, () => openStream(up.httpsPort, host, root));
  await until(t, () => app.streams.length >= wanted, 5);
  return readers;
}

/** The body of a stream after this many ticks, numbered from 0, and the end. */
export function wholeBody(ticks: number): string {
  const tokens = Array.from({ length: ticks }, (_, index) => `${index} `);
  return `${tokens.map((token) => `${token.length.toString(16)}\r\n${token}\r\n`).join('')}0\r\n\r\n`;
}
