import { isIP, isIPv4 } from 'node:net';

/**
 * IP addresses. IPv4 is four decimal numbers without leading zeros, IPv6 any text of RFC 4291 §2.2. A zone (`%eth0`,
 * RFC 4007 §11) belongs to one machine's interfaces and is never part of an address here.
 */

/** True for an address without brackets. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}

/** The 4 or 16 octets, as written: an IPv4-mapped address has 16. undefined if the text is not an address. */
export function addressOctets(text: string): Buffer | undefined {
  if (!isAddress(text)) return undefined;
  return isIPv4(text) ? Buffer.from(text.split('.').map(Number)) : ipv6Octets(text);
}

/** As `addressOctets`, but an IPv4-mapped address (`::ffff:10.0.0.1`, RFC 4291 §2.5.5.2) is the IPv4 address it stands for. */
export function parseAddress(text: string): Buffer | undefined {
  const octets = addressOctets(text);
  return octets && isMapped(octets) ? octets.subarray(12) : octets;
}

/** Canonical text of 4 or 16 octets: dotted, or RFC 5952 §4 (hexadecimal throughout). */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return [...octets].join('.');
  const words = Array.from({ length: 8 }, (_, index) => (octets[index * 2]! << 8) | octets[index * 2 + 1]!);
  const { start, length } = longestZeroRun(words);
  const text = (part: number[]): string => part.map((word) => word.toString(16)).join(':');
  if (length < 2) return text(words);
  return `${text(words.slice(0, start))}::${text(words.slice(start + length))}`;
}

/** The one spelling of an address; undefined if the text is not an address. */
export function canonicalAddress(text: string): string | undefined {
  const octets = parseAddress(text);
  return octets && formatAddress(octets);
}

/** `[::1]` → `::1`; any other text stays. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/s, '$1');
}

/** The host as URLs and the Host field have it: `::1` → `[::1]` (RFC 3986 §3.2.2). */
export function withBrackets(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** Is this 16 octets of `::ffff:0:0/96`? */
export function isMapped(octets: Uint8Array): boolean {
  return octets.length === 16 && octets.every((octet, index) => index > 11 || octet === (index < 10 ? 0 : 0xff));
}

function ipv6Octets(text: string): Buffer {
  const [head = '', tail] = text.split('::');
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 16 - before.length - after.length }, () => 0);
  return Buffer.from([...before, ...zeros, ...after]);
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function longestZeroRun(words: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < words.length; start++) {
    let length = 0;
    while (words[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
