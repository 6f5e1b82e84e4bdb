import type { Http2SecureServer, SecureServerOptions } from 'node:http2';
import { createServer, type Server } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** PostgreSQL's request to begin TLS (its protocol's SSLRequest message). */
const sslRequest = Buffer.from('0000000804d2162f', 'hex');

const httpProtocols: readonly string[] = ['h2', 'http/1.1'];

/** Options for `http2.createSecureServer`: accepts clients of HTTP/1.1 and HTTP/2, and those that offer only another protocol. */
export const anyProtocol: SecureServerOptions = {
  allowHTTP1: true,
  ALPNCallback: ({ protocols }) => httpProtocols.find((one) => protocols.includes(one)) ?? protocols[0],
};

/**
 * Listens for a server with `anyProtocol`, also for PostgreSQL's clients, which ask in clear text for TLS.
 * @param onMessage called when a client of another protocol sends its first message, which it does only to a server that it trusts.
 */
export function frontOf(server: Http2SecureServer, onMessage: () => void): Server {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code?.startsWith('HPE_') === true) onMessage();
    socket.destroy();
  });
  // Node takes every protocol but HTTP/1.1 for HTTP/2.
  const http = server.listeners('secureConnection') as ((socket: TLSSocket) => void)[];
  server.removeAllListeners('secureConnection').on('secureConnection', (socket: TLSSocket) => {
    if (httpProtocols.includes(socket.alpnProtocol || 'http/1.1')) for (const each of http) each.call(server, socket);
    else socket.on('error', () => {}).once('data', () => (onMessage(), socket.destroy()));
  });
  return createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (first: Buffer) => {
      socket.pause();
      if (sslRequest.equals(first)) socket.write('S');
      else socket.unshift(first);
      server.emit('connection', socket);
    });
  });
}
