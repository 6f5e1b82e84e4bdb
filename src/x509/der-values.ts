import { isAscii, isUtf8 } from 'node:buffer';
import { EveryhopError } from '../base/errors.ts';
import type { DerElement } from './der-reader.ts';
import { x509Error } from './messages.ts';

/** The X.690 identifier octets used in X.509. */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `[n]` on a primitive (IMPLICIT) value. */
export const contextPrimitive = (number: number): number => 0x80 | number;
/** `[n]` around other elements. */
export const contextConstructed = (number: number): number => 0xa0 | number;

/** Real object identifiers are shorter, and decoding takes quadratic time. */
const limitOidBytes = 128;

function invalid(element: DerElement, type: string): EveryhopError {
  return x509Error('x509.der-value', { offset: element.offset, type });
}

/** DER allows only 00 and ff. */
export function readBoolean(element: DerElement): boolean {
  const octet = element.contents[0];
  if (element.contents.length !== 1 || (octet !== 0 && octet !== 0xff)) throw invalid(element, 'BOOLEAN');
  return octet === 0xff;
}

/** The octets of an INTEGER, in two's complement. Rejects all but the shortest form. */
export function readIntegerOctets(element: DerElement): Buffer {
  const { contents } = element;
  const [first, second] = [contents[0], contents[1]];
  const isPadded = second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || isPadded) throw invalid(element, 'INTEGER');
  return contents;
}

/** An INTEGER from 0 to 2³¹−1. Rejects others. */
export function readSmallInteger(element: DerElement): number {
  const octets = readIntegerOctets(element);
  if (octets.length > 4 || octets[0]! >= 0x80) throw invalid(element, 'INTEGER');
  return octets.readUIntBE(0, octets.length);
}

/** A BIT STRING of whole octets (keys, signatures). */
export function readBitStringOctets(element: DerElement): Buffer {
  if (element.contents[0] !== 0) throw invalid(element, 'BIT STRING');
  return element.contents.subarray(1);
}

/**
 * The numbers of the bits set in a BIT STRING of named bits. Allows trailing zero bits: real certificates have them.
 */
export function readNamedBits(element: DerElement): number[] {
  const [unused, ...octets] = element.contents.subarray(0, 5);
  const isEmpty = octets.length === 0;
  if (unused === undefined || unused > 7 || (isEmpty && unused !== 0)) throw invalid(element, 'BIT STRING');
  const bits = octets.flatMap((octet, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => octet & (0x80 >> bit)).map((bit) => index * 8 + bit),
  );
  const isUnusedSet = (element.contents.at(-1)! & ((1 << unused) - 1)) !== 0;
  if (!isEmpty && isUnusedSet) throw invalid(element, 'BIT STRING');
  return bits;
}

/** Real certificates use few distinct OIDs. The limit keeps made-up ones from filling the cache. */
const limitKnownOids = 256;
const knownOids = new Map<string, string>();

/** Dotted decimal form. */
export function readOid(element: DerElement): string {
  const octets = element.contents.toString('latin1');
  const known = knownOids.get(octets);
  if (known !== undefined) return known;
  const oid = decodeOid(element);
  if (knownOids.size < limitKnownOids) knownOids.set(octets, oid);
  return oid;
}

function decodeOid(element: DerElement): string {
  const { contents } = element;
  const isCut = contents.length === 0 || contents.at(-1)! >= 0x80;
  if (isCut || contents.length > limitOidBytes) throw invalid(element, 'OBJECT IDENTIFIER');
  const arcs: (number | bigint)[] = [];
  let arc: number | bigint = 0;
  let isFirstOctet = true;
  for (const octet of contents) {
    if (isFirstOctet && octet === 0x80) throw invalid(element, 'OBJECT IDENTIFIER');
    // Numbers are many times faster than bigints; arcs beyond 2⁴⁶ are rare (UUIDs under 2.25).
    if (typeof arc === 'number' && arc < 2 ** 46) arc = arc * 0x80 + (octet & 0x7f);
    else arc = (BigInt(arc) << 7n) | BigInt(octet & 0x7f);
    isFirstOctet = octet < 0x80;
    if (!isFirstOctet) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [joined = 0, ...rest] = arcs;
  if (joined < 40) return [0, joined, ...rest].join('.');
  if (joined < 80) return [1, Number(joined) - 40, ...rest].join('.');
  return [2, BigInt(joined) - 80n, ...rest].join('.');
}

const decoders: Record<number, (contents: Buffer) => string | undefined> = {
  [Tag.utf8String]: decodeUtf8,
  [Tag.numericString]: (contents) => decodeAscii(contents),
  [Tag.printableString]: (contents) => decodeAscii(contents),
  [Tag.ia5String]: (contents) => decodeAscii(contents),
  [Tag.visibleString]: (contents) => decodeAscii(contents),
  [Tag.teletexString]: (contents) => contents.toString('latin1'), // as used in practice
  [Tag.bmpString]: decodeBmp,
  [Tag.universalString]: decodeUniversal,
};

/** The text of any string type used in names; undefined for other types. */
export function readText(element: DerElement): string | undefined {
  const decode = decoders[element.tag];
  if (!decode) return undefined;
  const text = decode(element.contents);
  if (text === undefined) throw invalid(element, 'string');
  return text;
}

/** The text of an IA5String with an implicit tag (GeneralName). */
export function readAscii(element: DerElement): string {
  const text = decodeAscii(element.contents);
  if (text === undefined) throw invalid(element, 'IA5String');
  return text;
}

function decodeUtf8(contents: Buffer): string | undefined {
  return isUtf8(contents) ? contents.toString('utf8') : undefined;
}

function decodeAscii(contents: Buffer): string | undefined {
  return isAscii(contents) ? contents.toString('latin1') : undefined;
}

function decodeBmp(contents: Buffer): string | undefined {
  if (contents.length % 2 !== 0) return undefined;
  return Buffer.from(contents).swap16().toString('utf16le');
}

function decodeUniversal(contents: Buffer): string | undefined {
  if (contents.length % 4 !== 0) return undefined;
  let text = '';
  for (let at = 0; at < contents.length; at += 4) {
    const point = contents.readUInt32BE(at);
    if (point > 0x10ffff) return undefined;
    text += String.fromCodePoint(point);
  }
  return text;
}

const utcTime = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const generalizedTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** UTCTime or GeneralizedTime in the form that RFC 5280 §4.1.2.5 requires, as milliseconds since 1970. */
export function readTime(element: DerElement): number {
  const isUtc = element.tag === Tag.utcTime;
  const match = (isUtc ? utcTime : generalizedTime).exec(element.contents.toString('latin1'));
  const isTime = isUtc || element.tag === Tag.generalizedTime;
  if (!isTime || !match) throw invalid(element, 'Time');
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [number, ...number[]];
  const fullYear = isUtc ? year + (year < 50 ? 2000 : 1900) : year;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, month! - 1, day);
  date.setUTCHours(hour!, minute, second);
  // Date carries a field out of range over into the next.
  const isReal = date.getUTCMonth() === month! - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  if (!isReal || date.getUTCMinutes() !== minute || date.getUTCSeconds() !== second) throw invalid(element, 'Time');
  return date.getTime();
}
