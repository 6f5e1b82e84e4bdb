import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type Answer, errorAnswer, type ErrorStatus, fieldOf, reasonOf } from '../answers.ts';
import type { AccessEntry, ConnectionFacts, EdgeConnection, EdgeContext, Serve } from '../connection.ts';
import { forwardedRequest, returnedFields } from '../forwarding.ts';
import { handle, pathOf, streamKind } from '../handling.ts';
import {
  bodyTimeoutMs,
  headTimeoutMs,
  idleTimeoutMs,
  lingerMs,
  longestLingerMs,
  pipelineLimitBytes,
  stallTimeoutMs,
  type Timed,
  watchTime,
} from '../limits.ts';
import { Exchange, type ExchangeFailure, type ExchangeSink } from '../upstream/exchange.ts';
import { requestId } from '../request-id.ts';
import { splice } from '../upstream/splice.ts';
import type { EdgeRoute, EdgeSite, EdgeSnapshot } from '../snapshot.ts';
import { BodyWalker } from './body.ts';
import { BadMessage, headLimitBytes, parseRequestHead, type RequestHead, type ResponseHead } from './head.ts';

const headEnd = Buffer.from('\r\n\r\n');
const empty = Buffer.alloc(0);

/** Serves HTTP/1.0 and 1.1 on an accepted socket until it closes (RFC 9112). */
export const serveHttp1: Serve = (socket, facts, context, first) => {
  const connection = new Http1Connection(socket, facts, context);
  if (first && first.length > 0) connection.receive(first);
  // A socket that was paused while its first bytes were looked at.
  socket.resume();
};

