import http2, { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Identity } from '../access/identity.ts';
import type { ConnectionFacts, EdgeConnection, EdgeContext, ConnectionHandler } from '../connection.ts';
import { idleTimeoutMs, type TimeoutOwner, watchTimeouts } from '../limits.ts';
import { Http2Stream } from './stream.ts';

const { constants } = http2;

const maxConcurrentStreams = 250;
/** A client that resets more streams within this time is attacking (CVE-2023-44487). */
const resetLimit = 200;
const resetWindowMs = 10_000;

/** Serves HTTP/2 (RFC 9113) on a socket that negotiated it. */
export const serveHttp2: ConnectionHandler = (socket, facts, context) => {
  const session = http2.performServerHandshake(socket, {
    settings: {
      enableConnectProtocol: true, // WebSocket, RFC 8441
      maxConcurrentStreams,
      initialWindowSize: 256 * 1024,
      maxHeaderListSize: 64 * 1024,
    },
    maxHeaderListPairs: 200,
    maxSessionMemory: 32,
    maxSettings: 32,
    maxOutstandingPings: 10,
    unknownProtocolTimeout: 10_000,
  });
  Http2Connection.serve(session, facts, context);
};

class Http2Connection implements EdgeConnection, TimeoutOwner {
  readonly #session: ServerHttp2Session;
  readonly #streams = new Set<Http2Stream>();
  readonly #unregister: () => void;
  readonly #unwatch: () => void;
  #idleSinceMs = performance.now();
  #sentGoaway = false;
  #resets = 0;
  #resetsSinceMs = 0;

  static serve(session: ServerHttp2Session, facts: ConnectionFacts, context: EdgeContext): Http2Connection {
    return new Http2Connection(session, facts, context);
  }

  private constructor(session: ServerHttp2Session, facts: ConnectionFacts, context: EdgeContext) {
    this.#session = session;
    session.setLocalWindowSize(1024 * 1024);
    session.on('error', () => {}); // `close` follows
    session.on('close', () => this.#onClose());
    session.on('stream', (stream: ServerHttp2Stream, _headers: IncomingHttpHeaders, flags: number, raw: string[]) => {
      const served = new Http2Stream(stream, raw, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0, facts, context);
      this.#streams.add(served);
      stream.on('close', () => {
        this.#streams.delete(served);
        this.#idleSinceMs = performance.now();
        if (served.wasted) this.#countReset();
      });
      served.begin();
    });
    this.#unwatch = watchTimeouts(this);
    this.#unregister = context.register(this);
  }

  openStreams(): number {
    return this.#streams.size;
  }

  drain(): void {
    if (!this.#session.closed) this.#session.close(); // sends GOAWAY; open streams continue
  }

  destroy(): void {
    this.#session.destroy();
  }

  endStreams(isMeant: (visitor: Identity) => boolean, error: string): void {
    for (const stream of this.#streams) stream.endIf(isMeant, error);
  }

  checkTimeouts(nowMs: number): void {
    for (const stream of this.#streams) stream.checkTimeouts(nowMs);
    if (this.#streams.size > 0 || nowMs - this.#idleSinceMs <= idleTimeoutMs) return;
    // A session does not close while it waits for the rest of a frame.
    if (this.#sentGoaway) this.destroy();
    this.#sentGoaway = true;
    this.drain();
  }

  #countReset(): void {
    if (this.#session.destroyed) return; // the whole connection is closing; GOAWAY would reach no client
    const nowMs = performance.now();
    if (nowMs - this.#resetsSinceMs > resetWindowMs) {
      this.#resetsSinceMs = nowMs;
      this.#resets = 0;
    }
    this.#resets += 1;
    if (this.#resets !== resetLimit) return;
    this.#session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    // In a later turn of the event loop, so that the frame is sent first.
    setImmediate(() => this.#session.destroy());
  }

  #onClose(): void {
    this.#unwatch();
    this.#unregister();
  }
}
