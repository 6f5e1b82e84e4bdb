import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Identity } from '../access/identity.ts';
import type { ErrorStatus } from '../error-page.ts';
import type { ConnectionFacts, EdgeConnection, EdgeContext, ConnectionHandler } from '../connection.ts';
import {
  headTimeoutMs,
  idleTimeoutMs,
  lingerMs,
  longestLingerMs,
  pipelineLimitBytes,
  stallTimeoutMs,
  type TimeoutOwner,
  watchTimeouts,
} from '../limits.ts';
import { isRequestLate } from '../route-limits.ts';
import { isBodyLate, logRequest, unreadHead } from '../request.ts';
import { Tunnel } from '../upstream/splice.ts';
import { Http1Exchange, type Http1Client } from './exchange.ts';
import { BadMessage, headLimitBytes, parseRequestHead, type RequestHead } from './head.ts';

const headEnd = Buffer.from('\r\n\r\n');
const empty = Buffer.alloc(0);

/** Serves HTTP/1.0 and 1.1 on an accepted socket until it closes (RFC 9112). */
export const serveHttp1: ConnectionHandler = (socket, facts, context, first) => {
  const connection = new Http1Connection(socket, facts, context);
  if (first && first.length > 0) connection.receive(first);
  // The socket may still be paused from reading its first bytes.
  socket.resume();
};

/** Serves requests one at a time. Pipelined requests wait. */
class Http1Connection implements EdgeConnection, TimeoutOwner, Http1Client {
  readonly #socket: Socket | TLSSocket;
  readonly #facts: ConnectionFacts;
  readonly #context: EdgeContext;
  readonly #unregister: () => void;
  readonly #unwatch: () => void;
  /** Unparsed bytes: part of a head, or bytes after the current request. */
  #pending: Buffer = empty;
  /** The number of bytes of `#pending` already searched for the end of a head. */
  #searchedBytes = 0;
  #headSinceMs: number | undefined;
  #idleSinceMs = performance.now();
  /** Since when the client has not read what was sent. */
  #stalledSinceMs: number | undefined;
  /** The current request. */
  #exchange: Http1Exchange | undefined;
  #tunnel: Tunnel | undefined;
  #ended = false;
  /** When the last response had been sent; `#lingerHeardMs`: when the client last sent something after it. */
  #lingerSinceMs: number | undefined;
  #lingerHeardMs = 0;

