import zlib from 'node:zlib';
import type { Coding } from './negotiation.ts';
import { endTurn, takeTurn } from './turns.ts';

const { constants } = zlib;
// A smaller window than usual: 0.2 to 0.7 MB of memory each, for little of the size.
const gzip = { level: 5 };
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } };
const zstd = { params: { [constants.ZSTD_c_windowLog]: 18 } };

/** Encoders of long responses at the same time, per worker. Slow readers hold them. */
const mostEncoders = 64;
let encoders = 0;

/** Compresses a whole body. `done` gets undefined if that fails. */
export function encodeWhole(coding: Coding, body: Buffer, done: (encoded: Buffer | undefined) => void): void {
  takeTurn(() => {
    const end = (error: Error | null, encoded: Buffer): void => {
      endTurn();
      done(error ? undefined : encoded);
    };
    if (coding === 'gzip') zlib.gzip(body, gzip, end);
    else if (coding === 'br') zlib.brotliCompress(body, brotli, end);
    else zlib.zstdCompress(body, zstd, end);
  });
}

export interface EncoderEvents {
  onData(bytes: Buffer): void;
  /** Everything written so far is on its way to the client, except after `flush` what the coding holds back. */
  onIdle(): void;
  onEnd(): void;
  onError(error: Error): void;
}

type ZlibStream = zlib.Gzip | zlib.BrotliCompress | zlib.ZstdCompress;

/** Compresses a long body piece by piece. */
export class Encoder {
  readonly #stream: ZlibStream;
  readonly #events: EncoderEvents;
  #queue: Buffer[] = [];
  /** Bytes written but not yet compressed. */
  queuedBytes = 0;
  #isPaused = false;
  #isWorking = false;
  #wantsFlush = false;
  #wantsEnd = false;
  #isOver = false;

  /** undefined: as many as allowed are at work. */
  static start(coding: Coding, events: EncoderEvents): Encoder | undefined {
    return encoders < mostEncoders ? new Encoder(coding, events) : undefined;
  }

  private constructor(coding: Coding, events: EncoderEvents) {
    this.#events = events;
    encoders += 1;
    this.#stream =
      coding === 'gzip'
        ? zlib.createGzip(gzip)
        : coding === 'br'
          ? zlib.createBrotliCompress(brotli)
          : zlib.createZstdCompress(zstd);
    this.#stream.on('data', (bytes: Buffer) => this.#isOver || events.onData(bytes));
    this.#stream.on('error', (error: Error) => {
      if (this.#isOver) return;
      this.destroy();
      events.onError(error);
    });
  }

  write(bytes: Buffer): void {
    this.#queue.push(bytes);
    this.queuedBytes += bytes.length;
    this.#work();
  }

  /** Passes on what the coding holds back, once everything written is compressed. */
  flush(): void {
    this.#wantsFlush = true;
    this.#work();
  }

  end(): void {
    this.#wantsEnd = true;
    this.#work();
  }

  /** The client does not read: nothing more is compressed. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#work();
  }

  destroy(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    encoders -= 1;
    this.#queue = [];
    // zlib waits for the piece at work.
    this.#stream.destroy();
  }

  #work(): void {
    if (this.#isWorking || this.#isOver || (this.#isPaused && this.#queue.length > 0)) return;
    const stream = this.#stream;
    const bytes = this.#queue.shift();
    if (bytes) this.#turn((done) => stream.write(bytes, done), bytes.length);
    else if (this.#wantsEnd) this.#turn((done) => (stream.once('end', done), stream.end()), 0);
    else if (this.#wantsFlush) {
      this.#wantsFlush = false;
      this.#turn((done) => stream.flush(done), 0);
    }
  }

  #turn(start: (done: () => void) => void, length: number): void {
    this.#isWorking = true;
    takeTurn(() => {
      if (this.#isOver) return endTurn();
      let isDone = false;
      const done = (): void => {
        if (isDone) return;
        isDone = true;
        this.#stream.off('close', done);
        endTurn();
        this.#isWorking = false;
        if (this.#isOver) return;
        this.queuedBytes -= length;
        if (this.#stream.readableEnded) {
          this.destroy();
          return this.#events.onEnd();
        }
        if (this.#queue.length > 0 || this.#wantsEnd) this.#work();
        else this.#events.onIdle();
      };
      // A destroyed stream calls nothing else back.
      this.#stream.once('close', done);
      start(done);
    });
  }
}
