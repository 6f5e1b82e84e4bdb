import { BadMessage, type Framing, headLimitBytes } from './head.ts';

/** No program uses chunk extensions; longer ones are an attack. */
const chunkLineLimitBytes = 256;
const cr = 13;
const lf = 10;

/** True for the first byte of a chunk. */
export function isChunkSize(byte: number): boolean {
  return hexValue(byte) >= 0;
}

type ChunkState = 'size' | 'extension' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'trailer';

/**
 * Finds the end of a body, and rejects any framing error (RFC 9112 §7). It copies no bytes: it calls `payload` with the
 * ranges that are content.
 */
export class BodyWalker {
  /** True after the last byte of the body. */
  done: boolean;
  readonly #framing: Framing;
  /** Lines may end with LF alone. */
  readonly #bareLf: boolean;
  #state: ChunkState = 'size';
  /** Remaining bytes of a body with a length, or of the current chunk. */
  #left = 0;
  #digits = 0;
  #lineBytes = 0;
  #trailerBytes = 0;
  #trailerLine = '';
  #trailerCr = false;
  readonly #accepts: (name: string) => boolean;
  /** Trailer field lines, without the empty line. */
  readonly trailers: string[] = [];

  /**
   * @param options.bareLf for a response whose head had such lines; its framing must then not be passed on as it is.
   * @param options.accepts false for the name of a trailer that makes the body invalid.
   */
  constructor(framing: Framing, options: { bareLf?: boolean; accepts?: (name: string) => boolean } = {}) {
    const { bareLf = false, accepts = () => true } = options;
    this.#framing = framing;
    this.#bareLf = bareLf;
    this.#accepts = accepts;
    this.#left = typeof framing === 'number' ? framing : 0;
    this.done = framing === 'none' || framing === 0;
  }

  /**
   * Reads the next bytes of the connection.
   * @returns the index after the last byte of this body.
   * @throws BadMessage
   */
  walk(bytes: Buffer, from: number, payload?: (start: number, end: number) => void): number {
    if (this.done) return from;
    if (this.#framing === 'close') {
      payload?.(from, bytes.length);
      return bytes.length;
    }
    if (this.#framing !== 'chunked') {
      const end = Math.min(bytes.length, from + this.#left);
      this.#left -= end - from;
      this.done = this.#left === 0;
      if (end > from) payload?.(from, end);
      return end;
    }
    return this.#walkChunks(bytes, from, payload);
  }

  #walkChunks(bytes: Buffer, from: number, payload: ((start: number, end: number) => void) | undefined): number {
    let at = from;
    while (at < bytes.length) {
      if (this.#state === 'data') {
        const end = Math.min(bytes.length, at + this.#left);
        payload?.(at, end);
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#state = 'data-cr';
        continue;
      }
      const byte = bytes[at]!;
      at += 1;
      switch (this.#state) {
        case 'size':
          this.#readSize(byte);
          break;
        case 'extension':
          this.#lineBytes += 1;
          if (this.#lineBytes > chunkLineLimitBytes) throw new BadMessage(400, 'chunk extension too long');
          if (byte === cr) this.#state = 'size-lf';
          else if (byte === lf && this.#bareLf) this.#endSize();
          else if (byte !== 9 && (byte < 32 || byte === 127)) throw new BadMessage(400, 'chunk extension');
          break;
        case 'size-lf':
          if (byte !== lf) throw new BadMessage(400, 'chunk size line');
          this.#endSize();
          break;
        case 'data-cr':
          if (byte === lf && this.#bareLf) this.#state = 'size';
          else if (byte !== cr) throw new BadMessage(400, 'chunk end');
          else this.#state = 'data-lf';
          break;
        case 'data-lf':
          if (byte !== lf) throw new BadMessage(400, 'chunk end');
          this.#state = 'size';
          break;
        case 'trailer':
          if (this.#readTrailer(byte)) {
            this.done = true;
            return at;
          }
          break;
      }
    }
    return at;
  }

  #readSize(byte: number): void {
    const digit = hexValue(byte);
    if (digit >= 0) {
      this.#digits += 1;
      if (this.#digits > 12) throw new BadMessage(400, 'chunk size');
      this.#left = this.#left * 16 + digit;
    } else if (this.#digits > 0 && byte === cr) this.#state = 'size-lf';
    else if (this.#digits > 0 && byte === lf && this.#bareLf) this.#endSize();
    else if (this.#digits > 0 && byte === 59) this.#state = 'extension';
    else throw new BadMessage(400, 'chunk size');
  }

  #endSize(): void {
    this.#lineBytes = 0;
    this.#digits = 0;
    this.#state = this.#left === 0 ? 'trailer' : 'data';
  }

  /** Returns true after the empty line. */
  #readTrailer(byte: number): boolean {
    this.#trailerBytes += 1;
    if (this.#trailerBytes > headLimitBytes) throw new BadMessage(431, 'trailers too long');
    if (byte === lf) {
      if (!this.#trailerCr && !this.#bareLf) throw new BadMessage(400, 'bare LF in trailers');
      this.#trailerCr = false;
      if (this.#trailerLine === '') return true;
      if (!isTrailer(this.#trailerLine, this.#accepts)) throw new BadMessage(400, 'trailer field');
      this.trailers.push(this.#trailerLine);
      this.#trailerLine = '';
    } else if (this.#trailerCr) throw new BadMessage(400, 'bare CR in trailers');
    else if (byte === cr) this.#trailerCr = true;
    else this.#trailerLine += String.fromCharCode(byte);
    return false;
  }
}

// Fields for framing, routing or authentication are not allowed in trailers (RFC 9110 §6.5.1).
const notInTrailers =
  /^(content-length|transfer-encoding|host|connection|trailer|te|upgrade|authorization|cookie|set-cookie|content-encoding|content-type|expect|forwarded|x-forwarded-.*)$/i;

/** True if this line, `name: value`, is allowed as a trailer. */
export function isTrailer(line: string, accepts: (name: string) => boolean): boolean {
  const name = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t\x20-\x7e\x80-\xff]*$/.exec(line)?.[1];
  return name !== undefined && !notInTrailers.test(name) && accepts(name);
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  if (byte >= 97 && byte <= 102) return byte - 87;
  return byte >= 65 && byte <= 70 ? byte - 55 : -1;
}
