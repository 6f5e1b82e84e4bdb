import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EdgeConnection, EdgeContext } from '../connection.ts';
import { lingerMs, longestLingerMs, stallTimeoutMs, type TimeoutOwner, watchTimeouts } from '../limits.ts';
import { readAfterFailedWrite } from './failed-write.ts';

/**
 * Passes bytes between two connections, with backpressure. Each direction ends on its own, and everything read from one
 * side is written to the other before that one is closed.
 */
export class Tunnel implements EdgeConnection, TimeoutOwner {
  readonly #client: Side;
  readonly #upstream: Side;
  readonly #unwatch: () => void;
  #unregister: (() => void) | undefined;

  /** @param sent called with the number of bytes sent to `client`. */
  constructor(client: Duplex, upstream: Socket, sent: (bytes: number) => void) {
    this.#client = new Side(client);
    this.#upstream = new Side(upstream);
    this.#pass(this.#client, this.#upstream, () => {});
    this.#pass(this.#upstream, this.#client, sent);
    this.#unwatch = watchTimeouts(this);
  }

  /** Call when the client's connection has closed: the app may still have to receive its last bytes. */
  outlive(context: Pick<EdgeContext, 'register'>): void {
    if (!this.#upstream.isClosed) this.#unregister = context.register(this);
  }

  openStreams(): number {
    return 1;
  }

  drain(): void {}

  /** The client has gone. */
  endStreams(): void {}

  destroy(): void {
    this.#client.stream.destroy();
    this.#upstream.stream.destroy();
  }

  checkTimeouts(nowMs: number): void {
    for (const side of [this.#client, this.#upstream]) {
      if (nowMs - (side.stalledSinceMs ?? nowMs) > stallTimeoutMs) this.destroy();
      if (side.lingerSinceMs === undefined) continue;
      if (nowMs - side.heardMs > lingerMs || nowMs - side.lingerSinceMs > longestLingerMs) side.stream.destroy();
    }
    // A client that has read the end usually closes. Until then, the app may be reading still.
    const { stalledSinceMs, heardMs } = this.#client;
    if (this.#upstream.isEnded && stalledSinceMs === undefined && nowMs - heardMs > longestLingerMs) this.destroy();
  }

  #pass(from: Side, to: Side, count: (bytes: number) => void): void {
    from.stream.on('data', (bytes: Buffer) => {
      from.heardMs = performance.now();
      if (to.isClosed || to.stream.writableEnded) return;
      count(bytes.length);
      if (to.stream.write(bytes)) return;
      to.stalledSinceMs ??= performance.now();
      from.stream.pause();
    });
    to.stream.on('drain', () => {
      to.stalledSinceMs = undefined;
      from.stream.resume();
    });
    from.stream.on('end', () => {
      from.isEnded = true;
      to.end();
    });
    to.stream.on('finish', () => {
      to.stalledSinceMs = undefined;
      to.heardMs = performance.now();
      if (from.isClosed) to.linger();
    });
    from.stream.on('error', () => {}); // `close` follows
    from.stream.on('close', () => {
      from.isClosed = true;
      from.stalledSinceMs = from.lingerSinceMs = undefined;
      if (to.isClosed) return this.#finish();
      if (to.stream.writableFinished) to.linger();
      else to.end();
      to.stream.resume(); // no bytes have anywhere to go from here; reading shows when it closes
    });
  }

  #finish(): void {
    this.#unwatch();
    this.#unregister?.();
  }
}

class Side {
  readonly stream: Duplex;
  isEnded = false;
  isClosed = false;
  /** Since when it has not read what was written to it. */
  stalledSinceMs: number | undefined;
  /** When it last sent something, or got the last bytes. */
  heardMs = performance.now();
  /** Everything was written and the other side is closed: since when its own close is awaited. */
  lingerSinceMs: number | undefined;

  constructor(stream: Duplex) {
    this.stream = stream;
    stream.allowHalfOpen = true;
    if ('setNoDelay' in stream) readAfterFailedWrite(stream as Socket);
  }

  end(): void {
    if (this.isClosed || this.stream.writableEnded) return;
    this.stalledSinceMs ??= performance.now();
    this.stream.end();
  }

  /** Closing at once while bytes from it are on their way would destroy those that it has not read (RFC 9112 §9.6). */
  linger(): void {
    if (this.isEnded) this.stream.destroy();
    else this.lingerSinceMs = this.heardMs = performance.now();
  }
}
