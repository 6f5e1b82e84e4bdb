import { type AddressBlock, formatCidr, isInBlock, parseCidr } from '../names/cidr.ts';
import type { HostName } from '../names/host-name.ts';
import type { NameConstraints } from '../x509/extension.ts';
import { certificateName } from '../x509/host-name.ts';

/**
 * Suffixes under which nobody can ever own a public name: special-use names (RFC 6761, 6762, 8375), `internal`, which
 * ICANN set aside for this, and those that RFC 6762 appendix G found in private use, which ICANN does not delegate for
 * their collisions. A stolen key of ours is worthless for any site of the Internet.
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
  '100.64.0.0/10', // shared address space (RFC 6598): carriers, and overlay networks
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local (RFC 3927)
  '172.16.0.0/12', // RFC 1918
  '192.168.0.0/16', // RFC 1918
  '::1/128',
  'fc00::/7', // unique local (RFC 4193)
  'fe80::/10', // link-local (RFC 4291)
].map((range) => parseCidr(range)!);

/** What an authority covers at least: both families of addresses are named, for a family that is not is wide open. */
export const privateConstraints: NameConstraints = {
  permittedDnsNames: privateSuffixes,
  permittedIpRanges: privateRanges,
  excludedDnsNames: [],
  excludedIpRanges: [],
};

/** RFC 5280 §4.2.1.10: a DNS name is within a constraint that it equals or ends with at a dot; an address within its range. */
export function isPermitted(constraints: NameConstraints, name: HostName): boolean {
  if (name.kind === 'ip') return constraints.permittedIpRanges.some((range) => isInBlock(name.octets, range));
  return constraints.permittedDnsNames.some((suffix) => name.base === suffix || name.base.endsWith(`.${suffix}`));
}

/**
 * The constraints, wide enough for `names` too. `*.x` needs `x`, for there is no constraint that covers only what is
 * below; the same object comes back where nothing is missing.
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
