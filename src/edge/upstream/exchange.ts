import type { Socket } from 'node:net';
import { systemCode } from '../../base/errors.ts';
import { BodyWalker, isChunkSize } from '../http1/body.ts';
import { BadMessage, headLimitBytes } from '../http1/head.ts';
import { findResponseHead, parseResponseHead, type ResponseHead } from '../http1/response-head.ts';
import { headTimeoutMs } from '../limits.ts';
import type { EdgeUpstream } from '../snapshot.ts';
import type { UpstreamConnection, UpstreamUser } from './connection.ts';
import { poolOf } from './pool.ts';

/** Why an exchange failed; `error` in the access log. */
export type ExchangeFailure =
  | 'edge.upstream-refused'
  | 'edge.upstream-denied'
  | 'edge.upstream-unreachable'
  | 'edge.upstream-unresolved'
  | 'edge.upstream-timeout'
  | 'edge.upstream-untrusted'
  | 'edge.upstream-closed'
  | 'edge.upstream-malformed';

/** Receives the response. */
export interface ExchangeSink {
  onInformational(head: ResponseHead): void;
  /** Returns the form in which to pass the body: `raw` with its chunk framing, or only the `payload`. */
  onHead(head: ResponseHead): 'raw' | 'payload';
  onBody(bytes: Buffer): void;
  /** Everything from one read has been passed. */
  onFlush(): void;
  onEnd(trailers: readonly string[]): void;
  /** Status 101: the sink now owns the socket. */
  onUpgrade(head: ResponseHead, socket: Socket, first: Buffer): void;
  /** If `onHead` was called before, the response is cut off. */
  onFailure(failure: ExchangeFailure, detail: string): void;
  /** The app accepts request bytes again. */
  onWritable(): void;
}

export interface ExchangeRequest {
  upstream: EdgeUpstream;
  method: string;
  /** The complete head, as latin1. */
  head: string;
  hasBody: boolean;
  upgrade: boolean;
  /** undefined: the app has one instance. */
  alternatives?: Alternatives | undefined;
}

/** A request for another instance: the head may name its path. */
export type Redirection = Pick<ExchangeRequest, 'upstream' | 'head'>;

/** Other instances of the app. They hear how this one answers. */
export interface Alternatives {
  /** @param isRepeatable the request has no body, changes nothing, and its answer has not begun. */
  onHead(status: number, isRepeatable: boolean): Redirection | undefined;
  onEnd(): void;
  /**
   * @param sent false: there was no connection, so the instance cannot have read the request.
   * @param isRepeatable see `onHead`.
   */
  onFailure(failure: ExchangeFailure, sent: boolean, isRepeatable: boolean): Redirection | undefined;
}

/** The part of an exchange that its request uses. */
export type RunningExchange = Pick<Exchange, 'send' | 'finish' | 'cancel' | 'pause' | 'resume'>;

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** Safe to send to a second instance although the first may have read it (RFC 9110 §9.2.1). */
const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);
const empty = Buffer.alloc(0);
/** Limit for the heads of all 1xx responses to one request. HTTP/2 has no backpressure for them. */
const informationalLimitBytes = 16 * headLimitBytes;

/** One request to the app and its response. */
export class Exchange implements UpstreamUser {
  readonly #request: ExchangeRequest;
  readonly #sink: ExchangeSink;
  #upstream: EdgeUpstream;
  /** The request's head. */
  #head: string;
  #connection: UpstreamConnection;
  #sinceMs: number;
  /** Body bytes to send once connected. */
  #waiting: Buffer[] = [];
  #partialHead: Buffer = empty;
  #informationalBytes = 0;
  #headTimer: NodeJS.Timeout | undefined;
  #response: ResponseHead | undefined;
  #walker: BodyWalker | undefined;
  #bodyForm: 'raw' | 'payload' = 'payload';
  #requestDone: boolean;
  #bodySent = false;
  #gotData = false;
  #over = false;

  constructor(request: ExchangeRequest, sink: ExchangeSink) {
    this.#request = request;
    this.#sink = sink;
    this.#upstream = request.upstream;
    this.#head = request.head;
    this.#requestDone = !request.hasBody;
    this.#sinceMs = performance.now();
    this.#connection = this.#take();
    this.#attach();
  }

  #take(): UpstreamConnection {
    const { method, hasBody, upgrade, alternatives } = this.#request;
    const isSafe = idempotent.has(method) && !hasBody && !upgrade;
    return poolOf(this.#upstream).take(isSafe, this.#sinceMs, alternatives !== undefined);
  }

