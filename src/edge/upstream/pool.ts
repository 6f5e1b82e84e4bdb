import { isAddress } from '../../names/address.ts';
import { watchTimeouts } from '../limits.ts';
import type { EdgeUpstream } from '../snapshot.ts';
import { connectTimeoutMs, UpstreamConnection } from './connection.ts';

/** uvicorn and Node close an idle connection after 5 s. A shorter limit ensures that we close first. */
const idleLimitMs = 4000;
const idleConnections = 256;
/** Time limit for a connection to one of several instances: the first two SYNs may be lost. */
const hastyTimeoutMs = 4000;
/** A connection to a name is used for this long: the name may have another address by then. */
const nameLimitMs = 30_000;
/**
 * A request that must not be sent twice uses only connections that were idle for less than this …
 * An app that closes a connection at that moment has not read the request, but nothing proves it.
 */
const freshForMs = 1000;
/** … for longer than this: an app that closes after its answer has done so by then … */
const settledAfterMs = 10;
/** … and for so much less than others of the app have lasted. */
const marginMs = 250;
/** After an app has closed a fresh connection, such requests use new ones; after it has sent too much, all requests do. */
const distrustMs = 10 * 60 * 1000;
/** Knowledge of an app is kept for this long after its last connection. */
const memoryMs = 60 * 60 * 1000;

/** Idle connections to one app, the most recently used first. */
export class UpstreamPool {
  readonly #upstream: EdgeUpstream;
  readonly #idle: UpstreamConnection[] = [];
  /** The longest time for which the app has kept an idle connection. */
  #lastedMs = 0;
  #distrustUntilMs = 0;
  #noReuseUntilMs = 0;
  #usedMs = 0;

  constructor(upstream: EdgeUpstream) {
    this.#upstream = upstream;
  }

  /**
   * @param safe true if the request can be retried after the app closes the connection.
   * @param isHasty another instance can take the request.
   */
  take(safe: boolean, nowMs: number, isHasty = false): UpstreamConnection {
    this.#usedMs = nowMs;
    if (nowMs < this.#noReuseUntilMs) return this.open(isHasty);
    return (safe ? this.#takeNewest(nowMs) : this.#takeTrusted(nowMs)) ?? this.open(isHasty);
  }

  open(isHasty = false): UpstreamConnection {
    return new UpstreamConnection(this.#upstream, idleLimitMs, isHasty ? hastyTimeoutMs : connectTimeoutMs);
  }

  give(connection: UpstreamConnection, nowMs: number): void {
    connection.user = undefined;
    if (connection.closed) return;
    if (nowMs < this.#noReuseUntilMs || this.#isOutdated(connection, nowMs)) return connection.destroy();
    if (this.#idle.length >= idleConnections) this.#idle.shift()!.destroy();
    connection.served += 1;
    connection.idleSinceMs = nowMs;
    connection.onIdleClosed = () => {
      const at = this.#idle.indexOf(connection);
      if (at >= 0) this.#idle.splice(at, 1);
      this.noteClosed(performance.now() - connection.idleSinceMs, performance.now());
    };
    connection.onUnsolicited = (bytes) => this.noteSurplus(bytes, performance.now());
    connection.socket.resume();
    this.#idle.push(connection);
  }

  /** The app has closed a connection that was idle for this time, perhaps while a request was on its way. */
  noteClosed(idleMs: number, nowMs: number): void {
    this.#lastedMs = Math.min(this.#lastedMs, idleMs);
    if (idleMs < freshForMs + marginMs) this.#distrustUntilMs = nowMs + distrustMs;
  }

  /**
   * The app has sent bytes after the end of an answer. The next time they could arrive while the connection serves another
   * visitor, and nothing would tell them from the answer.
   */
  noteSurplus(bytes: Buffer, nowMs: number): void {
    if (isHarmless(bytes)) return;
    this.#noReuseUntilMs = nowMs + distrustMs;
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  /** Closes connections that exceed their idle limit. */
  sweep(nowMs: number): void {
    this.#learn(nowMs);
    while (this.#idle.length > 0 && nowMs - this.#idle[0]!.idleSinceMs > this.#idle[0]!.idleLimitMs) {
      this.#idle.shift()!.destroy();
    }
  }

  isForgettable(nowMs: number): boolean {
    return (
      this.#idle.length === 0 &&
      nowMs - this.#usedMs > (this.#lastedMs + this.#distrustUntilMs + this.#noReuseUntilMs > 0 ? memoryMs : 0)
    );
  }

  #takeNewest(nowMs: number): UpstreamConnection | undefined {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (!connection.closed && nowMs - connection.idleSinceMs <= connection.idleLimitMs) return connection;
      connection.destroy();
    }
    return undefined;
  }

  #takeTrusted(nowMs: number): UpstreamConnection | undefined {
    this.#learn(nowMs);
    if (nowMs < this.#distrustUntilMs) return undefined;
    const limitMs = Math.min(freshForMs, this.#lastedMs - marginMs);
    for (let at = this.#idle.length - 1; at >= 0; at -= 1) {
      const connection = this.#idle[at]!;
      const idleMs = nowMs - connection.idleSinceMs;
      if (idleMs > Math.min(limitMs, connection.idleLimitMs)) return undefined; // so are those before it
      if (idleMs < settledAfterMs || connection.closed) continue;
      this.#idle.splice(at, 1);
      return connection;
    }
    return undefined;
  }

  /** While every second brings a request, a connection would otherwise last for ever. */
  #isOutdated({ openedMs }: UpstreamConnection, nowMs: number): boolean {
    const { host, socketPath, address = host } = this.#upstream;
    return nowMs - openedMs > nameLimitMs && socketPath === undefined && !isAddress(address);
  }

  #learn(nowMs: number): void {
    const [oldest] = this.#idle;
    if (oldest && !oldest.closed) this.#lastedMs = Math.max(this.#lastedMs, nowMs - oldest.idleSinceMs);
  }
}

/** A line break too many, or 408 as some servers send it before they close an idle connection. */
function isHarmless(bytes: Buffer): boolean {
  return /^(?:[\r\n]{1,2}$|HTTP\/1\.[01] 408 )/.test(bytes.toString('latin1', 0, 16));
}

const pools = new Map<string, UpstreamPool>();

/** The pool of an app; snapshots share it. */
export function poolOf(upstream: EdgeUpstream): UpstreamPool {
  const key = keyOf(upstream);
  let pool = pools.get(key);
  if (!pool) pools.set(key, (pool = new UpstreamPool(upstream)));
  return pool;
}

watchTimeouts({
  checkTimeouts(nowMs) {
    for (const [key, pool] of pools) {
      pool.sweep(nowMs);
      if (pool.isForgettable(nowMs)) pools.delete(key);
    }
  },
});

const keys = new WeakMap<EdgeUpstream, string>();

function keyOf(upstream: EdgeUpstream): string {
  let key = keys.get(upstream);
  if (key === undefined) {
    key = `${upstream.protocol} ${upstream.socketPath ?? upstream.address ?? ''} ${upstream.host} ${upstream.port} ${upstream.rootsPem ?? ''}`;
    keys.set(upstream, key);
  }
  return key;
}
