import type { Socket } from 'node:net';
import type { Fields } from '../http1/head.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import type { ExchangeFailure, ExchangeSink, RunningExchange } from '../upstream/exchange.ts';
import { Encoder, encodeWhole } from './encoder.ts';
import {
  acceptedCoding,
  type Coding,
  encodedFields,
  isCompressible,
  isForbidden,
  leastBytes,
  unchangedFields,
  varyingFields,
} from './negotiation.ts';
import { isBusy } from './turns.ts';

/** A body up to this is compressed as a whole. */
const wholeBytes = 64 * 1024;
/** So much of a longer body may wait to be compressed before the app is paused. */
const aheadBytes = 128 * 1024;
/** A body that takes longer to arrive is sent as it is; of a long one, what has arrived is passed on. */
const patienceMs = 100;

/**
 * Stands between an exchange and its sink, and compresses responses on the way. Only those that arrive at once: with a known
 * length, or complete with their head. Everything else passes through, as it would without this.
 */
export class CompressionSink implements ExchangeSink, RunningExchange {
  readonly #sink: ExchangeSink;
  readonly #method: string;
  readonly #coding: Coding | undefined;
  #exchange: RunningExchange | undefined;
  /** `collecting`: the response may be compressed, and its sink knows nothing of it yet. */
  #state: 'passing' | 'collecting' | 'encoding' | 'over' = 'passing';
  #head: ResponseHead | undefined;
  #parts: Buffer[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #encoder: Encoder | undefined;
  #trailers: readonly string[] = [];
  #isExchangePaused = false;
  #isClientSlow = false;
  /** The coding may hold bytes back. */
  #isFlushed = true;

  /** @param fields of the request. */
  constructor(sink: ExchangeSink, method: string, fields: Fields) {
    this.#sink = sink;
    this.#method = method;
    this.#coding = isForbiddenBy(fields) ? undefined : acceptedCoding(fields);
  }

  /** Call before anything happens on the exchange. */
  join(exchange: RunningExchange): void {
    this.#exchange = exchange;
  }

  // ExchangeSink

  onInformational(head: ResponseHead): void {
    this.#sink.onInformational(head);
  }

