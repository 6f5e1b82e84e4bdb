import tls from 'node:tls';
import { isAddress } from '../names/address.ts';
import { usualTimeoutMs } from './connect.ts';

/**
 * The certificates that a server sends, DER, from the leaf up; nobody has judged them.
 * @param timeoutMs default 10 s.
 * @throws Error of the connection or the handshake.
 */
export function servedChain(host: string, port: number, timeoutMs = usualTimeoutMs): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host,
      port,
      ...(isAddress(host) ? {} : { servername: host }),
      // No roots of this machine's, or Node would add its own to the chain. The connection is only looked at: nothing is
      // sent over it, and whoever asks judges what it shows.
      ca: [],
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    socket.once('secureConnect', () => {
      resolve(certificatesOf(socket));
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy(new Error(`no handshake within ${timeoutMs} ms`)));
    socket.once('error', reject);
  });
}

function certificatesOf(socket: tls.TLSSocket): Buffer[] {
  const chain: Buffer[] = [];
  let next: tls.DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (next?.raw && !chain.some((der) => der.equals(next!.raw))) {
    chain.push(next.raw);
    next = next.issuerCertificate;
  }
  return chain;
}
