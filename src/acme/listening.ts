import type { Server } from 'node:net';
import { describeError, systemCode } from '../base/errors.ts';
import { AcmeError } from './problem.ts';

/**
 * Opens a server.
 * @param address undefined: every address, IPv6 and IPv4; IPv4 alone where the machine has no IPv6.
 * @throws AcmeError `acme.port-taken`, `.port-denied`, `.listen-failed`.
 */
export async function openServer<S extends Server>(server: S, port: number, address: string | undefined): Promise<S> {
  try {
    await listen(server, port, address ?? '::');
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (address === undefined && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')) {
      return openServer(server, port, '0.0.0.0');
    }
    throw listenError(code, port, error);
  }
  return server;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      server.on('error', () => {}); // a connection that could not be accepted
      resolve();
    });
  });
}

function listenError(code: string, port: number, error: unknown): AcmeError {
  switch (code) {
    case 'EADDRINUSE':
      return new AcmeError('acme.port-taken', { port }, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new AcmeError('acme.port-denied', { port }, { cause: error });
    default:
      return new AcmeError('acme.listen-failed', { port, reason: describeError(error) }, { cause: error });
  }
}