  /** Sends body bytes, which must be framed as the head says. False: wait for `onWritable`. */
  send(bytes: Buffer): boolean {
    if (this.#over) return true;
    if (!this.#connection.ready) {
      this.#waiting.push(bytes);
      return false;
    }
    this.#bodySent = true;
    return this.#connection.socket.write(bytes);
  }

  /** Call when the request is complete. */
  finish(): void {
    this.#requestDone = true;
  }

  /** Call when the client is gone. */
  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#headTimer);
    this.#connection.destroy();
  }

  pause(): void {
    if (!this.#over) this.#connection.socket.pause();
  }

  resume(): void {
    if (!this.#over) this.#connection.socket.resume();
  }

  onReady(): void {
    const { socket } = this.#connection;
    const head = Buffer.from(this.#head, 'latin1');
    socket.write(this.#waiting.length === 0 ? head : Buffer.concat([head, ...this.#waiting]));
    if (this.#waiting.length === 0) return;
    this.#waiting = [];
    this.#bodySent = true;
    if (!socket.writableNeedDrain) this.#sink.onWritable();
  }

  onDrain(): void {
    this.#sink.onWritable();
  }

  onData(bytes: Buffer): void {
    this.#gotData = true;
    try {
      this.#read(bytes);
    } catch (error) {
      // An error in the app's response must end only this exchange, not the worker.
      this.#fail('edge.upstream-malformed', error instanceof BadMessage ? error.message : String(error));
    }
  }

  onClosed(error: Error | undefined): void {
    if (this.#over) return;
    if (this.#response?.framing === 'close' && (error === undefined || this.#isRefusal(error))) {
      this.#over = true;
      this.#request.alternatives?.onEnd();
      this.#sink.onEnd([]);
      return;
    }
    const { served, idleSinceMs } = this.#connection;
    const pool = poolOf(this.#upstream);
    if (served > 0 && !this.#gotData) pool.noteClosed(this.#sinceMs - idleSinceMs, performance.now());
    if (this.#mayTryAgain()) {
      this.#connection = pool.open();
      this.#attach();
      return;
    }
    const reached = this.#connection.ready;
    this.#fail(
      failureOf(error, reached),
      error === undefined ? 'closed' : `${systemCode(error) ?? ''} ${error.message}`,
    );
  }

  /** An app that answers and closes without reading the rest of the request resets the connection. */
  #isRefusal(error: Error): boolean {
    return !this.#requestDone && systemCode(error) === 'ECONNRESET';
  }

  /** The app may close an idle connection just as we reuse it; it has not processed anything then. */
  #mayTryAgain(): boolean {
    return this.#connection.served > 0 && !this.#gotData && !this.#bodySent && idempotent.has(this.#request.method);
  }

  /** Sends the request to another instance. Body bytes that could not be sent yet go with it. */
  #redirect({ upstream, head }: Redirection): void {
    this.#connection.destroy();
    clearTimeout(this.#headTimer);
    this.#headTimer = undefined;
    this.#partialHead = empty;
    this.#gotData = false;
    this.#upstream = upstream;
    this.#head = head;
    this.#sinceMs = performance.now();
    this.#connection = this.#take();
    this.#attach();
  }

  get #isRepeatable(): boolean {
    return !this.#request.hasBody && harmless.has(this.#request.method) && this.#response === undefined;
  }

  #attach(): void {
    this.#connection.user = this;
    if (this.#connection.ready) this.onReady();
  }

  #read(bytes: Buffer): void {
    const connection = this.#connection;
    let at = 0;
    while (!this.#over) {
      if (!this.#response) {
        const from = at;
        at = this.#readHead(bytes, from);
        if (at < 0) break;
        if (this.#over || this.#connection !== connection) return;
      }
      if (!this.#response) continue; // an informational response; the next head may follow in the same read
      at = this.#readBody(bytes, at);
      if (this.#walker!.done) this.#complete(bytes.subarray(at));
      break;
    }
    this.#sink.onFlush();
  }

  /** Returns the index after the head, or −1 if it is incomplete. */
  #readHead(bytes: Buffer, from: number): number {
    const before = this.#partialHead.length;
    const all = before === 0 ? bytes.subarray(from) : Buffer.concat([this.#partialHead, bytes.subarray(from)]);
    const found = findResponseHead(all, before);
    if ((found?.text ?? all).length > headLimitBytes) throw new BadMessage(502, 'response head too long');
    if (!found) {
      this.#partialHead = all;
      if (all.length > 0) this.#headTimer ??= setTimeout(() => this.#onHeadTimeout(), headTimeoutMs).unref();
      return -1;
    }
    clearTimeout(this.#headTimer);
    this.#headTimer = undefined;
    this.#partialHead = empty;
    const head = parseResponseHead(found.text, this.#request.method);
    const next = from + found.next - before;
    if (head.status === 101) {
      if (!this.#request.upgrade) throw new BadMessage(502, '101 without an upgrade request');
      this.#over = true;
      this.#request.alternatives?.onHead(101, false);
      this.#sink.onUpgrade(head, this.#connection.release(), bytes.subarray(next));
      return next;
    }
    if (head.status < 200) {
      this.#informationalBytes += found.text.length;
      if (this.#informationalBytes > informationalLimitBytes) throw new BadMessage(502, 'endless 1xx responses');
      this.#sink.onInformational(head);
      return next;
    }
    if (head.framing === 'chunked' && next < bytes.length && !isChunkSize(bytes[next]!)) {
      throw new BadMessage(502, 'chunk size'); // while an error page can still replace the response
    }
    const other = this.#request.alternatives?.onHead(head.status, this.#isRepeatable);
    if (other) {
      this.#redirect(other);
      return next;
    }
    this.#response = head;
    this.#walker = new BodyWalker(head.framing, { bareLf: head.bareLf });
    this.#bodyForm = this.#sink.onHead(head);
    return next;
  }

  #onHeadTimeout(): void {
    this.#fail('edge.upstream-malformed', 'response head incomplete');
  }

  #readBody(bytes: Buffer, from: number): number {
    const walker = this.#walker!;
    if (from >= bytes.length && !walker.done) return from;
    if (this.#bodyForm === 'raw') {
      const end = walker.walk(bytes, from);
      if (end > from) this.#sink.onBody(bytes.subarray(from, end));
      return end;
    }
    return walker.walk(bytes, from, (start, end) => this.#sink.onBody(bytes.subarray(start, end)));
  }

  #complete(surplus: Buffer): void {
    this.#over = true;
    const connection = this.#connection;
    const response = this.#response!;
    // Some apps send a body where none belongs, perhaps a moment after the head. It must not become the response to the next
    // request, so a connection is used again only after a response with a certain end.
    const hasCertainEnd = response.framing !== 'close' && response.framing !== 'none';
    if (surplus.length === 0 && response.keepAlive && this.#requestDone && hasCertainEnd) {
      const timeout = keepAliveSeconds(response);
      if (timeout !== undefined) connection.idleLimitMs = Math.max(0, timeout * 1000 - 1000);
      connection.user = undefined;
      poolOf(this.#upstream).give(connection, performance.now());
    } else {
      if (surplus.length > 0) poolOf(this.#upstream).noteSurplus(surplus, performance.now());
      connection.destroy();
    }
    this.#request.alternatives?.onEnd();
    this.#sink.onEnd(this.#walker!.trailers);
  }

  #fail(failure: ExchangeFailure, detail: string): void {
    if (this.#over) return;
    const { alternatives } = this.#request;
    if (alternatives) {
      const sent = this.#connection.ready;
      const other = alternatives.onFailure(failure, sent, this.#isRepeatable && !this.#gotData);
      if (other) return this.#redirect(other);
    }
    this.#over = true;
    clearTimeout(this.#headTimer);
    this.#connection.destroy();
    this.#sink.onFailure(failure, detail);
  }
}

function keepAliveSeconds(response: ResponseHead): number | undefined {
  const { fields } = response;
  for (let at = 1; at < fields.length; at += 3) {
    if (fields[at] !== 'keep-alive') continue;
    const match = /timeout=(\d{1,5})/i.exec(fields[at + 1]!);
    return match ? Number(match[1]) : undefined;
  }
  return undefined;
}

/** @param reached the connection was open, and verified over TLS. */
export function failureOf(error: Error | undefined, reached: boolean): ExchangeFailure {
  const first = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  const code = systemCode(first) ?? '';
  // A unix socket whose program has ended, or has not made it yet.
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return 'edge.upstream-refused';
  if (code === 'EACCES' || code === 'EPERM') return 'edge.upstream-denied';
  if (code === 'ETIMEDOUT') return 'edge.upstream-timeout';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'edge.upstream-unresolved';
  if (reached) return 'edge.upstream-closed';
  return /CERT|ALTNAME|SIGNED|VERIFY|ISSUER|ERR_TLS/.test(code)
    ? 'edge.upstream-untrusted'
    : 'edge.upstream-unreachable';
}
