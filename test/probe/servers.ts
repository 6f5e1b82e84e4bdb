import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import tls from 'node:tls';
import type { TestCertificate } from './certificates.ts';

/** Listens on a free loopback port until the end of the test. */
export async function listen(t: TestContext, server: net.Server, address = '127.0.0.1'): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, address);
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as net.AddressInfo).port;
}

export interface TlsServer {
  port: number;
  /** All bytes that clients sent over TLS. */
  received: () => string;
}

/** Serves this chain, calls `answer` for each piece received, and records all of them. */
export async function serveTls(
  t: TestContext,
  [leaf, ...issuers]: [TestCertificate, ...TestCertificate[]],
  options: tls.TlsOptions & { answer?: (socket: tls.TLSSocket) => void; address?: string } = {},
): Promise<TlsServer> {
  let received = '';
  const cert = [leaf, ...issuers].map(({ pem }) => pem).join('');
  const server = tls.createServer({ cert, key: leaf.keyPem, ...options }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      received += data.toString('latin1');
      options.answer?.(socket);
    });
  });
  server.on('tlsClientError', () => {});
  return { port: await listen(t, server, options.address), received: () => received };
}
