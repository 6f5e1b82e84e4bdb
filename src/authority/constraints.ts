import { type AddressBlock, formatCidr, isInBlock, networkOf, parseCidr } from '../names/cidr.ts';
import type { HostName } from '../names/host-name.ts';
import type { NameConstraints } from '../x509/extension.ts';
import { certificateName } from '../x509/host-name.ts';

/**
 * Suffixes under which no public name can exist: special-use names (RFC 6761, 6762, 8375), `internal`, which ICANN
 * reserved for private use, and the suffixes in private use listed in RFC 6762 appendix G, which ICANN does not
 * delegate because of collisions. A stolen key of ours is useless against any site on the Internet.
 */
const privateSuffixes = [
  'corp',
  'home',
  'home.arpa',
  'internal',
  'intranet',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'private',
  'test',
];

const privateRanges = [
  '10.0.0.0/8', // RFC 1918
  '100.64.0.0/10', // shared address space (RFC 6598): carriers and overlay networks
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local (RFC 3927)
  '172.16.0.0/12', // RFC 1918
  '192.168.0.0/16', // RFC 1918
  '::1/128',
  'fc00::/7', // unique local (RFC 4193)
  'fe80::/10', // link-local (RFC 4291)
].map((range) => parseCidr(range)!);

/**
 * The minimum for every authority. Lists ranges of both address families, because an unlisted family is unrestricted.
 */
export const privateConstraints: NameConstraints = {
  permittedDnsNames: privateSuffixes,
  permittedIpRanges: privateRanges,
  excludedDnsNames: [],
  excludedIpRanges: [],
};

/**
 * RFC 5280 §4.2.1.10: a DNS name matches a constraint that equals it or is a parent domain; an address matches its
 * range.
 */
export function isPermitted(constraints: NameConstraints, name: HostName): boolean {
  if (name.kind === 'ip') {
    const { permittedIpRanges: ranges } = constraints;
    return ranges.length === 0 || ranges.some((range) => isInBlock(name.octets, range));
  }
  return constraints.permittedDnsNames.some((suffix) => name.base === suffix || name.base.endsWith(`.${suffix}`));
}

/**
 * Extends the constraints to permit `names`, which may be CIDR blocks. Both `0.0.0.0/0` and `::/0` remove the limit on
 * addresses: without such a constraint, BoringSSL accepts certificates for addresses. `*.x` permits `x` too, because no constraint covers subdomains only.
 * Returns the same object if nothing is missing.
 * @throws EveryhopError `x509.name-invalid`.
 */
export function widenConstraints(constraints: NameConstraints, names: readonly string[]): NameConstraints {
  const isBlock = (name: string): boolean => name.includes('/') && parseCidr(name) !== undefined;
  const missing = names
    .filter((name) => !isBlock(name))
    .map(certificateName)
    .filter((name) => !isPermitted(constraints, name));
  const blocks = names.filter((name) => isBlock(name) && !permitsBlock(constraints, name));
  if (missing.length === 0 && blocks.length === 0) return constraints;
  const dnsNames = missing.flatMap((name) => (name.kind === 'dns' ? [name.base] : []));
  const addresses = missing.flatMap((name) => (name.kind === 'ip' ? [name.text] : []));
  const added = [...addresses, ...blocks].map((text) => networkOf(parseCidr(text)!));
  const ranges = distinct([...constraints.permittedIpRanges, ...added]);
  const isLimited = !everyAddress.every((block) => ranges.some((range) => formatCidr(range) === block));
  return {
    ...constraints,
    permittedDnsNames: [...new Set([...constraints.permittedDnsNames, ...dnsNames])].sort(),
    permittedIpRanges: isLimited && constraints.permittedIpRanges.length > 0 ? ranges : [],
  };
}

/** The names and blocks that these constraints exclude. @throws EveryhopError `x509.name-invalid`. */
export function excludedNames(constraints: NameConstraints, names: readonly string[]): string[] {
  return names.filter((name) => widenConstraints(constraints, [name]) !== constraints);
}

const everyAddress = ['0.0.0.0/0', '::/0'];

function permitsBlock({ permittedIpRanges: ranges }: NameConstraints, name: string): boolean {
  const block = parseCidr(name)!;
  const isWithin = (range: AddressBlock): boolean =>
    isInBlock(block.address, range) && range.mask.every((octet, index) => (octet & block.mask[index]!) === octet);
  return ranges.length === 0 || ranges.some(isWithin);
}

function distinct(ranges: AddressBlock[]): AddressBlock[] {
  return [...new Map(ranges.map((range) => [formatCidr(range), range])).values()];
}
