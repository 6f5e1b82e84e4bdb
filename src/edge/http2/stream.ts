import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Identity } from '../access/identity.ts';
import type { LocalResponse } from '../local-response.ts';
import type { ConnectionFacts, EdgeContext } from '../connection.ts';
import { forward, isTrailerFor } from '../forwarding.ts';
import { type Decision, decide } from '../handling.ts';
import { BadMessage, type RequestHead } from '../http1/head.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import { stallTimeoutMs } from '../limits.ts';
import {
  beginLocalResponse,
  beginResponse,
  beginTunnel,
  createRequest,
  type EdgeRequest,
  failureResponse,
  isBodyLate,
  logRequest,
  refusal,
  releaseBody,
  sendBody,
  unreadHead,
} from '../request.ts';
import { exceededByStream, isRequestLate, latenessResponse } from '../route-limits.ts';
import { answeredFields, returnedFields } from '../returned-fields.ts';
import type { ExchangeFailure, ExchangeSink } from '../upstream/exchange.ts';
import { Tunnel } from '../upstream/splice.ts';
import { headerRecord, readRequestHead, trailerLines, trailerRecord } from './fields.ts';

const { constants } = http2;

/** One request and its response on an HTTP/2 stream. The app speaks HTTP/1.1. */
export class Http2Stream implements ExchangeSink {
  readonly #stream: ServerHttp2Stream;
  readonly #context: EdgeContext;
  readonly #request: EdgeRequest;
  /** Why the head is invalid. */
  readonly #headError: BadMessage | undefined;
  /** True if the stream ended with the head. */
  readonly #bodiless: boolean;
  #receivedBytes = 0;
  #longestBody = Infinity;
  /** As field lines, to send after the last chunk. */
  #requestTrailers = '';
  /** Since when the client has not read what was sent. */
  #stalledSinceMs: number | undefined;
  #bodyDropped = false;
  #tunnel: Tunnel | undefined;
  #trailers: readonly string[] = [];

