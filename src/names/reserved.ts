import { formatAddress, parseAddress } from './address.ts';
import { addressMatcher } from './address-matcher.ts';
import { isInBlock, parseCidr } from './cidr.ts';

const reservedFour =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 ' +
  '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3';
const reservedSix =
  '::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8';
const isListed = addressMatcher(`${reservedFour} ${reservedSix}`.split(' '));

/** IPv6 addresses that lead to the IPv4 address in them, at this offset: NAT64 (RFC 6052), 6to4 (RFC 3056). */
const translated = [
  [parseCidr('64:ff9b::/96')!, 12],
  [parseCidr('2002::/16')!, 2],
] as const;

/** True for an address that is not reachable from the Internet (RFC 6890 and its registries), in any spelling. */
export function isReserved(address: string): boolean {
  if (isListed(address)) return true;
  const octets = parseAddress(address);
  return translated.some(
    ([block, at]) =>
      octets !== undefined && isInBlock(octets, block) && isListed(formatAddress(octets.subarray(at, at + 4))),
  );
}