  onHead(head: ResponseHead): 'raw' | 'payload' {
    if (head.status === 304) return this.#sink.onHead({ ...head, fields: unchangedFields(head.fields) });
    if (!isCompressible(head, this.#method)) return this.#sink.onHead(head);
    const coding = this.#coding;
    if (!coding) return this.#sink.onHead({ ...head, fields: varyingFields(head.fields) });
    if (this.#method === 'HEAD')
      return this.#sink.onHead({ ...head, fields: encodedFields(head.fields, coding, undefined) });
    this.#head = head;
    this.#state = 'collecting';
    return 'payload';
  }

  onBody(bytes: Buffer): void {
    switch (this.#state) {
      case 'passing':
        return this.#sink.onBody(bytes);
      case 'collecting':
        this.#parts.push(bytes);
        this.#bytes += bytes.length;
        return;
      case 'encoding':
        return this.#encode(bytes);
      default:
    }
  }

  onFlush(): void {
    if (this.#state === 'passing') return this.#sink.onFlush();
    if (this.#state !== 'collecting') return;
    // Without a length, more may come at any time: this could be a stream.
    if (typeof this.#head!.framing !== 'number') return this.#pass();
    if (this.#bytes > wholeBytes) this.#startEncoder();
    // If this thread was busy, the rest may have arrived already: it is read first.
    else this.#timer ??= setTimeout(() => setImmediate(() => this.#passLate()), patienceMs).unref();
  }

  onEnd(trailers: readonly string[]): void {
    clearTimeout(this.#timer);
    this.#trailers = trailers;
    if (this.#state === 'encoding') return this.#encoder!.end();
    if (this.#state === 'collecting') {
      if (this.#bytes >= leastBytes && this.#bytes <= wholeBytes && !isBusy()) return this.#encodeWhole();
      if (this.#bytes > wholeBytes && this.#startEncoder()) return this.#encoder!.end();
      this.#pass();
    }
    if (this.#state === 'passing') this.#sink.onEnd(trailers);
  }

  onUpgrade(head: ResponseHead, socket: Socket, first: Buffer): void {
    this.#sink.onUpgrade(head, socket, first);
  }

  onFailure(failure: ExchangeFailure, detail: string): void {
    if (this.#state === 'over') return;
    this.#end();
    this.#sink.onFailure(failure, detail);
  }

  onWritable(): void {
    this.#sink.onWritable();
  }

  // RunningExchange

  send(bytes: Buffer): boolean {
    return this.#exchange!.send(bytes);
  }

  finish(): void {
    this.#exchange!.finish();
  }

  cancel(): void {
    this.#end();
    this.#exchange!.cancel();
  }

  pause(): void {
    this.#isClientSlow = true;
    this.#encoder?.pause();
    this.#exchange!.pause();
  }

  resume(): void {
    this.#isClientSlow = false;
    this.#encoder?.resume();
    if (!this.#isExchangePaused) this.#exchange!.resume();
  }

  #end(): void {
    this.#state = 'over';
    this.#parts = [];
    clearTimeout(this.#timer);
    this.#encoder?.destroy();
  }

  #passLate(): void {
    if (this.#state === 'collecting' && this.#bytes < (this.#head!.framing as number)) this.#pass();
  }

  /** The response goes to its sink uncompressed. */
  #pass(): void {
    if (this.#state !== 'collecting') return;
    this.#state = 'passing';
    clearTimeout(this.#timer);
    const parts = this.#parts;
    this.#parts = [];
    const head = this.#head!;
    // The exchange takes the chunk framing off.
    const framing = typeof head.framing === 'number' ? head.framing : 'close';
    if (!this.#begin({ ...head, fields: varyingFields(head.fields), framing })) return;
    for (const part of parts) this.#sink.onBody(part);
    this.#sink.onFlush();
  }

  #encodeWhole(): void {
    this.#state = 'encoding';
    const whole = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    encodeWhole(this.#coding!, whole, (encoded) => {
      if (this.#state !== 'encoding') return;
      if (!encoded || encoded.length >= whole.length) {
        this.#state = 'collecting';
        this.#parts = [whole];
        this.#pass();
        if (this.#isPassing()) this.#sink.onEnd(this.#trailers);
        return;
      }
      this.#parts = [];
      const head = this.#head!;
      const fields = encodedFields(head.fields, this.#coding!, encoded.length);
      if (!this.#begin({ ...head, fields, framing: encoded.length })) return;
      this.#state = 'over';
      this.#sink.onBody(encoded);
      this.#sink.onEnd(this.#trailers);
    });
  }

  #startEncoder(): boolean {
    const coding = this.#coding!;
    const encoder = isBusy()
      ? undefined
      : Encoder.start(coding, {
          onData: (bytes) => {
            this.#sink.onBody(bytes);
            this.#sink.onFlush();
          },
          onIdle: () => this.#onIdle(),
          onEnd: () => {
            this.#state = 'over';
            this.#sink.onEnd(this.#trailers);
          },
          onError: (error) => this.#fail(String(error)),
        });
    if (!encoder) {
      this.#pass();
      return false;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#state = 'encoding';
    this.#encoder = encoder;
    const head = this.#head!;
    if (!this.#begin({ ...head, fields: encodedFields(head.fields, coding, undefined), framing: 'close' }))
      return false;
    this.#sink.onFlush();
    const parts = this.#parts;
    this.#parts = [];
    for (const part of parts) this.#encode(part);
    return this.#state === 'encoding';
  }

  #encode(bytes: Buffer): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isFlushed = false;
    this.#encoder!.write(bytes);
    if (this.#isExchangePaused || this.#encoder!.queuedBytes <= aheadBytes) return;
    this.#isExchangePaused = true;
    this.#exchange!.pause();
  }

  /** The app has not sent more: what has arrived must not wait for it for long. */
  #onIdle(): void {
    if (!this.#isFlushed) this.#timer ??= setTimeout(() => this.#flush(), patienceMs).unref();
    if (!this.#isExchangePaused) return;
    this.#isExchangePaused = false;
    if (!this.#isClientSlow) this.#exchange!.resume();
  }

  #flush(): void {
    this.#isFlushed = true;
    this.#encoder!.flush();
  }

  /** The exchange expects an error here only while it calls this. */
  #begin(head: ResponseHead): boolean {
    try {
      this.#sink.onHead(head);
      return true;
    } catch (error) {
      this.#fail(String(error));
      return false;
    }
  }

  #fail(detail: string): void {
    if (this.#state === 'over') return;
    this.#end();
    this.#exchange!.cancel();
    this.#sink.onFailure('edge.upstream-malformed', detail);
  }

  /** Calls to the sink may have ended it. */
  #isPassing(): boolean {
    return this.#state === 'passing';
  }
}

function isForbiddenBy(fields: Fields): boolean {
  for (let at = 1; at < fields.length; at += 3) {
    if (fields[at] === 'cache-control' && isForbidden(fields[at + 1]!)) return true;
  }
  return false;
}
