import { Tag } from './der-values.ts';

/** One element: identifier octet, minimal length, concatenated contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const length = lengthOf(contents);
  const bytes = Buffer.allocUnsafe(2 + lengthOctets(length) + length);
  let at = writeHeader(bytes, tag, length);
  for (const part of contents) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** As `der`, but returns the parts unjoined, so nested elements are copied only once. */
export function derParts(tag: number, contents: readonly Uint8Array[]): Uint8Array[] {
  const length = lengthOf(contents);
  const header = Buffer.allocUnsafe(2 + lengthOctets(length));
  writeHeader(header, tag, length);
  return [header, ...contents];
}

function lengthOf(contents: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of contents) length += part.length;
  return length;
}

/** The number of octets after the first one of a length. */
function lengthOctets(length: number): number {
  return length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
}

/** @returns the offset of the contents. */
function writeHeader(bytes: Buffer, tag: number, length: number): number {
  const octets = lengthOctets(length);
  bytes[0] = tag;
  bytes[1] = octets === 0 ? length : 0x80 | octets;
  if (octets > 0) bytes.writeUIntBE(length, 2, octets);
  return 2 + octets;
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(Tag.sequence, ...parts);

/** SET OF: DER requires the encodings in ascending order (X.690 §11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Buffer =>
  der(Tag.set, ...parts.toSorted((a, b) => Buffer.compare(a, b)));

export const octetString = (contents: Uint8Array): Buffer => der(Tag.octetString, contents);
export const boolean = (value: boolean): Buffer => Buffer.from([Tag.boolean, 1, value ? 0xff : 0]);
export const nullValue = (): Buffer => Buffer.from([Tag.null, 0]);
export const utf8String = (text: string): Buffer => der(Tag.utf8String, Buffer.from(text, 'utf8'));
export const printableString = (text: string): Buffer => der(Tag.printableString, Buffer.from(text, 'latin1'));
export const ia5 = (tag: number, text: string): Buffer => der(tag, Buffer.from(text, 'latin1'));
/** A BIT STRING of whole octets. */
export const bitString = (contents: Uint8Array): Buffer => der(Tag.bitString, Buffer.from([0]), contents);

/** A non-negative INTEGER from big-endian octets. Drops leading zeros and adds a sign octet if needed. */
export function unsignedInteger(octets: Uint8Array): Buffer {
  let start = 0;
  while (start < octets.length - 1 && octets[start] === 0) start++;
  const shortest = octets.subarray(start);
  const isSigned = shortest.length === 0 || shortest[0]! >= 0x80;
  return isSigned ? der(Tag.integer, Buffer.from([0]), shortest) : der(Tag.integer, shortest);
}

/** @param value an integer from 0 to 2³²−1. */
export function integer(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return unsignedInteger(octets);
}

/** A BIT STRING of named bits, without trailing zero bits (X.690 §11.2.2). */
export function namedBits(bits: readonly number[]): Buffer {
  if (bits.length === 0) return der(Tag.bitString, Buffer.from([0]));
  const highest = Math.max(...bits);
  const octets = Buffer.alloc(Math.floor(highest / 8) + 1);
  for (const bit of bits) octets[bit >> 3]! |= 0x80 >> (bit & 7);
  return der(Tag.bitString, Buffer.from([7 - (highest % 8)]), octets);
}

export function oid(dotted: string): Buffer {
  const arcs = dotted.split('.').map(BigInt);
  const joined = [arcs[0]! * 40n + arcs[1]!, ...arcs.slice(2)];
  return der(Tag.oid, Buffer.from(joined.flatMap(base128)));
}

function base128(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80);
  return octets;
}

/** UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5), in whole seconds. */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, ''); // YYYYMMDDhhmmssZ
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? der(Tag.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : der(Tag.generalizedTime, Buffer.from(digits, 'latin1'));
}