  constructor(socket: Socket | TLSSocket, facts: ConnectionFacts, context: EdgeContext) {
    this.#socket = socket;
    this.#facts = facts;
    this.#context = context;
    socket.on('data', (bytes: Buffer) => this.receive(bytes));
    socket.on('drain', () => this.#onDrain());
    socket.on('error', () => {}); // `close` follows
    socket.on('close', () => this.#onClose());
    this.#unwatch = watchTimeouts(this);
    this.#unregister = context.register(this);
  }

  openStreams(): number {
    return this.#exchange || this.#tunnel ? 1 : 0;
  }

  drain(): void {
    if (!this.#exchange && !this.#tunnel && this.#pending.length === 0) this.#end();
  }

  destroy(): void {
    this.#tunnel?.destroy();
    this.#socket.destroy();
  }

  endStreams(isMeant: (visitor: Identity) => boolean, error: string): void {
    const request = this.#exchange?.request;
    if (!request?.identity || !isMeant(request.identity)) return;
    if (!this.#tunnel) return this.breakOff(error);
    request.error = error;
    this.destroy();
  }

  checkTimeouts(nowMs: number): void {
    if (this.#stalledSinceMs !== undefined && nowMs - this.#stalledSinceMs > stallTimeoutMs)
      return this.breakOff('edge.client-stalled');
    if (this.#ended) {
      const sinceMs = this.#lingerSinceMs;
      if (sinceMs === undefined) return;
      if (nowMs - this.#lingerHeardMs > lingerMs || nowMs - sinceMs > longestLingerMs) this.#socket.destroy();
      return;
    }
    if (this.#exchange) {
      if (isBodyLate(this.#exchange.request, nowMs)) this.breakOff('edge.body-timeout');
      else if (isRequestLate(this.#exchange.request, nowMs)) this.#exchange.endLate();
      return;
    }
    if (this.#tunnel || this.#stalledSinceMs !== undefined) return;
    if (this.#headSinceMs !== undefined) {
      if (nowMs - this.#headSinceMs > headTimeoutMs) this.#refuse(408, 'edge.head-timeout');
    } else if (nowMs - this.#idleSinceMs > idleTimeoutMs) this.#end();
  }

  receive(bytes: Buffer): void {
    if (this.#tunnel) return;
    if (this.#ended) {
      this.#lingerHeardMs = performance.now();
      return;
    }
    const exchange = this.#exchange;
    if (exchange && !exchange.request.bodyDone && !exchange.isUndecided) {
      this.#receiveBody(exchange, bytes);
      return;
    }
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    if (!exchange && this.#stalledSinceMs === undefined) this.#readHead();
    else if (this.#pending.length > pipelineLimitBytes) this.#socket.pause();
  }

  #readHead(): void {
    if (this.#pending.length === 0) return;
    this.#headSinceMs ??= performance.now();
    // Skip one empty line before a request, which some old clients send (RFC 9112 §2.2).
    const start = this.#pending[0] === 13 && this.#pending[1] === 10 ? 2 : 0;
    const end = this.#pending.indexOf(headEnd, Math.max(start, this.#searchedBytes));
    if (end < 0) {
      this.#searchedBytes = Math.max(0, this.#pending.length - headEnd.length + 1);
      if (this.#pending.length > headLimitBytes) this.#refuse(431, 'edge.head-too-long');
      return;
    }
    this.#searchedBytes = 0;
    if (end - start > headLimitBytes) return this.#refuse(431, 'edge.head-too-long');
    let head: RequestHead;
    try {
      head = parseRequestHead(this.#pending.toString('latin1', start, end));
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      return this.#refuse(error.status as ErrorStatus, 'edge.bad-request');
    }
    const rest = this.#pending.subarray(end + 4);
    this.#pending = empty;
    this.#headSinceMs = undefined;
    this.#begin(head, rest);
  }

  #begin(head: RequestHead, rest: Buffer): void {
    const exchange = this.#createExchange(head);
    this.#pending = rest;
    exchange.begin();
  }

  #receiveBody(exchange: Http1Exchange, bytes: Buffer): void {
    const end = exchange.receiveBody(bytes);
    if (exchange.request.bodyDone) this.#pending = bytes.subarray(end);
  }

  /** For a request without a valid head. */
  #refuse(status: ErrorStatus, error: string): void {
    this.#createExchange(unreadHead).refuse(status, error);
  }

  #createExchange(head: RequestHead): Http1Exchange {
    return (this.#exchange = new Http1Exchange(head, this.#facts, this.#context, this));
  }

  // Http1Client

  isServing(exchange: Http1Exchange): boolean {
    return this.#exchange === exchange && !this.#ended;
  }

  onForwarded(): void {
    const exchange = this.#exchange;
    if (!exchange) return;
    this.#socket.resume(); // it may have sent more than we hold while the decision was made
    if (exchange.request.bodyDone || this.#pending.length === 0) return;
    const bytes = this.#pending;
    this.#pending = empty;
    this.#receiveBody(exchange, bytes);
  }

  write(bytes: Buffer): void {
    if (this.#ended || this.#socket.write(bytes)) return;
    this.#stalledSinceMs ??= performance.now();
    this.#exchange?.request.upstream?.pause();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  finish(): void {
    const exchange = this.#exchange!;
    this.#exchange = undefined;
    exchange.request.finished = true;
    logRequest(exchange.request, this.#context);
    if (!exchange.keepAlive) return this.#end();
    this.#idleSinceMs = performance.now();
    // The next request waits until the client has read this response.
    if (this.#stalledSinceMs === undefined) this.#readNext();
  }

  breakOff(error: string, afterWrites = false): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange) {
      exchange.request.error ??= error;
      exchange.request.upstream?.cancel();
      logRequest(exchange.request, this.#context);
    }
    this.#ended = true;
    if (afterWrites && this.#stalledSinceMs !== undefined) this.#socket.write('', () => this.#cut());
    else this.#cut();
  }

  #cut(): void {
    if ('resetAndDestroy' in this.#socket && !this.#facts.secure) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  openTunnel(upstream: Socket, head: Buffer, count: (bytes: number) => void): void {
    this.#stalledSinceMs = undefined;
    this.#socket.removeAllListeners('data');
    this.#socket.removeAllListeners('drain');
    this.#tunnel = new Tunnel(this.#socket, upstream, count);
    this.#socket.resume();
    this.#socket.write(head);
    if (this.#pending.length > 0) upstream.write(this.#pending);
    this.#pending = empty;
  }

  // Between requests, and at the end

  #readNext(): void {
    if (this.#socket.isPaused()) this.#socket.resume();
    // In a new turn of the event loop: many pipelined requests must not overflow the stack.
    if (this.#pending.length > 0) setImmediate(() => !this.#ended && !this.#exchange && this.#readHead());
    else if (this.#context.draining()) this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pending = empty;
    // The client may still be sending; closing immediately would lose the response (RFC 9112 §9.6).
    this.#stalledSinceMs ??= performance.now();
    this.#socket.end(() => {
      this.#stalledSinceMs = undefined;
      this.#lingerSinceMs = this.#lingerHeardMs = performance.now();
    });
    this.#socket.resume();
  }

  #onClose(): void {
    this.#ended = true;
    this.#unwatch();
    this.#tunnel?.outlive(this.#context);
    this.#unregister();
    const exchange = this.#exchange;
    if (!exchange) return;
    this.#exchange = undefined;
    exchange.request.upstream?.cancel();
    logRequest(exchange.request, this.#context);
  }

  #onDrain(): void {
    this.#stalledSinceMs = undefined;
    if (this.#exchange) this.#exchange.request.upstream?.resume();
    else if (!this.#ended) this.#readNext();
  }
}
