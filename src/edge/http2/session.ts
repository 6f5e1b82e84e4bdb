import { randomBytes } from 'node:crypto';
import http2, { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { type Answer, errorAnswer, fieldOf } from '../answers.ts';
import type { AccessEntry, ConnectionFacts, EdgeConnection, EdgeContext, Serve } from '../connection.ts';
import { forwardedRequest, isDroppedFromResponses, returnedFields } from '../forwarding.ts';
import { handle, pathOf, streamKind } from '../handling.ts';
import { isTrailer } from '../http1/body.ts';
import { BadMessage, type Fields, isAuthority, type RequestHead, type ResponseHead } from '../http1/head.ts';
import { bodyTimeoutMs, idleTimeoutMs, stallTimeoutMs, type Timed, watchTime } from '../limits.ts';
import { requestId } from '../request-id.ts';
import type { EdgeRoute, EdgeSite, EdgeSnapshot } from '../snapshot.ts';
import { Exchange, type ExchangeFailure, type ExchangeSink } from '../upstream/exchange.ts';
import { splice } from '../upstream/splice.ts';

const { constants } = http2;

const maxConcurrentStreams = 250;
/** A client that resets more streams than this within the time is attacking (CVE-2023-44487). */
const resetLimit = 200;
const resetWindowMs = 10_000;

/** Serves HTTP/2 (RFC 9113) on a socket whose handshake agreed on it. */
export const serveHttp2: Serve = (socket, facts, context) => {
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

class Http2Connection implements EdgeConnection, Timed {
  readonly #session: ServerHttp2Session;
  readonly #streams = new Set<Http2Exchange>();
  readonly #unregister: () => void;
  readonly #unwatch: () => void;
  #idleSinceMs = performance.now();
  #toldIdle = false;
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
      const exchange = new Http2Exchange(
        stream,
        raw,
        (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0,
        facts,
        context,
      );
      this.#streams.add(exchange);
      stream.on('close', () => {
        this.#streams.delete(exchange);
        this.#idleSinceMs = performance.now();
        if (exchange.wasted) this.#countReset();
      });
      exchange.begin();
    });
    this.#unwatch = watchTime(this);
    this.#unregister = context.register(this);
  }

  openStreams(): number {
    return this.#streams.size;
  }

  drain(): void {
    if (!this.#session.closed) this.#session.close(); // GOAWAY; open streams go on
  }

  destroy(): void {
    this.#session.destroy();
  }

  checkTime(nowMs: number): void {
    for (const stream of this.#streams) stream.checkTime(nowMs);
    if (this.#streams.size > 0 || nowMs - this.#idleSinceMs <= idleTimeoutMs) return;
    // With half a frame on its way in, a session does not end by itself.
    if (this.#toldIdle) this.destroy();
    this.#toldIdle = true;
    this.drain();
  }

  #countReset(): void {
    if (this.#session.destroyed) return; // with all its streams; there is nobody left to tell
    const nowMs = performance.now();
    if (nowMs - this.#resetsSinceMs > resetWindowMs) {
      this.#resetsSinceMs = nowMs;
      this.#resets = 0;
    }
    this.#resets += 1;
    if (this.#resets !== resetLimit) return;
    this.#session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    // In a turn of its own, for the frame to leave first.
    setImmediate(() => this.#session.destroy());
  }

  #onClose(): void {
    this.#unwatch();
    this.#unregister();
  }
}

/** One request and its answer on a stream of HTTP/2, with the app speaking HTTP/1.1. */
class Http2Exchange implements ExchangeSink {
  readonly #stream: ServerHttp2Stream;
  readonly #facts: ConnectionFacts;
  readonly #context: EdgeContext;
  readonly #raw: string[];
  readonly #bodiless: boolean;
  readonly #entry: AccessEntry;
  readonly #beganMs = performance.now();
  #head: RequestHead | undefined;
  #forwarded: { snapshot: EdgeSnapshot; site: EdgeSite; upstream: EdgeRoute['upstream'] } | undefined;
  #exchange: Exchange | undefined;
  #webSocketKey: string | undefined;
  #bodyHeardMs = this.#beganMs;
  #bodyHeld = false;
  /** As they follow the last chunk. */
  #requestTrailers = '';
  #stalledSinceMs: number | undefined;
  #bodyDone: boolean;
  #expectedBytes: number | undefined;
  #receivedBytes = 0;
  #chunked = false;
  #bodyDropped = false;
  #finished = false;
  #trailers: readonly string[] = [];
  #tunnel = false;
  #unlogged = false;

  constructor(
    stream: ServerHttp2Stream,
    raw: string[],
    bodiless: boolean,
    facts: ConnectionFacts,
    context: EdgeContext,
  ) {
    this.#stream = stream;
    this.#raw = raw;
    this.#bodiless = bodiless;
    this.#bodyDone = bodiless;
    this.#facts = facts;
    this.#context = context;
    this.#entry = {
      id: requestId(),
      client: facts.remoteAddress,
      method: '-',
      host: '',
      path: '-',
      protocol: 'HTTP/2',
      status: 0,
      bytes: 0,
      firstByteMs: undefined,
      durationMs: 0,
      kind: 'plain',
    };
    stream.on('error', () => {}); // `close` follows
    stream.on('close', () => this.#onClose());
    stream.on('drain', () => {
      this.#stalledSinceMs = undefined;
      this.#exchange?.resume();
    });
  }

  /**
   * The stream ended before its answer was complete, and not by the app: the client reset it, or made us reset it by what
   * it sent (CVE-2025-8671).
   */
  get wasted(): boolean {
    return !this.#finished;
  }

  checkTime(nowMs: number): void {
    if (this.#stalledSinceMs !== undefined && nowMs - this.#stalledSinceMs > stallTimeoutMs) {
      return this.#breakOff('edge.client-stalled');
    }
    if (this.#bodyDone || this.#bodyHeld || this.#tunnel || !this.#exchange) return;
    if (nowMs - this.#bodyHeardMs > bodyTimeoutMs) this.#breakOff('edge.body-timeout');
  }

  begin(): void {
    const head = this.#readHead();
    if (!head) return;
    this.#head = head;
    this.#entry.method = head.method;
    this.#entry.host = head.host;
    this.#entry.path = pathOf(head.target);
    const handling = handle(head, this.#facts, this.#context, this.#entry.id);
    if (handling.kind === 'answer') {
      if (handling.error !== undefined) this.#entry.error = handling.error;
      this.#unlogged = handling.unlogged === true;
      return this.#answer(handling.answer);
    }
    this.#forwarded = { snapshot: handling.snapshot, site: handling.site, upstream: handling.route.upstream };
    const framing = this.#bodiless ? 'none' : this.#expectedBytes === undefined ? 'chunked' : 'as-sent';
    this.#chunked = framing === 'chunked' && this.#webSocketKey === undefined;
    this.#exchange = new Exchange(
      {
        upstream: handling.route.upstream,
        method: head.method,
        head: forwardedRequest({
          ...handling,
          head,
          facts: this.#facts,
          id: this.#entry.id,
          framing: this.#webSocketKey === undefined ? framing : 'none',
        }),
        hasBody: !this.#bodiless && this.#webSocketKey === undefined,
        upgrade: this.#webSocketKey !== undefined,
      },
      this,
    );
    if (this.#webSocketKey !== undefined) return;
    this.#stream.on('data', (bytes: Buffer) => this.#receiveBody(bytes));
    this.#stream.on('trailers', (_trailers: IncomingHttpHeaders, _flags: number, raw: string[]) => {
      this.#requestTrailers = trailerLines(raw);
    });
    this.#stream.on('end', () => this.#endBody());
  }

  /** Pseudo-header fields and the rest as an HTTP/1.1 head; nghttp2 has checked what RFC 9113 §8.2 forbids. */
  #readHead(): RequestHead | undefined {
    try {
      const read = readFields(this.#raw);
      this.#expectedBytes = read.length;
      if (read.protocol !== undefined) {
        if (read.method !== 'CONNECT' || read.protocol !== 'websocket') throw new BadMessage(501, ':protocol');
        this.#webSocketKey = randomBytes(16).toString('base64');
        read.fields.push('Sec-WebSocket-Key', 'sec-websocket-key', this.#webSocketKey);
      }
      return {
        method: this.#webSocketKey === undefined ? read.method : 'GET',
        target: read.target,
        minorVersion: 1,
        fields: read.fields,
        host: read.host,
        framing: this.#bodiless ? 'none' : (read.length ?? 'chunked'),
        keepAlive: true,
        upgrade: this.#webSocketKey === undefined ? undefined : 'websocket',
        expectContinue: false,
      };
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      this.#entry.error = 'edge.bad-request';
      this.#answer(errorAnswer(error.status === 501 ? 501 : 400, this.#entry.id, [], ''));
      return undefined;
    }
  }

  #receiveBody(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#bodyHeardMs = performance.now();
    this.#receivedBytes += bytes.length;
    if (this.#expectedBytes !== undefined && this.#receivedBytes > this.#expectedBytes)
      return this.#breakOff('edge.bad-body');
    const taken = this.#exchange!.send(this.#chunked ? chunk(bytes) : bytes);
    if (taken) return;
    this.#bodyHeld = true;
    this.#stream.pause();
  }

  #endBody(): void {
    if (this.#bodyDone) return;
    if (this.#expectedBytes !== undefined && this.#receivedBytes !== this.#expectedBytes)
      return this.#breakOff('edge.bad-body');
    this.#bodyDone = true;
    if (this.#chunked) this.#exchange!.send(Buffer.from(`0\r\n${this.#requestTrailers}\r\n`, 'latin1'));
    this.#exchange!.finish();
  }

  // The exchange's side.

  onWritable(): void {
    if (!this.#bodyHeld) return;
    this.#bodyHeld = false;
    this.#bodyHeardMs = performance.now();
    this.#stream.resume();
  }

  onInformational(head: ResponseHead): void {
    if (this.#gone()) return;
    this.#stream.additionalHeaders({ ':status': head.status, ...this.#returned(head) });
  }

  onHead(response: ResponseHead): 'payload' {
    if (this.#gone()) return 'payload';
    if (this.#webSocketKey !== undefined && response.status < 300) {
      // To an extended CONNECT every 2xx says that the tunnel is open (RFC 8441 §5); this one is not.
      throw new BadMessage(502, `${response.status} instead of 101`);
    }
    this.#entry.status = response.status;
    this.#entry.firstByteMs = performance.now() - this.#beganMs;
    this.#entry.kind = streamKind(fieldOf(response.fields, 'content-type'));
    const headers = this.#returned(response);
    let endStream = response.framing === 'none' || response.framing === 0;
    if (response.status === 205) {
      // It has no content (RFC 9110 §15.3.6), whatever the app says; HTTP/1.1 alone can carry what is wrong here.
      endStream = true;
      this.#bodyDropped = true;
      delete headers['content-length'];
    }
    this.#stream.respond({ ':status': response.status, ...headers }, { endStream, waitForTrailers: !endStream });
    if (!endStream) this.#stream.on('wantTrailers', () => this.#sendTrailers());
    return 'payload';
  }

  onBody(bytes: Buffer): void {
    if (this.#bodyDropped) return;
    this.#entry.bytes += bytes.length;
    if (this.#gone() || this.#stream.write(bytes)) return;
    this.#stalledSinceMs ??= performance.now();
    this.#exchange!.pause();
  }

  onFlush(): void {}

  onEnd(trailers: readonly string[]): void {
    this.#finished = true;
    this.#trailers = trailers;
    if (this.#gone()) return;
    if (!this.#stream.writableEnded) this.#stream.end();
    this.#stalledSinceMs ??= performance.now(); // until the client has taken all of it
    // The answer is complete although the request is not: the client need not send the rest (RFC 9113 §8.1).
    if (!this.#bodyDone) this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }

  onUpgrade(response: ResponseHead, upstream: Socket, first: Buffer): void {
    if (this.#gone()) {
      upstream.destroy();
      return;
    }
    this.#tunnel = true;
    this.#finished = true;
    this.#entry.status = 200;
    this.#entry.kind = 'websocket';
    this.#entry.firstByteMs = performance.now() - this.#beganMs;
    const headers = this.#returned(response);
    delete headers['sec-websocket-accept'];
    this.#stream.respond({ ':status': 200, ...headers });
    if (first.length > 0) this.#stream.write(first);
    this.#stream.removeAllListeners('drain');
    splice(this.#stream, upstream, (bytes) => (this.#entry.bytes += bytes));
  }

  onFailure(failure: ExchangeFailure, detail: string): void {
    this.#entry.error = failure;
    this.#entry.detail = detail;
    if (this.#stream.headersSent) {
      this.#finished = true;
      return this.#breakOff(failure);
    }
    const status = failure === 'edge.upstream-timeout' ? 504 : 502;
    this.#answer(errorAnswer(status, this.#entry.id, this.#head!.fields, this.#head!.target));
  }

  #returned(response: ResponseHead): Record<string, string | string[]> {
    const fields = returnedFields({ ...this.#forwarded!, response, request: this.#head!, facts: this.#facts });
    const headers = noHeaders();
    for (let at = 0; at < fields.length; at += 2) addHeader(headers, fields[at]!, fields[at + 1]!);
    return headers;
  }

  #sendTrailers(): void {
    const headers = noHeaders();
    for (const line of this.#trailers) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon);
      if (!isDroppedFromResponses(name.toLowerCase())) addHeader(headers, name, line.slice(colon + 1).trim());
    }
    this.#stream.sendTrailers(headers);
  }

  #answer(answer: Answer): void {
    this.#finished = true;
    this.#entry.status = answer.status;
    this.#entry.firstByteMs = performance.now() - this.#beganMs;
    if (this.#gone()) return;
    const headers: Record<string, string> = {};
    for (let at = 0; at < answer.fields.length; at += 2)
      headers[answer.fields[at]!.toLowerCase()] = answer.fields[at + 1]!;
    const body = this.#head?.method === 'HEAD' ? undefined : answer.body;
    this.#entry.bytes = body?.length ?? 0;
    this.#stream.respond({ ':status': answer.status, ...headers });
    this.#stream.end(body);
    this.#stalledSinceMs = performance.now();
    if (!this.#bodiless) this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }

  #breakOff(error: string): void {
    this.#entry.error ??= error;
    this.#exchange?.cancel();
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  #gone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  #onClose(): void {
    this.#exchange?.cancel();
    if (!this.#finished) this.#entry.error ??= 'client-gone';
    this.#entry.durationMs = performance.now() - this.#beganMs;
    if (!this.#unlogged) this.#context.log(this.#entry);
  }
}

/** An app may name a field `constructor`. */
function noHeaders(): Record<string, string | string[]> {
  return Object.create(null) as Record<string, string | string[]>;
}

/** Repeated fields become one list (RFC 9110 §5.3): node:http2 throws at two Date or Content-Type, which apps do send. */
function addHeader(headers: Record<string, string | string[]>, sentName: string, value: string): void {
  const name = sentName.toLowerCase();
  const former = headers[name];
  if (name === 'set-cookie') headers[name] = [former ?? [], value].flat();
  else headers[name] = former === undefined ? value : `${String(former)}, ${value}`;
}

/** Trailers as field lines, without those that HTTP/1.1 does not let come after a body. */
function trailerLines(raw: readonly string[]): string {
  let lines = '';
  for (let at = 0; at < raw.length; at += 2) {
    const line = `${raw[at]}: ${raw[at + 1]}`;
    if (isTrailer(line)) lines += `${line}\r\n`;
  }
  return lines;
}

interface ReadFields {
  method: string;
  target: string;
  host: string;
  protocol: string | undefined;
  length: number | undefined;
  fields: Fields;
}

// What would end a line or a field in HTTP/1.1.
const badValue = /[\0-\x08\x0a-\x1f\x7f]/;
const badTarget = /[^\x21-\x7e]|#/;

function readFields(raw: readonly string[]): ReadFields {
  const read: ReadFields = { method: '', target: '', host: '', protocol: undefined, length: undefined, fields: [] };
  let authority: string | undefined;
  let host: string | undefined;
  let cookie: string | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!;
    const value = raw[at + 1]!;
    if (badValue.test(value)) throw new BadMessage(400, 'header value');
    if (name === ':method') read.method = value;
    else if (name === ':path') read.target = value;
    else if (name === ':authority') authority = value;
    else if (name === ':protocol') read.protocol = value;
    else if (name.startsWith(':')) continue;
    else if (name === 'host') host = value;
    // Crumbs come back together (RFC 9113 §8.2.3).
    else if (name === 'cookie') cookie = cookie === undefined ? value : `${cookie}; ${value}`;
    else if (name === 'content-length') {
      if (!/^\d{1,15}$/.test(value)) throw new BadMessage(400, 'content-length');
      read.length = Number(value);
      read.fields.push(name, name, value);
    } else if (name !== 'expect') read.fields.push(name, name, value);
  }
  if (authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase()) {
    throw new BadMessage(400, ':authority and host differ');
  }
  read.host = authority ?? host ?? '';
  if (!isAuthority(read.host)) throw new BadMessage(400, ':authority');
  if (
    !(read.target.startsWith('/') || (read.target === '*' && read.method === 'OPTIONS')) ||
    badTarget.test(read.target)
  ) {
    throw new BadMessage(400, ':path');
  }
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(read.method)) throw new BadMessage(400, ':method');
  if (cookie !== undefined) read.fields.push('Cookie', 'cookie', cookie);
  return read;
}

function chunk(bytes: Buffer): Buffer {
  const prefix = `${bytes.length.toString(16)}\r\n`;
  const whole = Buffer.allocUnsafe(prefix.length + bytes.length + 2);
  whole.write(prefix, 0, 'latin1');
  bytes.copy(whole, prefix.length);
  whole.write('\r\n', prefix.length + bytes.length, 'latin1');
  return whole;
}
