import type { Clock } from '../../base/clock.ts';
import { EveryhopError } from '../../base/errors.ts';
import type { LookUpOutcome } from '../../dns/outcome.ts';
import type { Zone } from '../../dns/zone.ts';
import { wait } from '../wait.ts';
import { dns01Error } from './messages.ts';
import type { DnsView, ValidationRecord } from './provider.ts';

export interface PropagationOptions {
  dns: DnsView;
  clock: Clock;
  /** Default 5 min. */
  deadlineMs?: number;
  signal: AbortSignal;
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** A server that is silent so often in a row is passed over, as the authority's resolver will do. */
const silentRounds = 3;

/** What one authoritative server says about the values of one name. */
type Sight = 'all' | 'missing' | 'silent';

/**
 * Waits until every authoritative server of the record's zone gives all of these values. A server that does not answer
 * at all is passed over after a while, if another one answers; where none does, as in a network that lets DNS through to
 * its own resolver only, that resolver is asked.
 * @param records all of one name.
 * @throws EveryhopError `acme-dns.not-propagated`, `dns.zone-not-found`; the reason of the signal.
 */
export async function awaitPropagation(
  fqdn: string,
  records: readonly ValidationRecord[],
  { dns, clock, deadlineMs = 300_000, signal }: PropagationOptions,
): Promise<void> {
  const values = records.map(({ value }) => value);
  const zone = await dns.zoneOf(fqdn, signal);
  const endMs = clock.monotonic() + deadlineMs;
  const silences = new Map<string, number>();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const sights = await lookEverywhere(zone, fqdn, values, dns, signal);
    signal.throwIfAborted();
    for (const { server, sight } of sights) {
      silences.set(server, sight === 'silent' ? (silences.get(server) ?? 0) + 1 : 0);
    }
    const isGivenUp = ({ server, sight }: Seen): boolean =>
      sight === 'silent' && (silences.get(server) ?? 0) >= silentRounds;
    if (sights.every(isGivenUp)) {
      const { sight, detail } = sightOf(await dns.lookUp(fqdn, 'TXT', signal), values, true);
      sights.push({ server: 'resolver', sight, detail });
    }
    const waitedFor = sights.filter((seen) => seen.sight !== 'all' && !isGivenUp(seen));
    const isSeen = sights.some(({ sight }) => sight === 'all');
    if (isSeen && waitedFor.length === 0) return;
    const leftMs = endMs - clock.monotonic();
    if (leftMs <= 0) throw notPropagated(fqdn, deadlineMs, isSeen ? waitedFor : sights);
    await wait(clock, Math.min(pauseMs, leftMs), signal);
  }
}

interface Seen {
  server: string;
  sight: Sight;
  /** For the message. */
  detail: string;
}

function lookEverywhere(
  zone: Zone,
  fqdn: string,
  values: readonly string[],
  dns: DnsView,
  signal: AbortSignal,
): Promise<Seen[]> {
  return Promise.all(
    zone.servers.map(async ({ name, addresses }) => {
      const outcomes = await Promise.all(addresses.map((address) => dns.lookUpAt(address, fqdn, 'TXT', signal)));
      const sights = outcomes.map((outcome) => sightOf(outcome, values, false));
      // Addresses of one server may stand for several machines; an address out of reach from here says nothing.
      const missing = sights.find(({ sight }) => sight === 'missing');
      const said = missing ?? sights.find(({ sight }) => sight === 'all') ?? sights[0];
      return { server: name, sight: said?.sight ?? 'silent', detail: said?.detail ?? 'it has no address' };
    }),
  );
}

function sightOf(
  found: LookUpOutcome,
  values: readonly string[],
  isResolver: boolean,
): { sight: Sight; detail: string } {
  if ('detail' in found) return { sight: 'silent', detail: found.detail };
  if (found.outcome !== 'answer') {
    // Not its own knowledge: a server that was never told of this zone.
    if (!found.authoritative && !isResolver) return { sight: 'silent', detail: 'it does not serve the zone' };
    return { sight: 'missing', detail: 'no record' };
  }
  const there = new Set(found.records.map(({ data }) => (data.type === 'TXT' ? data.value : '')));
  const missing = values.filter((value) => !there.has(value));
  if (missing.length === 0) return { sight: 'all', detail: '' };
  return { sight: 'missing', detail: `${missing.length} of ${values.length} values are missing` };
}

function notPropagated(name: string, deadlineMs: number, missing: readonly Seen[]): EveryhopError {
  const list = missing.map(({ server, detail }) => `${server} (${detail})`).join(', ');
  return dns01Error('acme-dns.not-propagated', { name, seconds: Math.round(deadlineMs / 1000), missing: list });
}
