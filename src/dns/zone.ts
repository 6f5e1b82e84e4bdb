import { dnsError } from './messages.ts';
import { canonicalName, parentName } from './name.ts';
import { addressesIn, type LookUp } from './outcome.ts';

/** A zone and the servers that are authoritative for it. */
export interface Zone {
  /** Canonical. */
  name: string;
  /** One entry for each NS record; a server whose name does not resolve has no addresses. */
  servers: { name: string; addresses: string[] }[];
}

/**
 * Goes up from the name until a name has a SOA record of its own. Where an alias leads to may be broken without a word
 * about the zone that the alias stands in; an alias itself is never the top of a zone.
 */
export async function zoneOf(name: string, ask: LookUp, signal?: AbortSignal): Promise<Zone> {
  const asked = canonicalName(name);
  // The root is nobody's to write to: who gets there has a name under no zone at all.
  for (let candidate = asked; candidate !== ''; candidate = parentName(candidate)!) {
    const found = await ask(candidate, 'SOA', signal);
    signal?.throwIfAborted();
    if (found.outcome === 'answer') {
      // The SOA of where an alias leads says nothing about the zone that the alias stands in.
      if (found.aliases.length === 0) return { name: candidate, servers: await serversOf(candidate, ask, signal) };
    } else if ('detail' in found && (await ask(candidate, 'CNAME', signal)).outcome !== 'answer') {
      throw dnsError('dns.zone-not-found', { name: asked, detail: `${candidate}: ${found.detail}` });
    }
  }
  throw dnsError('dns.zone-not-found', { name: asked, detail: 'no name above it is a zone' });
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
