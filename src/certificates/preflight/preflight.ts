import { isIPv6 } from 'node:net';
import type { ChallengeSolver } from '../../acme/challenge.ts';
import { validationName } from '../../acme/dns-01.ts';
import type { Clock } from '../../base/clock.ts';
import { EveryhopError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import type { PublicDns } from '../../dns/public-dns.ts';
import { Fault, type Finding, okFinding } from '../../hop/finding.ts';
import { isAddress } from '../../names/address.ts';
import { isReserved } from '../../names/reserved.ts';
import { addressesOf, findAddresses, judgeAddresses, type NameFacts } from './addresses.ts';
import { type CaaFacts, findCaa, judgeCaa, lookUpInZone } from './caa.ts';
import { judgeVisits, type Visit, visitChallenge, type VisitOptions } from './port80.ts';
import { fault, fine } from './findings.ts';
import { preflightError, preflightWords } from './messages.ts';

export type ChallengeType = 'http-01' | 'tls-alpn-01' | 'dns-01';

/** One name of the certificate to order. */
export interface PreflightName {
  /** Lower-case A-labels or a canonical address; a wildcard without its `*.`. */
  name: string;
  isWildcard: boolean;
  challenge: ChallengeType;
}

/** An authority's own statements. */
export interface PreflightAuthority {
  /** `caaIdentities` of its directory; empty if absent; undefined if it cannot be reached. */
  caaIdentities: readonly string[] | undefined;
  accountUri: string | undefined;
  /** Whether it follows the CA/Browser Forum's Baseline Requirements, as browsers demand. */
  isPublic: boolean;
  /** The `Date` header of its last answer. */
  dateMs: number | undefined;
}

/** Returns the zone in which a DNS provider could write the record. Throws if it could not. */
export type ProviderCheck = (fqdn: string, signal?: AbortSignal) => Promise<string>;

export interface PreflightOptions extends VisitOptions {
  authority: PreflightAuthority;
  dns: PublicDns;
  clock: Clock;
  random: Random;
  /** Answers HTTP-01 here. If absent, addresses are not visited. */
  http01?: Pick<ChallengeSolver, 'prepare' | 'clean'>;
  /** The addresses of this machine's interfaces. */
  ownAddresses: readonly string[];
  /** If absent, the DNS provider is not checked. */
  dns01?: ProviderCheck;
  signal: AbortSignal;
}

/** Everything that `judge` needs. */
export interface PreflightFacts {
  names: (PreflightName & {
    /** undefined for an address. */
    addresses: NameFacts | undefined;
    caa: CaaFacts | undefined;
    /** Empty without HTTP-01 or addresses; an error if this machine cannot answer. */
    visits: Visit[] | EveryhopError;
    /** For DNS-01: the zone that the provider would write to, and the public one. */
    provider: { fqdn: string; zone: string; publicZone: string } | EveryhopError | undefined;
  })[];
  authority: PreflightAuthority;
  nowMs: number;
  ownAddresses: readonly string[];
}

/** Gathers the facts and judges them. Sends nothing to the authority and uses up no attempt. */
export async function preflight(names: readonly PreflightName[], options: PreflightOptions): Promise<Finding[]> {
  return judge(await gatherFacts(names, options));
}

export async function gatherFacts(names: readonly PreflightName[], options: PreflightOptions): Promise<PreflightFacts> {
  const { authority, clock, ownAddresses } = options;
  const gathered = await Promise.all(names.map(async (asked) => ({ ...asked, ...(await gatherName(asked, options)) })));
  return { names: gathered, authority, nowMs: clock.now(), ownAddresses };
}

async function gatherName(
  { name, challenge }: PreflightName,
  options: PreflightOptions,
): Promise<Omit<PreflightFacts['names'][number], keyof PreflightName>> {
  const { dns, signal } = options;
  const addresses = isAddress(name) ? undefined : await findAddresses(name, dns, signal);
  const zone = addresses?.zone;
  const ask = zone && !(zone instanceof EveryhopError) ? lookUpInZone(zone, dns) : dns.lookUp;
  const caa = isAddress(name) ? undefined : await findCaa(name, ask, signal);
  const targets = addresses ? addressesOf(addresses.recursive) : [name];
  const visits = challenge === 'http-01' ? await visitAll(name, targets, options) : [];
  return { addresses, caa, visits, provider: challenge === 'dns-01' ? await checkProvider(name, options) : undefined };
}

async function visitAll(
  name: string,
  addresses: readonly string[],
  options: PreflightOptions,
): Promise<Visit[] | EveryhopError> {
  const { http01, random, signal } = options;
  if (!http01 || addresses.length === 0) return [];
  const token = random.bytes(32).toString('base64url');
  const expected = `${token}.${random.bytes(32).toString('base64url')}`;
  const identifier = { type: isAddress(name) ? ('ip' as const) : ('dns' as const), value: name };
  const challenge = { identifier, name, isWildcard: false, token, keyAuthorization: expected, dnsValue: '' };
  try {
    await http01.prepare([challenge], signal);
    return await Promise.all(addresses.map((address) => visitChallenge({ name, address, token, expected }, options)));
  } catch (error) {
    if (error instanceof EveryhopError) return error;
    throw error;
  } finally {
    await http01.clean([challenge]);
  }
}

async function checkProvider(
  name: string,
  { dns01, dns, signal }: PreflightOptions,
): Promise<PreflightFacts['names'][number]['provider']> {
  if (!dns01) return undefined;
  try {
    const fqdn = await validationName(name, dns, signal);
    const [zone, publicZone] = await Promise.all([dns01(fqdn, signal), dns.zoneOf(fqdn, signal)]);
    return { fqdn, zone, publicZone: publicZone.name };
  } catch (error) {
    if (error instanceof EveryhopError) return error;
    throw error;
  }
}

/** Pure: the same facts always yield the same findings. */
export function judge(facts: PreflightFacts): Finding[] {
  return [...judgeClock(facts), ...facts.names.flatMap((name) => judgeName(name, facts))];
}

function judgeName(facts: PreflightFacts['names'][number], { authority, ownAddresses }: PreflightFacts): Finding[] {
  const { name, isWildcard, challenge, addresses, caa, visits, provider } = facts;
  const isDns01 = challenge === 'dns-01';
  if (isWildcard && !isDns01)
    return [fault('error', name, preflightError('preflight.wildcard-needs-dns', { name: `*.${name}` }))];
  const isBehindNat = (address: string): boolean =>
    !ownAddresses.some((own) => isIPv6(own) === isIPv6(address) && !isReserved(own));
  const { caaIdentities: identities, accountUri } = authority;
  const ofAddress = isAddress(name) && isReserved(name);
  return [
    ...(authority.isPublic && name.includes('_')
      ? [fault('error', name, preflightError('preflight.underscore', { name }))]
      : []),
    ...(ofAddress
      ? [fault('error', name, preflightError('preflight.address-private', { name, addresses: name }))]
      : []),
    ...(addresses ? judgeAddresses(name, addresses, !isDns01) : []),
    ...(caa && identities ? [judgeCaa(name, caa, { identities, accountUri, method: challenge, isWildcard })] : []),
    ...(visits instanceof EveryhopError ? [fault('error', name, visits)] : judgeVisits(name, visits, isBehindNat)),
    ...(provider ? [judgeProvider(name, provider)] : []),
  ];
}

function judgeProvider(name: string, provider: NonNullable<PreflightFacts['names'][number]['provider']>): Finding {
  if (provider instanceof EveryhopError) return fault('error', name, provider);
  const { fqdn, zone, publicZone } = provider;
  if (zone === publicZone) return fine(name, preflightWords('preflight-fine.provider', { fqdn, zone }));
  return fault('error', name, preflightError('preflight.zone-differs', { fqdn, zone, publicZone }));
}

const warnAfterMs = 300_000;
/** Authorities backdate certificates by an hour, so clocks may be slightly behind. */
const stopAfterMs = 3_600_000;

function judgeClock({ authority, nowMs }: PreflightFacts): Finding[] {
  if (authority.dateMs === undefined) return [];
  const apartMs = Math.abs(nowMs - authority.dateMs);
  if (apartMs <= warnAfterMs) return [okFinding(preflightWords('preflight-fine.clock', {}))];
  const params = { seconds: Math.round(apartMs / 1000), now: iso(nowMs), date: iso(authority.dateMs) };
  const severity = apartMs > stopAfterMs ? 'error' : 'warning';
  return [new Fault(severity, preflightError('preflight.clock-differs', params))];
}

function iso(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
