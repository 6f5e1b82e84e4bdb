import { EveryhopError } from '../base/errors.ts';
import type { Phrase } from '../base/language.ts';
import { dnsError, dnsWords } from './messages.ts';

/**
 * Domain names as text: lower-case and absolute, without the final dot; the root is the empty string. In a label, `.`
 * and `\` are escaped as `\.` and `\\`, unprintable octets as `\DDD` (RFC 1035 section 5.1). Text and wire form
 * correspond one to one, so two names are equal if and only if their texts are.
 */

const longestLabelOctets = 63;
const longestNameOctets = 255;
/** A name has at most this many labels, so it needs no more pointers. */
const mostPointers = 127;
const [dot, backslash] = [0x2e, 0x5c];

/** Thrown and caught within this room: callers of `decodeMessage` get undefined. */
export class MalformedMessage extends Error {}

/**
 * Encodes a name without compression.
 * @throws EveryhopError `dns.name-invalid`
 */
export function encodeName(name: string): Buffer {
  const labels = labelsOf(name).map((label) => unescapeLabel(name, label));
  const octets = Buffer.concat([...labels.flatMap((label) => [Buffer.from([label.length]), label]), Buffer.alloc(1)]);
  if (octets.length > longestNameOctets) throw invalid(name, dnsWords('dns.name-long', { limit: longestNameOctets }));
  return octets;
}

/** Converts a name to the form above. @throws EveryhopError `dns.name-invalid` */
export function canonicalName(name: string): string {
  return readName(encodeName(name), 0).name;
}

/**
 * Reads a name, compressed or not. A pointer must point before the labels that lead to it, so reading always
 * terminates.
 * @returns the name, and the offset after it.
 */
export function readName(octets: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let size = 1;
  let end: number | undefined;
  let earliest = start;
  let pointers = 0;
  for (let at = start; ;) {
    const length = octets[at] ?? missing();
    if (length >= 0xc0) {
      const target = ((length & 0x3f) << 8) | (octets[at + 1] ?? missing());
      if (target >= earliest || ++pointers > mostPointers)
        throw new MalformedMessage('pointer to itself or ahead, or too many pointers');
      end ??= at + 2;
      at = earliest = target;
    } else if (length > longestLabelOctets) {
      throw new MalformedMessage('unknown label type');
    } else if (length === 0) {
      return { name: labels.join('.'), end: end ?? at + 1 };
    } else {
      size += length + 1;
      if (size > longestNameOctets || at + 1 + length > octets.length) missing();
      labels.push(escapeLabel(octets.subarray(at + 1, at + 1 + length)));
      at += length + 1;
    }
  }
}

/** The labels, still escaped; none for the root. */
export function labelsOf(name: string): string[] {
  const absolute = /(?<!\\)(?:\\\\)*\.$/.test(name) ? name.slice(0, -1) : name;
  return absolute === '' ? [] : absolute.split(/(?<=(?<!\\)(?:\\\\)*)\./);
}

/** The name without its first label; undefined for the root. */
export function parentName(name: string): string | undefined {
  const labels = labelsOf(name);
  return labels.length === 0 ? undefined : labels.slice(1).join('.');
}

/** True if `name` is `zone` or below it. Both must be canonical. */
export function isWithin(name: string, zone: string): boolean {
  const [inner, outer] = [labelsOf(name), labelsOf(zone)];
  return inner.length >= outer.length && inner.slice(inner.length - outer.length).join('.') === outer.join('.');
}

function escapeLabel(label: Buffer): string {
  return [...label].map(escapeOctet).join('');
}

function escapeOctet(octet: number): string {
  if (octet === dot || octet === backslash) return `\\${String.fromCharCode(octet)}`;
  const prints = octet > 0x20 && octet < 0x7f;
  return prints ? String.fromCharCode(octet).toLowerCase() : `\\${String(octet).padStart(3, '0')}`;
}

function unescapeLabel(name: string, label: string): Buffer {
  const octets: number[] = [];
  for (const [piece, , number] of label.matchAll(/\\((\d{3})|[^])|[^]/gu)) {
    const isEscape = piece.startsWith('\\');
    if (piece === '\\' || (isEscape && number === undefined && /\d/.test(piece)))
      throw invalid(name, dnsWords('dns.name-escape', {}));
    const octet = number === undefined ? piece.codePointAt(isEscape ? 1 : 0)! : Number(number);
    if (octet > 0xff || (number === undefined && octet > 0x7f)) throw invalid(name, dnsWords('dns.name-ascii', {}));
    octets.push(octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet);
  }
  if (octets.length === 0) throw invalid(name, dnsWords('dns.name-empty-label', {}));
  if (octets.length > longestLabelOctets)
    throw invalid(name, dnsWords('dns.name-long-label', { limit: longestLabelOctets }));
  return Buffer.from(octets);
}

function invalid(name: string, reason: Phrase): EveryhopError {
  return dnsError('dns.name-invalid', { name: name.slice(0, 300), reason });
}

function missing(): never {
  throw new MalformedMessage('truncated name');
}
