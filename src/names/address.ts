import { isIP, isIPv4 } from 'node:net';

/**
 * IP addresses: IPv4 as four decimal numbers without leading zeros, IPv6 in any form of RFC 4291 §2.2. Zones (`%eth0`,
 * RFC 4007 §11) are rejected: they name an interface of one machine.
 */

/** True for an address without brackets. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}

/** The 4 or 16 octets; an IPv4-mapped address keeps its 16. undefined if the text is not an address. */
export function addressOctets(text: string): Buffer | undefined {
  if (!isAddress(text)) return undefined;
  return isIPv4(text) ? Buffer.from(text.split('.').map(Number)) : ipv6Octets(text);
}

/** As `addressOctets`, but an IPv4-mapped address (`::ffff:10.0.0.1`, RFC 4291 §2.5.5.2) yields the IPv4 address. */
export function parseAddress(text: string): Buffer | undefined {
  const octets = addressOctets(text);
  return octets && isMapped(octets) ? octets.subarray(12) : octets;
}

/** Canonical text of 4 or 16 octets: dotted decimal, or RFC 5952 §4 (hexadecimal throughout). */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return [...octets].join('.');
  const words = Array.from({ length: 8 }, (_, index) => (octets[index * 2]! << 8) | octets[index * 2 + 1]!);
  const { start, length } = longestZeroRun(words);
  const text = (part: number[]): string => part.map((word) => word.toString(16)).join(':');
  if (length < 2) return text(words);
  return `${text(words.slice(0, start))}::${text(words.slice(start + length))}`;
}

/** The canonical text of an address; undefined if the text is not an address. */
export function canonicalAddress(text: string): string | undefined {
  const octets = parseAddress(text);
  return octets && formatAddress(octets);
}

/** `[::1]` → `::1`; other text is unchanged. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/s, '$1');
}

/** The host as written in URLs and in the Host field: `::1` → `[::1]` (RFC 3986 §3.2.2). */
export function withBrackets(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** True for the 16 octets of an address in `::ffff:0:0/96`. */
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
