import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** True for an IPv4 address in dotted form, or an IPv6 address without brackets and zone. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%');
}

/**
 * One spelling per address: IPv6 in lower case and shortest (RFC 5952), IPv4-mapped IPv6 as the IPv4 address it means.
 * undefined for what is not an address.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const shortest = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(shortest);
  if (!mapped) return shortest;
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

export interface AddressBlock {
  /** The first address, canonical. */
  address: string;
  /** Length in bits: 0–32, or 0–128. */
  prefix: number;
  family: 'ipv4' | 'ipv6';
}

/** Reads `10.0.0.0/8`, or a lone address as a block of one (RFC 4632, RFC 4291 §2.3). undefined if it is neither. */
export function parseCidr(text: string): AddressBlock | undefined {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text);
  if (!match || !isAddress(match[1]!)) return undefined;
  const family = isIPv4(match[1]!) ? 'ipv4' : 'ipv6';
  const bits = family === 'ipv4' ? 32 : 128;
  const prefix = match[2] === undefined ? bits : Number(match[2]);
  if (prefix > bits) return undefined;
  const mapped = family === 'ipv6' && isIPv4(canonicalAddress(match[1]!)!);
  if (!mapped) return { address: canonicalAddress(match[1]!)!, prefix, family };
  return prefix < 96 ? undefined : { address: canonicalAddress(match[1]!)!, prefix: prefix - 96, family: 'ipv4' };
}

/** The block that this one's address lies in: `10.1.2.3/8` → `10.0.0.0/8`. */
export function networkOf(block: AddressBlock): AddressBlock {
  const bits = block.family === 'ipv4' ? 32n : 128n;
  const hostBits = bits - BigInt(block.prefix);
  const number = (addressNumber(block.address) >> hostBits) << hostBits;
  return { ...block, address: addressText(number, block.family) };
}

/** `10.0.0.0/8`. */
export function cidrText(block: AddressBlock): string {
  return `${block.address}/${block.prefix}`;
}

/** Tells for any address whether one of the blocks holds it; IPv4-mapped IPv6 addresses count as IPv4. */
export function addressMatcher(blocks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const text of blocks) {
    const block = parseCidr(text);
    if (block) list.addSubnet(block.address, block.prefix, block.family);
  }
  return (address) => {
    const canonical = canonicalAddress(address);
    return canonical !== undefined && list.check(canonical, isIPv4(canonical) ? 'ipv4' : 'ipv6');
  };
}

function addressNumber(address: string): bigint {
  if (isIPv4(address)) return address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => '0');
  return [...front, ...zeros, ...back].reduce((sum, part) => (sum << 16n) | BigInt(`0x${part}`), 0n);
}

function addressText(number: bigint, family: 'ipv4' | 'ipv6'): string {
  if (family === 'ipv4') return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.');
  const hex = number.toString(16).padStart(32, '0');
  return canonicalAddress(hex.match(/.{4}/g)!.join(':'))!;
}
