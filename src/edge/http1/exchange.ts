import type { Socket } from 'node:net';
import type { ErrorStatus } from '../error-page.ts';
import { fieldOf, type LocalResponse, reasonOf } from '../local-response.ts';
import type { ConnectionFacts, EdgeContext } from '../connection.ts';
import { forward, isTrailerFor } from '../forwarding.ts';
import { type Decision, decide } from '../handling.ts';
import {
  beginLocalResponse,
  beginResponse,
  beginTunnel,
  createRequest,
  type EdgeRequest,
  failureResponse,
  refusal,
  releaseBody,
  sendBody,
} from '../request.ts';
import { exceededByStream, latenessResponse } from '../route-limits.ts';
import { answeredFields, returnedFields } from '../returned-fields.ts';
import type { ExchangeFailure, ExchangeSink } from '../upstream/exchange.ts';
import { BodyWalker } from './body.ts';
import { BadMessage, type RequestHead } from './head.ts';
import type { ResponseHead } from './response-head.ts';

/** The connection to the client, as seen by one exchange. */
export interface Http1Client {
  write(bytes: Buffer): void;
  /** Stops reading the body until `resume`. */
  pause(): void;
  resume(): void;
  /** False once the client has gone. */
  isServing(exchange: Http1Exchange): boolean;
  /** The request is on its way: body bytes that have arrived may be sent. */
  onForwarded(): void;
  /** The response is complete. */
  finish(): void;
  /**
   * Closes the connection so that the client cannot mistake it for the end of the response.
   * @param afterWrites true: once the client has received what was written.
   */
  breakOff(error: string, afterWrites?: boolean): void;
  /** Connects the client to the app's socket. @param count called with the number of bytes sent to the client. */
  openTunnel(upstream: Socket, head: Buffer, count: (bytes: number) => void): void;
}

/** After these, a browser comes back with a password or a session; a new connection would cost both sides a handshake. */
const asksForLogIn = new Set([302, 303, 401, 403]);

/** One request on an HTTP/1 connection and its response. */
export class Http1Exchange implements ExchangeSink {
  readonly request: EdgeRequest;
  /** True if the connection stays open after the response. */
  keepAlive: boolean;
  readonly #context: EdgeContext;
  readonly #client: Http1Client;
  readonly #walker: BodyWalker;
  /** The response head, held back to be sent together with body bytes of the same read. */
  #headText = '';
  /** True if the edge adds chunked framing, because the app ends the body by closing the connection. */
  #chunking = false;
  /** Payload bytes that may still come. */
  #bodyLeft = Infinity;
  /** A 205 has no content (RFC 9110 §15.3.6). */
  #bodyDropped = false;
  /** How to handle the request is not decided yet. */
  isUndecided = false;

  constructor(head: RequestHead, facts: ConnectionFacts, context: EdgeContext, client: Http1Client) {
    this.#context = context;
    this.#client = client;
    this.#walker = new BodyWalker(head.framing, { accepts: (name) => isTrailerFor(this.request, name) });
    this.request = createRequest(head, head.minorVersion === 0 ? 'HTTP/1.0' : 'HTTP/1.1', facts, this.#walker.done);
    this.keepAlive = head.keepAlive;
  }

  begin(): void {
    const decision = decide(this.request, this.#context);
    if (!(decision instanceof Promise)) return this.#proceed(decision);
    this.isUndecided = true;
    void decision.then((answer) => {
      this.isUndecided = false;
      if (this.#client.isServing(this)) this.#proceed(answer);
    });
  }

  #proceed(answer: Decision): void {
    const { request } = this;
    if (!answer) {
      // A body with a length has been compared with the limit.
      if (request.head.framing === 'chunked') this.#bodyLeft = request.forwarding!.route.limits?.bodyBytes ?? Infinity;
      forward(request, this);
      return this.#client.onForwarded();
    }
    // If the edge answers the request, it does not read the body, so it must close the connection.
    const isMisuse = request.error !== undefined && !asksForLogIn.has(answer.status);
    if (isMisuse || !request.bodyDone) this.keepAlive = false;
    this.#answer(answer);
  }

  refuse(status: ErrorStatus, error: string): void {
    this.keepAlive = false;
    this.#answer(refusal(this.request, status, error));
  }

  /** Reads body bytes. Returns the index after the last byte of the body. */
  receiveBody(bytes: Buffer): number {
    const { request } = this;
    let end: number;
    try {
      end = this.#bodyLeft === Infinity ? this.#walker.walk(bytes, 0) : this.#walkLimited(bytes);
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      this.#refuseBody(400, 'edge.bad-body');
      return bytes.length;
    }
    if (this.#bodyLeft < 0) {
      this.#refuseBody(413, 'edge.body-too-large');
      return bytes.length;
    }
    request.bodyDone = this.#walker.done;
    if (!sendBody(request, bytes.subarray(0, end))) this.#client.pause();
    if (request.bodyDone) request.upstream!.finish();
    return end;
  }

  #walkLimited(bytes: Buffer): number {
    return this.#walker.walk(bytes, 0, (start, end) => void (this.#bodyLeft -= end - start));
  }

  /** For a body that is found wrong after the head was forwarded: the app must never see the request as complete. */
  #refuseBody(status: ErrorStatus, error: string): void {
    if (this.request.status !== 0) return this.#client.breakOff(error);
    this.request.upstream!.cancel();
    this.refuse(status, error);
  }

