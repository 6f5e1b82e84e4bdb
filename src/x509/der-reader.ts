import { x509Error } from './messages.ts';

/** Certificates, requests and key containers are far smaller. */
const limitBytes = 1024 * 1024;
/** The deepest X.509 structure nests about ten levels. */
const limitDepth = 32;

/** One DER element (tag, length, value) as a view of the input, not a copy. */
export interface DerElement {
  /** The identifier octet: class, constructed bit and number. */
  readonly tag: number;
  /** Position of the identifier octet in the whole input. */
  readonly offset: number;
  readonly contents: Buffer;
  /** Identifier, length and contents. */
  readonly encoding: Buffer;
  /** A reader of the contents. `skipBytes` skips, for example, the unused-bits octet of a BIT STRING. */
  inside(skipBytes?: number): DerReader;
}

/** Creates its views lazily: they cost more than the parsing, and most elements need at most one. */
class Element implements DerElement {
  readonly tag: number;
  readonly offset: number;
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #depth: number;
  #contents: Buffer | undefined;

  constructor(bytes: Buffer, offset: number, start: number, end: number, depth: number) {
    this.tag = bytes[offset]!;
    this.offset = offset;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#depth = depth;
  }

  get contents(): Buffer {
    return (this.#contents ??= this.#bytes.subarray(this.#start, this.#end));
  }

  get encoding(): Buffer {
    return this.#bytes.subarray(this.offset, this.#end);
  }

  inside(skipBytes = 0): DerReader {
    return new DerReader(this.#bytes, Math.min(this.#start + skipBytes, this.#end), this.#end, this.#depth);
  }
}

/**
 * Strict reader for a sequence of DER elements (X.690 §10): definite minimal lengths, single-octet tags, bounded size
 * and depth. All methods throw only EveryhopError `x509.der-*`, with the offset in the whole input.
 */
export class DerReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  readonly #depth: number;
  #position: number;

  /** For `Element`: reads a part of `bytes`. Other callers use `of` or `single`. */
  constructor(bytes: Buffer, start: number, end: number, depth: number) {
    if (depth > limitDepth) throw x509Error('x509.der-depth', { offset: start, limit: limitDepth });
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
    this.#depth = depth;
  }

  static of(bytes: Uint8Array, limit = limitBytes): DerReader {
    if (bytes.length > limit) {
      throw x509Error('x509.der-too-large', { bytes: bytes.length, limit });
    }
    return new DerReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length, 0);
  }

  /** The only element of `bytes`. Trailing bytes are an error. */
  static single(bytes: Uint8Array, tag?: number, limit?: number): DerElement {
    const reader = DerReader.of(bytes, limit);
    const element = reader.next(tag);
    reader.finish();
    return element;
  }

  get done(): boolean {
    return this.#position === this.#end;
  }

  get offset(): number {
    return this.#position;
  }

  /** True if the next element has this tag; false at the end. */
  isNext(tag: number): boolean {
    return !this.done && this.#bytes[this.#position] === tag;
  }

  /** The next element, if it has this tag. */
  optional(tag: number): DerElement | undefined {
    return this.isNext(tag) ? this.next(tag) : undefined;
  }

  /** The next element. Any other tag than `expectedTag` is an error. */
  next(expectedTag?: number): DerElement {
    const offset = this.#position;
    if (this.done) throw x509Error('x509.der-truncated', { offset });
    const tag = this.#bytes[offset]!;
    const isLongTag = (tag & 0x1f) === 0x1f;
    if (isLongTag || (expectedTag !== undefined && tag !== expectedTag)) {
      throw x509Error('x509.der-tag', {
        offset,
        expected: expectedTag === undefined ? '00–1e' : hex(expectedTag),
        found: hex(tag),
      });
    }
    this.#position = offset + 1;
    const length = this.#length();
    const start = this.#position;
    if (length > this.#end - start) throw x509Error('x509.der-truncated', { offset });
    const end = start + length;
    this.#position = end;
    return new Element(this.#bytes, offset, start, end, this.#depth + 1);
  }

  /** Unread bytes are an error. */
  finish(): void {
    if (!this.done) {
      throw x509Error('x509.der-trailing', { offset: this.#position, bytes: this.#end - this.#position });
    }
  }

  /** Reads a length and advances past it. */
  #length(): number {
    const position = this.#position;
    if (position >= this.#end) throw x509Error('x509.der-truncated', { offset: position });
    const first = this.#bytes[position]!;
    this.#position = position + 1;
    if (first < 0x80) return first;
    const octets = first & 0x7f;
    // 0x80 is BER's indefinite length. More than four octets would exceed `limitBytes`.
    if (octets === 0 || octets > 4) throw x509Error('x509.der-length', { offset: position });
    this.#position += octets;
    if (this.#position > this.#end) throw x509Error('x509.der-truncated', { offset: position });
    const length = this.#bytes.readUIntBE(position + 1, octets);
    const isMinimal = length >= 0x80 && this.#bytes[position + 1] !== 0;
    if (!isMinimal) throw x509Error('x509.der-length', { offset: position });
    return length;
  }
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}