/** Requests are served one after the other; what a client sends ahead waits. */
class Http1Connection implements EdgeConnection, Timed, ExchangeSink {
  readonly #socket: Socket | TLSSocket;
  readonly #facts: ConnectionFacts;
  readonly #context: EdgeContext;
  readonly #unregister: () => void;
  readonly #unwatch: () => void;
  /** Bytes that are not yet read: a part of a head, or what follows the present request. */
  #pending: Buffer = empty;
  /** So much of `#pending` is known to hold no end of a head. */
  #searchedBytes = 0;
  #headSinceMs: number | undefined;
  #idleSinceMs = performance.now();
  /** Since when the client has not taken what was sent. */
  #stalledSinceMs: number | undefined;
  #request: CurrentRequest | undefined;
  #tunnel = false;
  #ended = false;
  /** Since when the last answer is out; the client was heard last at `#lingerHeardMs`. */
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
    this.#unwatch = watchTime(this);
    this.#unregister = context.register(this);
  }

  openStreams(): number {
    return this.#request || this.#tunnel ? 1 : 0;
  }

  drain(): void {
    if (!this.#request && !this.#tunnel && this.#pending.length === 0) this.#end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  checkTime(nowMs: number): void {
    const request = this.#request;
    if (this.#stalledSinceMs !== undefined && nowMs - this.#stalledSinceMs > stallTimeoutMs)
      return this.#breakOff('edge.client-stalled');
    if (this.#ended) {
      const sinceMs = this.#lingerSinceMs;
      if (sinceMs === undefined) return;
      if (nowMs - this.#lingerHeardMs > lingerMs || nowMs - sinceMs > longestLingerMs) this.#socket.destroy();
      return;
    }
    if (request) {
      const { walker } = request;
      if (!walker.done && !request.bodyHeld && nowMs - request.bodyHeardMs > bodyTimeoutMs)
        this.#breakOff('edge.body-timeout');
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
    const request = this.#request;
    if (request && !request.walker.done) {
      this.#receiveBody(request, bytes, 0);
      return;
    }
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    if (!request && this.#stalledSinceMs === undefined) this.#readHead();
    else if (this.#pending.length > pipelineLimitBytes) this.#socket.pause();
  }

  #readHead(): void {
    if (this.#pending.length === 0) return;
    this.#headSinceMs ??= performance.now();
    // One empty line before a request is left over from old clients (RFC 9112 §2.2).
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
    const request = new CurrentRequest(head);
    this.#request = request;
    const handling = handle(head, this.#facts, this.#context, request.id);
    if (handling.kind === 'answer') {
      if (handling.error !== undefined) {
        request.error = handling.error;
        request.keepAlive = false;
      }
      request.unlogged = handling.unlogged === true;
      // A body that nobody wants is not read: the connection ends with the answer.
      if (!request.walker.done) request.keepAlive = false;
      this.#pending = rest;
      this.#answer(handling.answer);
      return;
    }
    request.forward(handling);
    request.exchange = new Exchange(
      {
        upstream: handling.route.upstream,
        method: head.method,
        head: forwardedRequest({ ...handling, head, facts: this.#facts, id: request.id, framing: 'as-sent' }),
        hasBody: !request.walker.done,
        upgrade: head.upgrade !== undefined,
      },
      this,
    );
    if (rest.length === 0) return;
    if (request.walker.done) this.#pending = rest;
    else this.#receiveBody(request, rest, 0);
  }

  #receiveBody(request: CurrentRequest, bytes: Buffer, from: number): void {
    request.bodyHeardMs = performance.now();
    let end: number;
    try {
      end = request.walker.walk(bytes, from);
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      return this.#refuseBody(request);
    }
    const { exchange } = request;
    if (exchange && end > from && !exchange.send(bytes.subarray(from, end))) {
      request.bodyHeld = true;
      this.#socket.pause();
    }
    if (!request.walker.done) return;
    exchange?.finish();
    this.#pending = bytes.subarray(end);
  }

  /** The framing of a body turned out wrong after its head was forwarded: the app never gets to see it whole. */
  #refuseBody(request: CurrentRequest): void {
    if (request.status !== undefined) return this.#breakOff('edge.bad-body');
    request.exchange?.cancel();
    request.error = 'edge.bad-body';
    request.keepAlive = false;
    this.#answer(errorAnswer(400, request.id, request.head.fields, request.head.target));
  }

  // The exchange's side.

  onWritable(): void {
    const request = this.#request;
    if (!request?.bodyHeld) return;
    request.bodyHeld = false;
    request.bodyHeardMs = performance.now();
    this.#socket.resume();
  }

  onInformational(head: ResponseHead): void {
    const request = this.#request!;
    if (request.head.minorVersion === 0) return;
    const fields = returnedFields({ ...request.forwarded!, response: head, request: request.head, facts: this.#facts });
    this.#write(Buffer.from(`HTTP/1.1 ${head.status} ${head.reason}\r\n${fieldLines(fields)}\r\n`, 'latin1'));
  }

  onHead(response: ResponseHead): 'raw' | 'payload' {
    const request = this.#request!;
    request.status = response.status;
    request.firstByteMs = performance.now() - request.beganMs;
    request.kind = streamKind(fieldOf(response.fields, 'content-type'));
    const old = request.head.minorVersion === 0;
    // An answer before the request is complete leaves the connection in the middle of a body.
    if (!request.walker.done || this.#context.draining()) request.keepAlive = false;
    const { framing } = response;
    request.chunking = framing === 'close' && !old;
    if (old && (framing === 'close' || framing === 'chunked')) request.keepAlive = false;
    const fields = returnedFields({ ...request.forwarded!, response, request: request.head, facts: this.#facts });
    let text = `HTTP/1.1 ${response.status} ${response.reason}\r\n${fieldLines(fields)}`;
    if (!old && (framing === 'chunked' || framing === 'close')) text += 'Transfer-Encoding: chunked\r\n';
    if (!request.keepAlive) text += 'Connection: close\r\n';
    else if (old) text += 'Connection: keep-alive\r\n';
    request.headText = `${text}\r\n`;
    return framing === 'chunked' && !old ? 'raw' : 'payload';
  }

  onBody(bytes: Buffer): void {
    const request = this.#request!;
    request.bytes += bytes.length;
    if (request.chunking) {
      const prefix = `${request.headText}${bytes.length.toString(16)}\r\n`;
      request.headText = '';
      this.#write(joined(prefix, bytes, '\r\n'));
      return;
    }
    if (request.headText === '') return this.#write(bytes);
    const whole = joined(request.headText, bytes, '');
    request.headText = '';
    this.#write(whole);
  }

  onFlush(): void {
    const request = this.#request;
    if (!request || request.headText === '') return;
    const head = Buffer.from(request.headText, 'latin1');
    request.headText = '';
    this.#write(head);
  }

  onEnd(_trailers: readonly string[]): void {
    const request = this.#request!;
    if (request.chunking) {
      this.#write(Buffer.from(`${request.headText}0\r\n\r\n`, 'latin1'));
      request.headText = '';
    } else this.onFlush();
    this.#finish();
  }

  onUpgrade(response: ResponseHead, upstream: Socket, first: Buffer): void {
    const request = this.#request!;
    request.status = 101;
    request.firstByteMs = performance.now() - request.beganMs;
    request.kind = 'websocket';
    const fields = returnedFields({ ...request.forwarded!, response, request: request.head, facts: this.#facts });
    const protocol = fieldOf(response.fields, 'upgrade') ?? request.head.upgrade!;
    this.#tunnel = true;
    this.#stalledSinceMs = undefined;
    this.#socket.removeAllListeners('data');
    this.#socket.removeAllListeners('drain');
    this.#socket.resume();
    this.#socket.write(
      joined(
        `HTTP/1.1 101 ${response.reason}\r\n${fieldLines(fields)}Connection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`,
        first,
        '',
      ),
    );
    if (this.#pending.length > 0) upstream.write(this.#pending);
    this.#pending = empty;
    splice(this.#socket, upstream, (bytes) => (request.bytes += bytes));
  }

  onFailure(failure: ExchangeFailure, detail: string): void {
    const request = this.#request!;
    request.error = failure;
    request.detail = detail;
    if (request.status !== undefined) return this.#breakOff(failure); // half an answer must not look whole
    if (!request.walker.done) request.keepAlive = false;
    const status = failure === 'edge.upstream-timeout' ? 504 : 502;
    this.#answer(errorAnswer(status, request.id, request.head.fields, request.head.target));
  }

  // Ends.

  #answer(answer: Answer): void {
    const request = this.#request!;
    request.status = answer.status;
    request.firstByteMs = performance.now() - request.beganMs;
    const body = request.head.method === 'HEAD' ? empty : answer.body;
    request.bytes = body.length;
    if (this.#context.draining()) request.keepAlive = false;
    const connection = request.keepAlive
      ? request.head.minorVersion === 0
        ? 'Connection: keep-alive\r\n'
        : ''
      : 'Connection: close\r\n';
    const head = `HTTP/1.1 ${answer.status} ${reasonOf(answer.status)}\r\n${fieldLines(answer.fields)}${connection}\r\n`;
    this.#write(joined(head, body, ''));
    this.#finish();
  }

  /** A request that could not even be read. */
  #refuse(status: ErrorStatus, error: string): void {
    const request = new CurrentRequest({
      method: '-',
      target: '-',
      minorVersion: 1,
      fields: [],
      host: '',
      framing: 'none',
      keepAlive: false,
      upgrade: undefined,
      expectContinue: false,
    });
    request.error = error;
    this.#request = request;
    this.#answer(errorAnswer(status, request.id, [], ''));
  }

  #finish(): void {
    const request = this.#request!;
    this.#request = undefined;
    this.#log(request);
    if (!request.keepAlive) return this.#end();
    this.#idleSinceMs = performance.now();
    // The next answer is not asked for before the client has taken this one.
    if (this.#stalledSinceMs === undefined) this.#readNext();
  }

  #readNext(): void {
    if (this.#socket.isPaused()) this.#socket.resume();
    // In a turn of its own: a client that sends many requests at once must not grow the stack.
    if (this.#pending.length > 0) setImmediate(() => !this.#ended && !this.#request && this.#readHead());
    else if (this.#context.draining()) this.#end();
  }

  #breakOff(error: string): void {
    const request = this.#request;
    if (request) {
      request.error ??= error;
      request.exchange?.cancel();
      this.#request = undefined;
      this.#log(request);
    }
    this.#ended = true;
    if ('resetAndDestroy' in this.#socket && !this.#facts.secure) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pending = empty;
    // The client may still be sending; destroying at once would take the answer with it (RFC 9112 §9.6).
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
    this.#unregister();
    const request = this.#request;
    if (!request) return;
    this.#request = undefined;
    request.exchange?.cancel();
    if (!this.#tunnel) request.error ??= 'client-gone';
    this.#log(request);
  }

  #write(bytes: Buffer): void {
    if (this.#ended || this.#socket.write(bytes)) return;
    this.#stalledSinceMs ??= performance.now();
    this.#request?.exchange?.pause();
  }

  #onDrain(): void {
    this.#stalledSinceMs = undefined;
    if (this.#request) this.#request.exchange?.resume();
    else if (!this.#ended) this.#readNext();
  }

  #log(request: CurrentRequest): void {
    if (request.unlogged) return;
    const { head } = request;
    const entry: AccessEntry = {
      id: request.id,
      client: this.#facts.remoteAddress,
      method: head.method,
      host: head.host,
      path: pathOf(head.target),
      protocol: head.minorVersion === 0 ? 'HTTP/1.0' : 'HTTP/1.1',
      status: request.status ?? 0,
      bytes: request.bytes,
      firstByteMs: request.firstByteMs,
      durationMs: performance.now() - request.beganMs,
      kind: request.kind,
    };
    if (request.error !== undefined) entry.error = request.error;
    if (request.detail !== undefined) entry.detail = request.detail;
    this.#context.log(entry);
  }
}

/** The request that is being served. */
class CurrentRequest {
  readonly id = requestId();
  readonly head: RequestHead;
  readonly walker: BodyWalker;
  readonly beganMs = performance.now();
  bodyHeardMs = this.beganMs;
  /** The app does not take more of the body for now; that is not the client's fault. */
  bodyHeld = false;
  keepAlive: boolean;
  forwarded: { snapshot: EdgeSnapshot; site: EdgeSite; upstream: EdgeRoute['upstream'] } | undefined;
  exchange: Exchange | undefined;
  /** The head of the answer while it waits for the first body bytes of the same read. */
  headText = '';
  /** Chunks are made here: the app's body ends with its connection. */
  chunking = false;
  status: number | undefined;
  bytes = 0;
  firstByteMs: number | undefined;
  kind: AccessEntry['kind'] = 'plain';
  error: string | undefined;
  detail: string | undefined;
  unlogged = false;

  constructor(head: RequestHead) {
    this.head = head;
    this.walker = new BodyWalker(head.framing);
    this.keepAlive = head.keepAlive;
  }

  forward(handling: { snapshot: EdgeSnapshot; site: EdgeSite; route: EdgeRoute }): void {
    this.forwarded = { snapshot: handling.snapshot, site: handling.site, upstream: handling.route.upstream };
  }
}

function fieldLines(fields: readonly string[]): string {
  let text = '';
  for (let at = 0; at < fields.length; at += 2) text += `${fields[at]}: ${fields[at + 1]}\r\n`;
  return text;
}

/** One buffer, so one TLS record and one system call. */
function joined(before: string, bytes: Buffer, after: string): Buffer {
  const whole = Buffer.allocUnsafe(before.length + bytes.length + after.length);
  whole.write(before, 0, 'latin1');
  bytes.copy(whole, before.length);
  if (after !== '') whole.write(after, before.length + bytes.length, 'latin1');
  return whole;
}
