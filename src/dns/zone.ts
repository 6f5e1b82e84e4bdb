import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { type Random, systemRandom } from '../base/random.ts';
import { type DnsExchange, type DnsServer, exchangeDns } from './exchange.ts';
import { lookUp } from './look-up.ts';
import { dnsError } from './messages.ts';
import { canonicalName, parentName } from './name.ts';
import type { LookUp, LookUpAt, LookUpOutcome, Zone } from './outcome.ts';

export interface PublicDnsOptions {
  clock: Clock;
  random?: Random;
  exchange?: DnsExchange;
  /** Default: those of this machine. */
  resolvers?: readonly DnsServer[];
  /** Where authoritative servers listen. Default 53. */
  authoritativePort?: number;
  timeoutMs?: number;
}

/** The DNS as everybody sees it: by resolvers, and at the servers that know. */
export interface PublicDns {
  lookUp: LookUp;
  /** As `lookUp`, but with DNSSEC's failures overlooked. */
  lookUpUnchecked: LookUp;
  lookUpAt: LookUpAt;
  /**
   * The zone that holds this name, and its servers.
   * @throws EveryhopError `dns.zone-not-found`, `dns.zone-without-servers`; the reason of the signal.
   */
  zoneOf(name: string, signal?: AbortSignal): Promise<Zone>;
}

export function publicDns(options: PublicDnsOptions): PublicDns {
  const { clock, random = systemRandom, exchange = exchangeDns, authoritativePort = 53, timeoutMs } = options;
  const common = { clock, random, exchange, ...(timeoutMs !== undefined && { timeoutMs }) };
  const resolvers = { ...common, servers: options.resolvers ?? systemResolvers(), recursive: true };
  const ask: LookUp = (name, type, signal) => lookUp(name, type, { ...resolvers, ...(signal && { signal }) });
  return {
    lookUp: ask,
    lookUpUnchecked: (name, type, signal) =>
      lookUp(name, type, { ...resolvers, checkingDisabled: true, ...(signal && { signal }) }),
    lookUpAt: (address, name, type, signal) => {
      const servers = [{ address, port: authoritativePort }];
      return lookUp(name, type, { ...common, servers, recursive: false, ...(signal && { signal }) });
    },
    zoneOf: (name, signal) => zoneOf(name, ask, signal),
  };
}

/** The resolvers that this machine asks (`/etc/resolv.conf` and its like). */
export function systemResolvers(): DnsServer[] {
  return getServers()
    .map(parseServer)
    .filter((server) => server !== undefined);
}

/** `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`; the port is 53 where none is said. */
export function parseServer(text: string): DnsServer | undefined {
  if (isIP(text) !== 0) return { address: text, port: 53 };
  const found = /^(?:\[(?<six>[^\]]+)\]|(?<four>[\d.]+))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  const [address, port] = [found?.['six'] ?? found?.['four'] ?? '', Number(found?.['port'] ?? 53)];
  return isIP(address) === 0 || port < 1 || port > 65_535 ? undefined : { address, port };
}

/**
 * Goes up from the name until a name has a SOA record of its own. Where an alias leads to may be broken without a word
 * about the zone that the alias stands in; an alias itself is never the top of a zone.
 */
async function zoneOf(name: string, ask: LookUp, signal?: AbortSignal): Promise<Zone> {
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

/** The addresses of an outcome; none where it is no answer. */
export function addressesIn(found: LookUpOutcome): string[] {
  const records = found.outcome === 'answer' ? found.records : [];
  return records.flatMap(({ data }) => (data.type === 'A' || data.type === 'AAAA' ? [data.address] : []));
}
