import { formatCidr } from '../../names/cidr.ts';
import type { NameConstraints } from '../../x509/extension.ts';

/** The names and addresses that a root can vouch for (RFC 5280 §4.2.1.10), each list sorted; undefined: without a limit. */
export interface RootScope {
  /** Domains; names below them count, too. */
  domains: string[] | undefined;
  ranges: string[] | undefined;
}

export function scopeOf(constraints: NameConstraints | undefined): RootScope {
  const { permittedDnsNames: domains = [], permittedIpRanges: ranges = [] } = constraints ?? {};
  return {
    domains: domains.length > 0 ? [...domains].sort() : undefined,
    ranges: ranges.length > 0 ? ranges.map(formatCidr) : undefined,
  };
}
