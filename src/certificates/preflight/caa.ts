import type { Wording } from '../../base/language.ts';
import { isWithin, parentName } from '../../dns/name.ts';
import type { LookUp, LookUpOutcome } from '../../dns/outcome.ts';
import type { Zone } from '../../dns/zone.ts';
import type { PublicDns } from '../../dns/public-dns.ts';
import type { Finding } from '../../hop/finding.ts';
import { fault, fine } from './findings.ts';
import { preflightError, preflightWords } from './messages.ts';

export interface CaaRecord {
  critical: boolean;
  /** Lower case. */
  tag: string;
  value: string;
}

/** The CAA records in effect for a name (RFC 8659 §3). */
export type CaaFacts =
  /** `at`: the name, or its ancestor, that has the records. */
  | { found: 'records'; at: string; records: CaaRecord[] }
  | { found: 'none' }
  | { found: 'unreadable'; at: string; detail: Wording };

/** The properties of an order that CAA can restrict. */
export interface CaaRequest {
  /** `caaIdentities` of the authority's directory. */
  identities: readonly string[];
  /** RFC 8657; undefined: no account yet. */
  accountUri: string | undefined;
  /** Such as `http-01`. */
  method: string;
  isWildcard: boolean;
}

/**
 * Climbs from the name towards the root until it finds CAA records, and follows aliases.
 * @param lookUp from `lookUpInZone`, or a resolver's.
 */
export async function findCaa(name: string, lookUp: LookUp, signal?: AbortSignal): Promise<CaaFacts> {
  for (let at = name; at !== ''; at = parentName(at)!) {
    const found = await lookUp(at, 'CAA', signal);
    if ('detail' in found) return { found: 'unreadable', at, detail: found.detail };
    if (found.outcome !== 'answer') continue;
    const records = found.records.flatMap(({ data }) => (data.type === 'CAA' ? [data] : []));
    return { found: 'records', at, records: records.map(({ critical, tag, value }) => ({ critical, tag, value })) };
  }
  return { found: 'none' };
}

/**
 * Asks the servers of the zone about names in it: a resolver may have cached a record that was just fixed, and the
 * authority's has not. Asks the resolver for what they do not know, such as the end of an alias.
 */
export function lookUpInZone(zone: Zone, dns: Pick<PublicDns, 'lookUp' | 'lookUpAt'>): LookUp {
  return async (name, type, signal) => {
    const addresses = isWithin(name, zone.name) ? zone.servers.flatMap((server) => server.addresses) : [];
    for (const address of addresses) {
      const found = await dns.lookUpAt(address, name, type, signal);
      if (isKnown(found)) return found;
    }
    return dns.lookUp(name, type, signal);
  };
}

function isKnown(found: LookUpOutcome): boolean {
  if ('detail' in found || !found.authoritative) return false;
  return found.outcome === 'answer' || found.aliases.length === 0;
}

const knownTags = ['issue', 'issuewild', 'iodef', 'issuemail', 'issuevmc', 'contactemail', 'contactphone'];

/** Whether these records permit the authority. Without CAA identities in its directory, they are not judged. */
export function judgeCaa(name: string, facts: CaaFacts, request: CaaRequest): Finding {
  if (facts.found === 'unreadable') {
    return fault(
      'error',
      name,
      preflightError('preflight.caa-unreadable', { name, at: facts.at, detail: facts.detail }),
    );
  }
  if (facts.found === 'none') return fine(name, preflightWords('preflight-fine.caa-none', { name }));
  const { at, records } = facts;
  const strange = records.find(({ critical, tag }) => critical && !knownTags.includes(tag));
  if (strange) return fault('error', name, preflightError('preflight.caa-critical', { name, at, tag: strange.tag }));
  const [identity] = request.identities;
  const relevant = relevantRecords(records, request.isWildcard);
  if (relevant.length === 0 || identity === undefined)
    return fine(name, preflightWords('preflight-fine.caa', { name, at }));
  const issuers = relevant.map(({ value }) => parseIssuer(value));
  const ours = issuers.filter(
    (issuer) => issuer && request.identities.some((own) => own.toLowerCase() === issuer.domain),
  );
  const { tag } = relevant[0]!;
  if (ours.length === 0) {
    const found = relevant.map(({ tag, value }) => `${tag} "${value}"`).join(', ');
    return fault('error', name, preflightError('preflight.caa-forbids', { name, at, found, tag, identity }));
  }
  const byAccount = ours.filter((issuer) => permitsAccount(issuer!, request.accountUri));
  if (byAccount.length === 0) {
    const accounts = ours.flatMap((issuer) => issuer!.parameters.get('accounturi') ?? []).join(', ');
    const params = { name, at, accounts, account: request.accountUri ?? '–', tag, identity };
    // The account may not exist yet.
    return fault(
      request.accountUri === undefined ? 'warning' : 'error',
      name,
      preflightError('preflight.caa-account', params),
    );
  }
  if (!byAccount.some((issuer) => permitsMethod(issuer!, request.method))) {
    const methods = byAccount.flatMap((issuer) => issuer!.parameters.get('validationmethods') ?? []).join(', ');
    const params = { name, at, methods, method: request.method, tag, identity };
    return fault('error', name, preflightError('preflight.caa-method', params));
  }
  return fine(name, preflightWords('preflight-fine.caa', { name, at }));
}

/** RFC 8659 §4.3: for wildcards, `issuewild` replaces `issue` if present. */
function relevantRecords(records: readonly CaaRecord[], isWildcard: boolean): CaaRecord[] {
  const wild = records.filter(({ tag }) => tag === 'issuewild');
  return isWildcard && wild.length > 0 ? wild : records.filter(({ tag }) => tag === 'issue');
}

interface Issuer {
  /** Lower case; empty: no authority. */
  domain: string;
  parameters: Map<string, string[]>;
}

/** `ca.example; accounturi=…` (RFC 8659 §4.2). Undefined for a malformed value, which permits no authority. */
function parseIssuer(value: string): Issuer | undefined {
  const [domain = '', ...rest] = value.split(';').map((part) => part.trim());
  if (!/^[a-z0-9.-]*$/i.test(domain)) return undefined;
  const parameters = new Map<string, string[]>();
  for (const part of rest.filter((text) => text !== '')) {
    const [, tag, text] = /^([a-z0-9-]+)[ \t]*=[ \t]*([\x21-\x7e]*)$/i.exec(part) ?? [];
    if (tag === undefined || text === undefined) return undefined;
    parameters.set(tag.toLowerCase(), [...(parameters.get(tag.toLowerCase()) ?? []), text]);
  }
  return { domain: domain.toLowerCase(), parameters };
}

/** RFC 8657 §3: more than one `accounturi` permits no account. */
function permitsAccount({ parameters }: Issuer, accountUri: string | undefined): boolean {
  const wanted = parameters.get('accounturi');
  return wanted === undefined || (wanted.length === 1 && wanted[0] === accountUri);
}

/** RFC 8657 §4. */
function permitsMethod({ parameters }: Issuer, method: string): boolean {
  const wanted = parameters.get('validationmethods');
  return wanted === undefined || (wanted.length === 1 && wanted[0]!.split(',').includes(method));
}
