import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import { isAddress } from '../../names/address.ts';
import type { EdgeUpstream } from '../snapshot.ts';

/** What uses a connection while it has it. */
export interface UpstreamUser {
  /** The app was reached, and is who it should be; bytes may now be sent. */
  onReady(): void;
  onData(bytes: Buffer): void;
  /** What was written is on its way; more may come. */
  onDrain(): void;
  /** The connection is over. `error`: why, unless the app closed it in order. */
  onClosed(error: Error | undefined): void;
}

export const connectTimeoutMs = 10_000;

/** A socket to an app: used by one exchange at a time, kept in its pool between them. */
export class UpstreamConnection {
  readonly socket: Socket;
  ready = false;
  closed = false;
  /** How many exchanges it has carried to their end. */
  served = 0;
  /** Of the monotonic clock, when it went back to the pool. */
  idleSinceMs = 0;
  /** From `Keep-Alive: timeout=N`. */
  idleLimitMs: number;
  user: UpstreamUser | undefined;
  /** Called when it ends while nobody uses it. */
  onIdleClosed: (() => void) | undefined;

  constructor(upstream: EdgeUpstream, idleLimitMs: number) {
    this.idleLimitMs = idleLimitMs;
    this.socket = open(upstream);
    let failure: Error | undefined;
    this.socket.setTimeout(connectTimeoutMs);
    this.socket.once('timeout', () => {
      if (!this.ready) this.socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
    });
    // Over TLS nothing may be written before the certificate is verified: OpenSSL would send it along with the handshake.
    this.socket.once(upstream.protocol === 'https' ? 'secureConnect' : 'connect', () => {
      this.ready = true;
      this.socket.setTimeout(0);
      this.user?.onReady();
    });
    this.socket.on('data', (bytes: Buffer) => {
      if (this.user) this.user.onData(bytes);
      else this.socket.destroy(); // an answer that nobody asked for
    });
    this.socket.on('drain', () => this.user?.onDrain());
    this.socket.on('error', (error) => (failure = error));
    this.socket.on('close', () => {
      this.closed = true;
      const { user } = this;
      this.user = undefined;
      if (user) user.onClosed(failure);
      else this.onIdleClosed?.();
    });
  }

  destroy(): void {
    this.user = undefined;
    this.socket.destroy();
  }
}

const rootsOf = new WeakMap<EdgeUpstream, string[]>();

function open(upstream: EdgeUpstream): Socket {
  const { host, port } = upstream;
  const options = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000, autoSelectFamily: true };
  if (upstream.protocol === 'http') return net.connect(options);
  let ca = rootsOf.get(upstream);
  if (!ca) {
    ca = [...new Set(tls.getCACertificates('system')), ...(upstream.rootsPem === undefined ? [] : [upstream.rootsPem])];
    rootsOf.set(upstream, ca);
  }
  return tls.connect({ ...options, ca, ALPNProtocols: ['http/1.1'], ...(isAddress(host) ? {} : { servername: host }) });
}
