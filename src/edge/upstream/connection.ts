import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import { isAddress } from '../../names/address.ts';
import { machineRoots, verifiedConnection } from '../../probe/verified.ts';
import type { EdgeUpstream } from '../snapshot.ts';
import { readAfterFailedWrite } from './failed-write.ts';
import { lookup } from './names.ts';

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
  /** Called if the app closes it while idle. */
  onIdleClosed: (() => void) | undefined;
  /** Called if the app sends something while it is idle, before it is closed. */
  onUnsolicited: ((bytes: Buffer) => void) | undefined;
  #failure: Error | undefined;

  readonly openedMs = performance.now();

  constructor(upstream: EdgeUpstream, idleLimitMs: number, timeoutMs = connectTimeoutMs) {
    this.idleLimitMs = idleLimitMs;
    this.socket = open(upstream);
    readAfterFailedWrite(this.socket);
    this.socket.setTimeout(timeoutMs);
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
      if (this.user) return this.user.onData(bytes);
      this.onUnsolicited?.(bytes);
      this.#onClosed(); // at once: a destroyed socket says so only later, and must not be used meanwhile
    });
    this.socket.on('drain', () => this.user?.onDrain());
    this.socket.on('error', (error) => (this.#failure = error));
    this.socket.on('end', () => this.ready && this.#onClosed()); // during a handshake, an error follows
    this.socket.on('close', this.#onClosed);
  }

  readonly #onClosed = (): void => {
    if (this.closed) return;
    this.closed = true;
    const { user } = this;
    this.user = undefined;
    if (user) user.onClosed(this.#failure);
    else this.onIdleClosed?.();
    this.socket.destroy();
  };

  /** The caller takes over the socket. */
  release(): Socket {
    const { socket } = this;
    this.user = undefined;
    for (const event of ['data', 'drain', 'end', 'close']) socket.removeAllListeners(event);
    return socket;
  }

  destroy(): void {
    this.user = undefined;
    this.onIdleClosed = this.onUnsolicited = undefined;
    this.socket.destroy();
  }
}

const rootsOf = new WeakMap<EdgeUpstream, string[]>();

function open(upstream: EdgeUpstream): Socket {
  const { host, port, socketPath, address = host } = upstream;
  if (socketPath !== undefined) return net.connect({ path: socketPath.replace(/^@/, '\0'), allowHalfOpen: true });
  const options = {
    host: address,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    autoSelectFamily: true,
    lookup,
    // A tunnel may go on in one direction.
    allowHalfOpen: true,
  };
  if (upstream.protocol === 'http') return net.connect(options);
  let ca = rootsOf.get(upstream);
  if (!ca) {
    ca = upstream.rootsPem === undefined ? machineRoots() : [upstream.rootsPem];
    rootsOf.set(upstream, ca);
  }
  return tls.connect({
    ...options,
    ...verifiedConnection,
    ca,
    ALPNProtocols: ['http/1.1'],
    ...(isAddress(host) ? {} : { servername: host }),
  });
}