  constructor(
    stream: ServerHttp2Stream,
    raw: string[],
    bodiless: boolean,
    facts: ConnectionFacts,
    context: EdgeContext,
  ) {
    this.#stream = stream;
    this.#context = context;
    this.#bodiless = bodiless;
    let head: RequestHead = unreadHead;
    try {
      head = readRequestHead(raw, bodiless);
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      this.#headError = error;
    }
    this.#request = createRequest(head, 'HTTP/2', facts, bodiless);
    stream.on('error', () => {}); // `close` follows
    stream.on('close', () => this.#onClose());
    stream.on('drain', () => {
      this.#stalledSinceMs = undefined;
      this.#request.upstream?.resume();
    });
  }

  /**
   * The client ended the stream before the response was complete: it reset the stream, or sent something that made us
   * reset it (CVE-2025-8671).
   */
  get wasted(): boolean {
    return !this.#request.finished;
  }

  checkTimeouts(nowMs: number): void {
    if (this.#stalledSinceMs !== undefined && nowMs - this.#stalledSinceMs > stallTimeoutMs)
      this.#breakOff('edge.client-stalled');
    else if (isBodyLate(this.#request, nowMs)) this.#breakOff('edge.body-timeout');
    else if (isRequestLate(this.#request, nowMs)) this.#refuse(latenessResponse(this.#request));
  }

  endIf(isMeant: (visitor: Identity) => boolean, error: string): void {
    const { identity } = this.#request;
    if (!identity || !isMeant(identity)) return;
    this.#request.finished = true; // the client did nothing wrong
    this.#request.error = error;
    this.#tunnel?.destroy();
    this.#breakOff(error);
  }

  begin(): void {
    const request = this.#request;
    if (this.#headError) {
      const status = this.#headError.status === 501 ? 501 : 400;
      return this.#answer(refusal(request, status, 'edge.bad-request'));
    }
    const decision = decide(request, this.#context);
    if (!(decision instanceof Promise)) return this.#proceed(decision);
    // Data waits in its window meanwhile; trailers do not.
    this.#expectTrailers();
    void decision.then((answer) => {
      if (!this.#gone()) this.#proceed(answer);
    });
  }

  #proceed(answer: Decision): void {
    const request = this.#request;
    if (answer) return this.#answer(answer);
    this.#longestBody = request.forwarding!.route.limits?.bodyBytes ?? Infinity;
    forward(request, this);
    if (request.head.upgrade) return;
    this.#stream.on('data', (bytes: Buffer) => this.#receiveBody(bytes));
    if (!this.#bodiless) this.#expectTrailers();
    this.#stream.on('end', () => this.#endBody());
  }

  #expectTrailers(): void {
    if (this.#stream.listenerCount('trailers') > 0) return;
    this.#stream.on('trailers', (_trailers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
      this.#requestTrailers = trailerLines(raw, (name) => isTrailerFor(this.#request, name));
    });
  }

  #receiveBody(bytes: Buffer): void {
    if (bytes.length === 0 || this.#request.finished) return;
    const { framing } = this.#request.head;
    this.#receivedBytes += bytes.length;
    if (this.#receivedBytes > this.#longestBody)
      return this.#refuse(refusal(this.#request, 413, 'edge.body-too-large'));
    if (typeof framing === 'number' && this.#receivedBytes > framing) return this.#breakOff('edge.bad-body');
    if (!sendBody(this.#request, framing === 'chunked' ? chunk(bytes) : bytes)) this.#stream.pause();
  }

  #endBody(): void {
    const request = this.#request;
    if (request.bodyDone || request.finished) return;
    const { framing } = request.head;
    if (typeof framing === 'number' && this.#receivedBytes !== framing) return this.#breakOff('edge.bad-body');
    request.bodyDone = true;
    if (framing === 'chunked') request.upstream!.send(Buffer.from(`0\r\n${this.#requestTrailers}\r\n`, 'latin1'));
    request.upstream!.finish();
  }

  // ExchangeSink

  onWritable(): void {
    if (releaseBody(this.#request)) this.#stream.resume();
  }

  onInformational(response: ResponseHead): void {
    if (this.#gone()) return;
    const headers = headerRecord(returnedFields(this.#request, response));
    this.#stream.additionalHeaders({ ':status': response.status, ...headers });
  }

  onHead(response: ResponseHead): 'payload' {
    if (this.#gone()) return 'payload';
    if (this.#request.head.upgrade && response.status < 300) {
      // To an extended CONNECT, any 2xx means that the tunnel is open (RFC 8441 §5), but here it is not.
      // It is no failure of the app: visitors choose the path.
      this.#refuse(failureResponse(this.#request, 'edge.upstream-malformed', `${response.status} instead of 101`));
      return 'payload';
    }
    const refused = exceededByStream(this.#request, response, this.#context);
    if (refused) {
      this.#refuse(refused);
      return 'payload';
    }
    beginResponse(this.#request, response);
    // node:http2 cannot send these. To clients they mean the same as any 5xx (RFC 9110 §15).
    const status = (this.#request.status = response.status > 599 ? 502 : response.status);
    const headers = headerRecord(returnedFields(this.#request, response));
    let endStream = response.framing === 'none' || response.framing === 0;
    if (response.status === 205) {
      // A 205 must not have content (RFC 9110 §15.3.6); drop it if the app sends some.
      endStream = true;
      this.#bodyDropped = true;
    }
    this.#stream.respond({ ':status': status, ...headers }, { endStream, waitForTrailers: !endStream });
    if (!endStream) this.#stream.on('wantTrailers', () => this.#stream.sendTrailers(trailerRecord(this.#trailers)));
    return 'payload';
  }

  onBody(bytes: Buffer): void {
    if (this.#bodyDropped) return;
    this.#request.bytes += bytes.length;
    if (this.#gone() || this.#stream.write(bytes)) return;
    this.#stalledSinceMs ??= performance.now();
    this.#request.upstream!.pause();
  }

  onFlush(): void {}

  onEnd(trailers: readonly string[]): void {
    this.#request.finished = true;
    this.#trailers = trailers;
    if (this.#gone()) return;
    if (!this.#stream.writableEnded) this.#stream.end();
    this.#stalledSinceMs ??= performance.now(); // until the client has read all of it
    // The response is complete before the request: the client need not send the rest (RFC 9113 §8.1).
    if (!this.#request.bodyDone) this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }

  onUpgrade(response: ResponseHead, upstream: Socket, first: Buffer): void {
    const request = this.#request;
    if (this.#gone()) {
      upstream.destroy();
      return;
    }
    beginTunnel(request, 200);
    const headers = headerRecord(returnedFields(request, response));
    delete headers['sec-websocket-accept'];
    this.#stream.respond({ ':status': 200, ...headers });
    if (first.length > 0) this.#stream.write(first);
    this.#stream.removeAllListeners('drain');
    this.#tunnel = new Tunnel(this.#stream, upstream, (bytes) => (request.bytes += bytes));
  }

  onFailure(failure: ExchangeFailure, detail: string): void {
    const answer = failureResponse(this.#request, failure, detail);
    if (!this.#stream.headersSent) return this.#answer(answer);
    this.#request.finished = true;
    // The client still gets what was written.
    if (this.#stalledSinceMs === undefined || this.#gone()) this.#breakOff(failure);
    else this.#stream.write('', () => this.#breakOff(failure));
  }

  #answer(answer: LocalResponse): void {
    this.#request.finished = true;
    const body = beginLocalResponse(this.#request, answer);
    if (this.#gone()) {
      this.#request.bytes = 0;
      return;
    }
    this.#stream.respond({ ':status': answer.status, ...headerRecord(answeredFields(this.#request, answer)) });
    // In response to HEAD, the stream has already ended with the head.
    this.#stream.end(body.length > 0 ? body : undefined);
    this.#stalledSinceMs = performance.now();
    // In a later turn: a reset overtakes a head that is not sent yet.
    if (!this.#bodiless) setImmediate(() => this.#stream.close(constants.NGHTTP2_NO_ERROR));
  }

  /** Instead of the app's response; one that has begun is cut off. */
  #refuse(answer: LocalResponse): void {
    if (this.#stream.headersSent) return this.#breakOff(this.#request.error!);
    this.#request.upstream?.cancel();
    this.#answer(answer);
  }

  #breakOff(error: string): void {
    this.#request.error ??= error;
    this.#request.upstream?.cancel();
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  #gone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  #onClose(): void {
    this.#request.upstream?.cancel();
    this.#tunnel?.outlive(this.#context);
    logRequest(this.#request, this.#context);
  }
}

function chunk(bytes: Buffer): Buffer {
  const prefix = `${bytes.length.toString(16)}\r\n`;
  const whole = Buffer.allocUnsafe(prefix.length + bytes.length + 2);
  whole.write(prefix, 0, 'latin1');
  bytes.copy(whole, prefix.length);
  whole.write('\r\n', prefix.length + bytes.length, 'latin1');
  return whole;
}
