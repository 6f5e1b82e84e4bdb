import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { type HttpTarget, type HttpVersion, probeHttp } from '../../src/probe/http.ts';
import { encodeFrame, frameType } from '../edge/http2-frames.ts';
import { type TestCertificate, make } from './certificates.ts';
import { listen } from './servers.ts';

/** A combination of transport and HTTP version. */
export interface Way {
  secure: boolean;
  version: HttpVersion;
}

export const ways: Record<string, Way> = {
  'HTTP/1.1': { secure: false, version: 'http/1.1' },
  'HTTP/1.1 over TLS': { secure: true, version: 'http/1.1' },
  'HTTP/2': { secure: false, version: 'h2' },
  'HTTP/2 over TLS': { secure: true, version: 'h2' },
};

export const root: TestCertificate = await make({ subject: 'Root', authority: true });
export const leaf: TestCertificate = await make({ subject: 'leaf', issuer: root, dns: ['chat.test'] });
const certificate = { cert: leaf.pem, key: leaf.keyPem };

export type Handler = (request: http.IncomingMessage, answer: http.ServerResponse) => void;

type Target = Extract<HttpTarget, { allowUnverified?: never }> & { url: string };

export interface WayServer {
  port: number;
  /** Options for a visit of `chat.test` on this server. */
  target: (path?: string) => Target;
  /** The TCP sockets of all connections so far, in order. */
  sockets: net.Socket[];
  /** Visits `/quick`. Afterwards, this process has read everything that the server wrote to earlier connections. */
  roundTrip: () => Promise<void>;
}

/** Starts a real server for this way. HTTP/2 handlers get Node's compatibility request and response. */
export async function serveWay(t: TestContext, { secure, version }: Way, handler: Handler): Promise<WayServer> {
  const sockets: net.Socket[] = [];
  const server = serverOf(secure, version, (request, answer) => {
    if (request.url === '/quick') answer.end('quick');
    else handler(request, answer);
  });
  server.on('connection', (socket: net.Socket) => void sockets.push(socket));
  server.on('sessionError', () => {});
  const port = await listen(t, server);
  const target = (path = '/'): Target => targetAt(port, { secure, version }, path);
  const roundTrip = async (): Promise<void> => {
    assert.equal((await probeHttp(target('/quick'))).body.toString(), 'quick');
  };
  return { port, sockets, target, roundTrip };
}

export function targetAt(port: number, { secure, version }: Way, path = '/'): Target {
  return {
    url: `${secure ? 'https' : 'http'}://chat.test:${port}${path}`,
    address: '127.0.0.1',
    versions: [version],
    roots: [root.pem],
    clock: systemClock,
  };
}

function serverOf(secure: boolean, version: HttpVersion, handler: Handler): net.Server {
  const compatible = handler as unknown as (
    request: http2.Http2ServerRequest,
    answer: http2.Http2ServerResponse,
  ) => void;
  if (version === 'http/1.1') return secure ? https.createServer(certificate, handler) : http.createServer(handler);
  const options = { maxSendHeaderBlockLength: 1 << 20 };
  return secure
    ? http2.createSecureServer({ ...certificate, ...options }, compatible)
    : http2.createServer(options, compatible);
}

/** Replies to the first bytes of a connection with `bytes`, then closes or resets it, or keeps it open. */
export async function serveBytes(
  t: TestContext,
  bytes: string | Buffer,
  after: 'end' | 'resetAndDestroy' | 'stay' = 'end',
): Promise<{ port: number; received: () => string }> {
  let received = '';
  const server = net.createServer((socket) => {
    socket.on('data', (data) => (received += data.toString('latin1')));
    socket.once('data', () => {
      socket.write(bytes, () => after === 'stay' || socket[after]());
    });
  });
  return { port: await listen(t, server), received: () => received };
}

/** Listens on a Unix socket until the end of the test. */
export async function listenAt(t: TestContext, server: net.Server, file: string): Promise<void> {
  server.listen(file);
  await once(server, 'listening');
  t.after(() => server.close());
}

/** Answers an HTTP/2 request with these frames and closes the connection. */
export function serveFrames(t: TestContext, frames: readonly Buffer[]): Promise<number> {
  const server = net.createServer((socket) => {
    let received = '';
    socket.on('data', (piece) => {
      // The HEADERS frame (type 1) of the only stream, with END_STREAM and END_HEADERS.
      const isAnswered = /\x01\x05\x00\x00\x00\x01/.test(received);
      received += piece.toString('latin1');
      if (isAnswered || !/\x01\x05\x00\x00\x00\x01/.test(received)) return;
      socket.write(encodeFrame(frameType.settings, 0, 0));
      socket.end(Buffer.concat(frames));
    });
  });
  return listen(t, server);
}
