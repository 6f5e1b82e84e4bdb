import type { Clock } from '../../base/clock.ts';
import type { Wording } from '../../base/language.ts';
import { baseWords, listOf } from '../../base/messages.ts';
import { EveryhopError } from '../../base/errors.ts';
import type { LookUpOutcome } from '../../dns/outcome.ts';
import type { Zone } from '../../dns/zone.ts';
import { wait } from '../wait.ts';
import { dns01Error, dns01Words } from './messages.ts';
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
/** After this many silent rounds in a row a server is skipped, as the authority's resolver will do. */
const silentRounds = 3;

/** How many of a name's values a server returns. */
type Visibility = 'all' | 'missing' | 'silent';

/**
 * Waits until every authoritative server of the record's zone returns all of these values. Skips a server that stays
 * silent if another one answers. If none answers, as in a network that allows DNS only through its own resolver, asks
 * that resolver.
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
  const silences = new Map<Wording, number>();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const observations = await lookEverywhere(zone, fqdn, values, dns, signal);
    signal.throwIfAborted();
    for (const { server, visibility } of observations) {
      silences.set(server, visibility === 'silent' ? (silences.get(server) ?? 0) + 1 : 0);
    }
    const isGivenUp = ({ server, visibility }: Observation): boolean =>
      visibility === 'silent' && (silences.get(server) ?? 0) >= silentRounds;
    if (observations.every(isGivenUp)) {
      const { visibility, detail } = observe(await dns.lookUp(fqdn, 'TXT', signal), values, true);
      observations.push({ server: dns01Words('acme-dns.resolver', {}), visibility, detail });
    }
    const waitedFor = observations.filter((observation) => observation.visibility !== 'all' && !isGivenUp(observation));
    const isSeen = observations.some(({ visibility }) => visibility === 'all');
    if (isSeen && waitedFor.length === 0) return;
    const leftMs = endMs - clock.monotonic();
    if (leftMs <= 0) throw notPropagated(fqdn, deadlineMs, isSeen ? waitedFor : observations);
    await wait(clock, Math.min(pauseMs, leftMs), signal);
  }
}

interface Observation {
  server: Wording;
  visibility: Visibility;
  /** For the error message. */
  detail: Wording;
}

function lookEverywhere(
  zone: Zone,
  fqdn: string,
  values: readonly string[],
  dns: DnsView,
  signal: AbortSignal,
): Promise<Observation[]> {
  return Promise.all(
    zone.servers.map(async ({ name, addresses }) => {
      const outcomes = await Promise.all(addresses.map((address) => dns.lookUpAt(address, fqdn, 'TXT', signal)));
      const observations = outcomes.map((outcome) => observe(outcome, values, false));
      // The addresses of one server may belong to several machines; an unreachable address proves nothing.
      const missing = observations.find(({ visibility }) => visibility === 'missing');
      const decisive = missing ?? observations.find(({ visibility }) => visibility === 'all') ?? observations[0];
      return {
        server: name,
        visibility: decisive?.visibility ?? 'silent',
        detail: decisive?.detail ?? dns01Words('acme-dns.no-address', {}),
      };
    }),
  );
}

function observe(
  found: LookUpOutcome,
  values: readonly string[],
  isResolver: boolean,
): { visibility: Visibility; detail: Wording } {
  if ('detail' in found) return { visibility: 'silent', detail: found.detail };
  if (found.outcome !== 'answer') {
    // Not authoritative: this server does not have the zone.
    if (!found.authoritative && !isResolver)
      return { visibility: 'silent', detail: dns01Words('acme-dns.not-serving', {}) };
    return { visibility: 'missing', detail: dns01Words('acme-dns.no-record', {}) };
  }
  const there = new Set(found.records.map(({ data }) => (data.type === 'TXT' ? data.value : '')));
  const missing = values.filter((value) => !there.has(value));
  if (missing.length === 0) return { visibility: 'all', detail: '' };
  const params = { missing: missing.length, count: values.length };
  return { visibility: 'missing', detail: dns01Words('acme-dns.values-missing', params) };
}

function notPropagated(name: string, deadlineMs: number, missing: readonly Observation[]): EveryhopError {
  const list = listOf(missing.map(({ server, detail }) => baseWords('text.in-detail', { what: server, detail })));
  return dns01Error('acme-dns.not-propagated', { name, seconds: Math.round(deadlineMs / 1000), missing: list });
}
