import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import { isAddress } from '../../names/address.ts';
import type { EdgeUpstream } from '../snapshot.ts';

/** The current user of a connection. */
export interface UpstreamUser {
  /** The connection is open and, over TLS, verified: bytes may be sent. */
  onReady(): void;
  onData(bytes: Buffer): void;
  /** The write buffer is empty: more bytes may be sent. */
  onDrain(): void;
  /** The connection has closed. `error` is undefined if the app closed it cleanly. */
  onClosed(error: Error | undefined): void;
}

export const connectTimeoutMs = 10_000;

/** A connection to an app. It serves one exchange at a time and stays in its pool in between. */
export class UpstreamConnection {
  readonly socket: Socket;
  ready = false;
  closed = false;
  /** The number of completed exchanges. */
  served = 0;
  /** When it returned to the pool (monotonic clock). */
  idleSinceMs = 0;
  /** From `Keep-Alive: timeout=N`. */
  idleLimitMs: number;
  user: UpstreamUser | undefined;
  /** Called if it closes while idle. */
  onIdleClosed: (() => void) | undefined;

  constructor(upstream: EdgeUpstream, idleLimitMs: number) {
    this.idleLimitMs = idleLimitMs;
    this.socket = open(upstream);
    let failure: Error | undefined;
    this.socket.setTimeout(connectTimeoutMs);
    this.socket.once('timeout', () => {
      if (!this.ready) this.socket.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
    });
    // Over TLS, never write before the certificate is verified: OpenSSL would send the data with the handshake.
    this.socket.once(upstream.protocol === 'https' ? 'secureConnect' : 'connect', () => {
      this.ready = true;
      this.socket.setTimeout(0);
      this.user?.onReady();
    });
    this.socket.on('data', (bytes: Buffer) => {
      if (this.user) this.user.onData(bytes);
      else this.socket.destroy(); // an unsolicited response
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
  return tls.connect({
    ...options,
    ca,
    rejectUnauthorized: true, // whatever the environment says
    ALPNProtocols: ['http/1.1'],
    ...(isAddress(host) ? {} : { servername: host }),
  });
}
