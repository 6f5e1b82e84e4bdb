import type { Generation } from '../../certificates/generation.ts';
import type { Configuration, Site } from '../../config/configuration.ts';
import type { ListenerPlan } from '../../edge/listeners.ts';

/** The certificate of each host of each site, in the order of the configuration. */
export type HostCertificates = readonly (readonly Generation[])[];

/** A configuration with its listeners and certificates. */
export interface ServedSites {
  configuration: Configuration;
  plan: ListenerPlan;
  /** The certificate of each host of each site, in the order of the configuration. */
  generations: HostCertificates;
}

/** The present site and certificate of a host. */
export function servedFor(
  host: string,
  former: ServedSites | undefined,
): { site: Site; generation: Generation } | undefined {
  for (const [index, site] of former?.configuration.sites.entries() ?? []) {
    const at = site.hosts.indexOf(host);
    if (at >= 0) return { site, generation: former!.generations[index]![at]! };
  }
  return undefined;
}
