import { baseWords } from '../base/messages.ts';
import { dnsError, dnsWords } from './messages.ts';
import { canonicalName, parentName } from './name.ts';
import { addressesIn, type LookUp } from './outcome.ts';

/** A zone and its authoritative servers. */
export interface Zone {
  /** Canonical. */
  name: string;
  /** One entry per NS record. A server whose name does not resolve has no addresses. */
  servers: { name: string; addresses: string[] }[];
}

/**
 * Walks up from the name to the first one with a SOA record. An alias is never the top of a zone, so a SOA found at its
 * target does not count, and neither does a failure to look up the target.
 */
export async function zoneOf(name: string, ask: LookUp, signal?: AbortSignal): Promise<Zone> {
  const start = canonicalName(name);
  // The root does not count: no user can edit its zone.
  for (let candidate = start; candidate !== ''; candidate = parentName(candidate)!) {
    const found = await ask(candidate, 'SOA', signal);
    signal?.throwIfAborted();
    if (found.outcome === 'answer') {
      if (found.aliases.length === 0) return { name: candidate, servers: await serversOf(candidate, ask, signal) };
    } else if ('detail' in found && (await ask(candidate, 'CNAME', signal)).outcome !== 'answer') {
      throw dnsError('dns.zone-not-found', {
        name: start,
        detail: baseWords('text.of', { what: candidate, detail: found.detail }),
      });
    }
  }
  throw dnsError('dns.zone-not-found', { name: start, detail: dnsWords('dns.no-zone', {}) });
}

async function serversOf(zone: string, ask: LookUp, signal?: AbortSignal): Promise<Zone['servers']> {
  const found = await ask(zone, 'NS', signal);
  const records = found.outcome === 'answer' ? found.records : [];
  const names = records.map(({ data }) => (data.type === 'NS' ? data.target : '')).filter((name) => name !== '');
  const servers = await Promise.all(
    names.sort().map(async (name) => {
      const [four, six] = await Promise.all([ask(name, 'A', signal), ask(name, 'AAAA', signal)]);
      return { name, addresses: [...addressesIn(four), ...addressesIn(six)] };
    }),
  );
  signal?.throwIfAborted();
  if (!servers.some(({ addresses }) => addresses.length > 0)) {
    throw dnsError('dns.zone-without-servers', { zone });
  }
  return servers;
}
