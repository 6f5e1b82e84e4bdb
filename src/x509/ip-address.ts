import { isIP } from 'node:net';

/** The 4 or 16 octets of an IP address; undefined for anything else (a zone such as `%eth0` too). */
export function parseIpAddress(text: string): Buffer | undefined {
  const family = text.includes('%') ? 0 : isIP(text);
  if (family === 0) return undefined;
  return family === 4 ? Buffer.from(text.split('.').map(Number)) : parseIpv6(text);
}

function parseIpv6(text: string): Buffer {
  const [head = '', tail] = text.split('::');
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const filling = Array.from({ length: 16 - before.length - after.length }, () => 0);
  return Buffer.from([...before, ...filling, ...after]);
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** Canonical text of 4 or 16 octets: dotted, or RFC 5952. */
export function formatIpAddress(octets: Uint8Array): string {
  if (octets.length === 4) return [...octets].join('.');
  const words = Array.from({ length: 8 }, (_, index) => (octets[index * 2]! << 8) | octets[index * 2 + 1]!);
  const { start, length } = longestZeroRun(words);
  const text = (part: number[]): string => part.map((word) => word.toString(16)).join(':');
  if (length < 2) return text(words);
  return `${text(words.slice(0, start))}::${text(words.slice(start + length))}`;
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

/** A block of addresses, as a name constraint holds it. */
export interface IpSubtree {
  address: Buffer;
  mask: Buffer;
}

/** `10.0.0.0/8`, `fc00::/7`, or a single address. Only for texts that are known to be right (our own constants). */
export function ipSubtree(cidr: string): IpSubtree {
  const [text = '', prefix] = cidr.split('/');
  const address = parseIpAddress(text)!;
  const bits = prefix === undefined ? address.length * 8 : Number(prefix);
  const mask = Buffer.from(address.map((_, index) => maskOctet(bits - index * 8)));
  return { address, mask };
}

function maskOctet(bits: number): number {
  return bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff;
}

export function isInSubtree(address: Uint8Array, subtree: IpSubtree): boolean {
  if (address.length !== subtree.address.length) return false;
  return address.every((octet, index) => ((octet ^ subtree.address[index]!) & subtree.mask[index]!) === 0);
}

/** `10.0.0.0/8`; a mask that is no prefix is written out. */
export function formatIpSubtree({ address, mask }: IpSubtree): string {
  const bits = [...mask].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  const prefix = bits.indexOf('0') < 0 ? bits.length : bits.indexOf('0');
  const isPrefix = !bits.includes('1', prefix);
  return `${formatIpAddress(address)}/${isPrefix ? prefix : formatIpAddress(mask)}`;
}