  onWritable(): void {
    if (releaseBody(this.request)) this.#client.resume();
  }

  onInformational(response: ResponseHead): void {
    if (this.request.head.minorVersion === 0) return;
    const fields = returnedFields(this.request, response);
    const text = `HTTP/1.1 ${response.status} ${response.reason}\r\n${fieldLines(fields)}\r\n`;
    this.#client.write(Buffer.from(text, 'latin1'));
  }

  /** The response has not begun in time. */
  endLate(): void {
    this.request.upstream?.cancel();
    this.keepAlive = false;
    this.#answer(latenessResponse(this.request));
  }

  onHead(response: ResponseHead): 'raw' | 'payload' {
    const { request } = this;
    const refused = exceededByStream(request, response, this.#context);
    if (refused) {
      request.upstream!.cancel();
      this.keepAlive = false;
      this.#answer(refused);
      return 'payload';
    }
    beginResponse(request, response);
    const old = request.head.minorVersion === 0;
    // A response before the end of the request leaves the connection in the middle of a body.
    if (!request.bodyDone || this.#context.draining()) this.keepAlive = false;
    this.#bodyDropped = response.status === 205;
    const framing = this.#bodyDropped ? 0 : response.framing;
    // Chunk lines that end with LF alone are not passed on.
    this.#chunking = !old && (framing === 'close' || (framing === 'chunked' && response.bareLf));
    if (old && (framing === 'close' || framing === 'chunked')) this.keepAlive = false;
    let text = `HTTP/1.1 ${response.status} ${response.reason}\r\n${fieldLines(returnedFields(request, response))}`;
    if (!old && (framing === 'chunked' || framing === 'close')) text += 'Transfer-Encoding: chunked\r\n';
    if (this.#bodyDropped) text += 'Content-Length: 0\r\n';
    this.#headText = `${text}${this.#connectionLine()}\r\n`;
    return framing === 'chunked' && !old && !this.#chunking ? 'raw' : 'payload';
  }

  onBody(bytes: Buffer): void {
    if (this.#bodyDropped) return;
    this.request.bytes += bytes.length;
    const head = this.#headText;
    this.#headText = '';
    if (this.#chunking) this.#client.write(joined(`${head}${bytes.length.toString(16)}\r\n`, bytes, '\r\n'));
    else this.#client.write(head === '' ? bytes : joined(head, bytes, ''));
  }

  onFlush(): void {
    if (this.#headText === '') return;
    const head = Buffer.from(this.#headText, 'latin1');
    this.#headText = '';
    this.#client.write(head);
  }

  onEnd(_trailers: readonly string[]): void {
    if (this.#chunking) this.#headText += '0\r\n\r\n';
    this.onFlush();
    this.#client.finish();
  }

  onUpgrade(response: ResponseHead, upstream: Socket, first: Buffer): void {
    const { request } = this;
    beginTunnel(request, 101);
    const protocol = fieldOf(response.fields, 'upgrade') ?? request.head.upgrade!;
    const fields = fieldLines(returnedFields(request, response));
    const head = `HTTP/1.1 101 ${response.reason}\r\n${fields}Connection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
    this.#client.openTunnel(upstream, joined(head, first, ''), (bytes) => (request.bytes += bytes));
  }

  onFailure(failure: ExchangeFailure, detail: string): void {
    const { request } = this;
    const answer = failureResponse(request, failure, detail);
    // A truncated response must not look complete.
    if (request.status !== 0 && this.#headText === '') return this.#client.breakOff(failure, true);
    this.#headText = '';
    if (!request.bodyDone) this.keepAlive = false;
    this.#answer(answer);
  }

  #answer(answer: LocalResponse): void {
    const body = beginLocalResponse(this.request, answer);
    if (this.#context.draining()) this.keepAlive = false;
    const head = `HTTP/1.1 ${answer.status} ${reasonOf(answer.status)}\r\n${fieldLines(answeredFields(this.request, answer))}`;
    this.#client.write(joined(`${head}${this.#connectionLine()}\r\n`, body, ''));
    this.#client.finish();
  }

  #connectionLine(): string {
    if (!this.keepAlive) return 'Connection: close\r\n';
    return this.request.head.minorVersion === 0 ? 'Connection: keep-alive\r\n' : '';
  }
}

function fieldLines(fields: readonly string[]): string {
  let text = '';
  for (let at = 0; at < fields.length; at += 2) text += `${fields[at]}: ${fields[at + 1]}\r\n`;
  return text;
}

/** Joins everything into one buffer: one TLS record and one system call. */
function joined(before: string, bytes: Buffer, after: string): Buffer {
  const whole = Buffer.allocUnsafe(before.length + bytes.length + after.length);
  whole.write(before, 0, 'latin1');
  bytes.copy(whole, before.length);
  if (after !== '') whole.write(after, before.length + bytes.length, 'latin1');
  return whole;
}
