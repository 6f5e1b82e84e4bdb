import { type AddressBlock, formatCidr, isInBlock, parseCidr } from '../names/cidr.ts';
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
  if (name.kind === 'ip') return constraints.permittedIpRanges.some((range) => isInBlock(name.octets, range));
  return constraints.permittedDnsNames.some((suffix) => name.base === suffix || name.base.endsWith(`.${suffix}`));
}

/**
 * Extends the constraints to permit `names`. `*.x` permits `x` too, because no constraint covers subdomains only.
 * Returns the same object if nothing is missing.
 * @throws EveryhopError `x509.name-invalid`.
 */
export function widenConstraints(constraints: NameConstraints, names: readonly string[]): NameConstraints {
  const missing = names.map(certificateName).filter((name) => !isPermitted(constraints, name));
  if (missing.length === 0) return constraints;
  const dnsNames = missing.flatMap((name) => (name.kind === 'dns' ? [name.base] : []));
  const ranges = missing.flatMap((name) => (name.kind === 'ip' ? [parseCidr(name.text)!] : []));
  return {
    ...constraints,
    permittedDnsNames: [...new Set([...constraints.permittedDnsNames, ...dnsNames])].sort(),
    permittedIpRanges: distinct([...constraints.permittedIpRanges, ...ranges]),
  };
}

function distinct(ranges: AddressBlock[]): AddressBlock[] {
  return [...new Map(ranges.map((range) => [formatCidr(range), range])).values()];
}
