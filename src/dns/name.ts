import { EveryhopError } from '../base/errors.ts';
import { dnsError } from './messages.ts';

/**
 * Domain names as text: lower-case, absolute, without the final dot, the root as the empty text. Inside a label `.` and
 * `\` are escaped by `\`, octets that do not print by `\DDD` (RFC 1035 section 5.1), so that text and wire form are one
 * to one and two names are the same exactly when their texts are.
 */

const longestLabelOctets = 63;
const longestNameOctets = 255;
/** A name has no more labels than this, so it needs no more pointers. */
const mostPointers = 127;
const [dot, backslash] = [0x2e, 0x5c];

/** Thrown while reading octets from the network, and caught where the message ends; never seen outside. */
export class MalformedMessage extends Error {}

/**
 * The wire form, without compression.
 * @throws EveryhopError `dns.name-invalid`
 */
export function encodeName(name: string): Buffer {
  const labels = labelsOf(name).map((label) => unescapeLabel(name, label));
  const octets = Buffer.concat([...labels.flatMap((label) => [Buffer.from([label.length]), label]), Buffer.alloc(1)]);
  if (octets.length > longestNameOctets) throw invalid(name, `it is longer than ${longestNameOctets} octets`);
  return octets;
}

/** The text in the form above: case and final dot do not count. @throws EveryhopError `dns.name-invalid` */
export function canonicalName(name: string): string {
  return readName(encodeName(name), 0).name;
}

/**
 * Reads a name, compressed or not. A pointer may only point to what lies before the labels that led to it, so that
 * reading ends whatever the message says.
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
        throw new MalformedMessage('a name points to itself, ahead, or too often');
      end ??= at + 2;
      at = earliest = target;
    } else if (length > longestLabelOctets) {
      throw new MalformedMessage('unknown kind of label');
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

/** Whether `name` is `zone` or stands below it. Both in the canonical form. */
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
      throw invalid(name, 'a broken escape');
    const octet = number === undefined ? piece.codePointAt(isEscape ? 1 : 0)! : Number(number);
    if (octet > 0xff || (number === undefined && octet > 0x7f)) throw invalid(name, 'it must be written in ASCII');
    octets.push(octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet);
  }
  if (octets.length === 0) throw invalid(name, 'a label is empty');
  if (octets.length > longestLabelOctets) throw invalid(name, `a label is longer than ${longestLabelOctets} octets`);
  return Buffer.from(octets);
}

function invalid(name: string, reason: string): EveryhopError {
  return dnsError('dns.name-invalid', { name: name.slice(0, 300), reason });
}

function missing(): never {
  throw new MalformedMessage('a name does not end');
}
