import { addressOctets, formatAddress, isMapped } from './address.ts';

/**
 * The addresses equal to `address` in every bit set in `mask`. Both have 4 octets, or both 16. Name constraints in a
 * certificate allow a mask that is not a prefix (RFC 5280 §4.2.1.10); CIDR text does not.
 */
export interface AddressBlock {
  address: Buffer;
  mask: Buffer;
}

/**
 * Parses `10.0.0.0/8` (RFC 4632 §3.1, RFC 4291 §2.3); a single address is a block of one. An IPv4-mapped block yields
 * the IPv4 block. Address bits beyond the prefix are kept: see `networkOf`.
 */
export function parseCidr(text: string): AddressBlock | undefined {
  const [, written = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const octets = addressOctets(written);
  if (!octets) return undefined;
  const prefix = length === undefined ? octets.length * 8 : Number(length);
  if (prefix > octets.length * 8) return undefined;
  if (!isMapped(octets)) return { address: octets, mask: maskOf(octets.length, prefix) };
  return prefix < 96 ? undefined : { address: octets.subarray(12), mask: maskOf(4, prefix - 96) };
}

/** The block with its first address: `10.1.2.3/8` → `10.0.0.0/8`. */
export function networkOf({ address, mask }: AddressBlock): AddressBlock {
  return { address: Buffer.from(address.map((octet, index) => octet & mask[index]!)), mask };
}

/** `10.0.0.0/8`, or `10.0.0.0/255.0.255.0` for a mask that is not a prefix. */
export function formatCidr({ address, mask }: AddressBlock): string {
  const bits = [...mask].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  const prefix = bits.replace(/0+$/, '').length;
  const isPrefix = !bits.slice(0, prefix).includes('0');
  return `${formatAddress(address)}/${isPrefix ? prefix : formatAddress(mask)}`;
}

/** @param address 4 or 16 octets; false if the block has the other address family. */
export function isInBlock(address: Uint8Array, block: AddressBlock): boolean {
  if (address.length !== block.address.length) return false;
  return address.every((octet, index) => ((octet ^ block.address[index]!) & block.mask[index]!) === 0);
}

function maskOf(octets: number, prefix: number): Buffer {
  const octet = (bits: number): number => (bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff);
  return Buffer.from(Array.from({ length: octets }, (_, index) => octet(prefix - index * 8)));
}
