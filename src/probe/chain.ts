import tls from 'node:tls';
import { isAddress } from '../names/address.ts';
import { defaultTimeoutMs } from './connect.ts';

/**
 * The certificates that a server sends, in DER, leaf first. None of them is verified.
 * @param timeoutMs default 10 s.
 * @throws Error from the connection or the handshake.
 */
export function servedChain(host: string, port: number, timeoutMs = defaultTimeoutMs): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host,
      port,
      ...(isAddress(host) ? {} : { servername: host }),
      // Without roots, or Node would complete the chain from the local store. Nothing is sent over the connection, and
      // the caller judges the chain.
      ca: [],
      minVersion: 'TLSv1.2',
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    socket.once('secureConnect', () => {
      resolve(certificatesOf(socket));
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy(timeOut(timeoutMs)));
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

/** With the system's error code for `reasonOf`. */
function timeOut(ms: number): Error {
  return Object.assign(new Error(`no TLS handshake within ${ms} ms`), { code: 'ETIMEDOUT' });
}
