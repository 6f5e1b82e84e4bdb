import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { atEnd } from '../../support/up.ts';

/** A request as the app echoes it. */
export interface ReceivedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
}

export const piecesOfStream = 6;
/** Interval between pieces of a stream. */
export const pieceEveryMs = 60;

/**
 * Starts an app that echoes requests as JSON, streams for a path that ends with `/stream` (for seconds with
 * `/slow/stream`), and accepts WebSockets, whose bytes it echoes.
 */
export async function startApp(t: TestContext, port = 0): Promise<number> {
  const server = createServer((request, response) => {
    request.resume();
    const { pathname } = new URL(request.url!, 'http://app');
    if (pathname.endsWith('/stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      void (async () => {
        for (let piece = 0; piece < piecesOfStream; piece += 1) {
          response.write(`data: ${piece}\n\n`);
          await pause(pathname.endsWith('/slow/stream') ? 10 * pieceEveryMs : pieceEveryMs);
        }
        response.end();
      })();
      return;
    }
    if (pathname.startsWith('/forced') && request.headers['x-forwarded-proto'] !== 'https') {
      response.writeHead(302, { location: `https://${request.headers.host}${request.url}` }).end();
      return;
    }
    const heard: ReceivedRequest = {
      method: request.method!,
      url: request.url!,
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(heard));
  });
  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write([...head, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'));
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
