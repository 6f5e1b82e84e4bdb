import { watchTimeouts } from '../limits.ts';
import type { EdgeUpstream } from '../snapshot.ts';
import { UpstreamConnection } from './connection.ts';

/** uvicorn and Node close an idle connection after 5 s. A shorter limit ensures that we close first. */
const idleLimitMs = 4000;
const idleConnections = 256;
/** A request that must not be sent twice uses only connections that were idle for less than this. */
const freshForMs = 1000;

/** Idle connections to one app, the most recently used first. */
export class UpstreamPool {
  readonly #upstream: EdgeUpstream;
  readonly #idle: UpstreamConnection[] = [];

  constructor(upstream: EdgeUpstream) {
    this.#upstream = upstream;
  }

  /** @param safe true if the request can be retried after the app closes the connection. */
  take(safe: boolean, nowMs: number): UpstreamConnection {
    for (;;) {
      const connection = this.#idle.pop();
      if (!connection) return new UpstreamConnection(this.#upstream, idleLimitMs);
      const idleMs = nowMs - connection.idleSinceMs;
      if (connection.closed || idleMs > connection.idleLimitMs) connection.destroy();
      else if (safe || idleMs <= freshForMs) return connection;
      else {
        this.#idle.push(connection);
        return new UpstreamConnection(this.#upstream, idleLimitMs);
      }
    }
  }

  open(): UpstreamConnection {
    return new UpstreamConnection(this.#upstream, idleLimitMs);
  }

  give(connection: UpstreamConnection, nowMs: number): void {
    connection.user = undefined;
    if (connection.closed) return;
    if (this.#idle.length >= idleConnections) this.#idle.shift()!.destroy();
    connection.served += 1;
    connection.idleSinceMs = nowMs;
    connection.onIdleClosed = () => this.#forget(connection);
    connection.socket.resume();
    this.#idle.push(connection);
  }

  /** Closes connections that exceed their idle limit. */
  sweep(nowMs: number): void {
    while (this.#idle.length > 0 && nowMs - this.#idle[0]!.idleSinceMs > this.#idle[0]!.idleLimitMs) {
      this.#idle.shift()!.destroy();
    }
  }

  get empty(): boolean {
    return this.#idle.length === 0;
  }

  #forget(connection: UpstreamConnection): void {
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }
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
      if (pool.empty) pools.delete(key);
    }
  },
});

const keys = new WeakMap<EdgeUpstream, string>();

function keyOf(upstream: EdgeUpstream): string {
  let key = keys.get(upstream);
  if (key === undefined) {
    key = `${upstream.protocol} ${upstream.host} ${upstream.port} ${upstream.rootsPem ?? ''}`;
    keys.set(upstream, key);
  }
  return key;
}
