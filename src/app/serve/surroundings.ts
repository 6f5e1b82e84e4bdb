import dns from 'node:dns/promises';
import { type Clock, delay } from '../../base/clock.ts';
import { systemCode } from '../../base/errors.ts';
import { Pool } from '../../base/pool.ts';
import { isPublicName } from '../../certificates/choice.ts';
import { edgeError } from '../../edge/messages.ts';
import { checkForwardAuth } from '../../edge/forward-auth-check.ts';
import { checkProviders } from '../../edge/provider-check.ts';
import type { EdgeSnapshot } from '../../edge/snapshot.ts';
import { checkUpstreams, type UpstreamCheck } from '../../edge/upstream-check.ts';
import { Fault, type Finding } from '../../hop/finding.ts';
import { isAddress } from '../../names/address.ts';
import { isLoopbackName } from '../../names/host-name.ts';
import { permitFindings } from '../authority/root.ts';
import { clock } from '../system.ts';
import { appFindings } from './app-findings.ts';
import { offerFindings } from './offer.ts';
import type { SeenApps } from './seen-apps.ts';
import type { ServedSites } from './served-sites.ts';
import { wideProxies } from './wide-proxies.ts';

/** What the last look around found, to inform the user; nothing depends on it. */
export class Surroundings {
  upstreams: UpstreamCheck[] = [];
  /** About names, identity providers, services of forward_auth and the private root. */
  findings: Finding[] = [];

  /** Connects to every app and identity provider once, and resolves the names. */
  async check(given: {
    snapshot: EdgeSnapshot;
    /** As in `unresolvedNames`. */
    places: readonly { host: string; address: string }[];
    rootPem: string | undefined;
    sites: ServedSites;
    apps: SeenApps;
  }): Promise<void> {
    const [upstreams, providers, services, names] = await Promise.all([
      checkUpstreams(given.snapshot, { clock }),
      checkProviders(given.snapshot),
      checkForwardAuth(given.snapshot),
      unresolvedNames(given.places, systemResolver(clock)),
    ]);
    this.upstreams = upstreams;
    this.findings = [
      ...wideProxies(given.snapshot.trustedProxies),
      ...names,
      ...providers,
      ...services,
      ...permitFindings(given.rootPem, given.sites.configuration.permit),
      ...offerFindings(given.sites),
      ...appFindings(given.sites, given.apps),
    ];
  }
}

/** Whether this machine's resolver knows a name; undefined: it did not answer. */
export type Resolves = (host: string) => Promise<boolean | undefined>;

const timeoutMs = 3_000;
/** Node has four threads for look-ups, and a dead name holds one for seconds. */
const atOnce = 2;

/**
 * Warns of private names that clients on this machine cannot resolve. For public names, the authority's checks say more.
 * @param places the hosts of the sites, and an address at which the edge serves each.
 */
export async function unresolvedNames(
  places: readonly { host: string; address: string }[],
  resolves: Resolves,
): Promise<Finding[]> {
  const own = places.filter(
    ({ host }) => !isAddress(host) && !host.startsWith('*.') && !isLoopbackName(host) && !isPublicName(host),
  );
  const each = [...Map.groupBy(own, ({ host }) => host).values()].map((same) => same[0]!);
  const known = await new Pool(atOnce).map(each, ({ host }) => resolves(host));
  return each
    .filter((_, index) => known[index] === false)
    .map(({ host, address }) => {
      const local = `${host.split('.')[0]!}.localhost`;
      const hop = { from: { role: 'visitor' as const }, to: { host, address } };
      return new Fault('warning', edgeError('edge.name-unresolved', { host, address, local }), { hop });
    });
}

/** The system's resolver with /etc/hosts, as other programs on this machine use it. */
export function systemResolver(clock: Clock): Resolves {
  return async (host) => {
    const found = dns.lookup(host).then(
      () => true,
      // A machine without a network has no other source for a private name either.
      (error: unknown) => (/^(?:ENOTFOUND|ENODATA|EAI_AGAIN)$/.test(systemCode(error) ?? '') ? false : undefined),
    );
    return Promise.race([found, delay(clock, timeoutMs).then(() => undefined)]);
  };
}
