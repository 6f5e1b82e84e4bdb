import { describeError, EveryhopError } from '../../base/errors.ts';
import { addressesIn, type LookUpOutcome } from '../../dns/outcome.ts';
import type { PublicDns } from '../../dns/public-dns.ts';
import type { Zone } from '../../dns/zone.ts';
import type { Finding } from '../../hop/finding.ts';
import { isReserved } from '../../names/reserved.ts';
import { fault, fine } from './findings.ts';
import { preflightError, preflightWords } from './messages.ts';

/** The A and AAAA answers of one server or resolver. */
export interface AddressFacts {
  a: LookUpOutcome;
  aaaa: LookUpOutcome;
}

/** The addresses of a name according to the resolver and to its authoritative servers. */
export interface NameFacts {
  recursive: AddressFacts;
  /** The resolver's answer without DNSSEC validation; only if validation failed. */
  unchecked: AddressFacts | undefined;
  zone: Zone | EveryhopError;
  /** One entry per address of each name server. */
  authoritative: ({ server: string } & AddressFacts)[];
}

export async function findAddresses(name: string, dns: PublicDns, signal?: AbortSignal): Promise<NameFacts> {
  const both = async (ask: (type: 'A' | 'AAAA') => Promise<LookUpOutcome>): Promise<AddressFacts> => {
    const [a, aaaa] = await Promise.all([ask('A'), ask('AAAA')]);
    return { a, aaaa };
  };
  const recursive = await both((type) => dns.lookUp(name, type, signal));
  const failed = 'detail' in recursive.a || 'detail' in recursive.aaaa;
  const unchecked = failed ? await both((type) => dns.lookUpUnchecked(name, type, signal)) : undefined;
  const zone = await dns.zoneOf(name, signal).catch((error: unknown) => {
    if (error instanceof EveryhopError) return error;
    throw new Error(describeError(error), { cause: error });
  });
  const servers = zone instanceof EveryhopError ? [] : zone.servers;
  const authoritative = await Promise.all(
    servers.flatMap(({ name: server, addresses }) =>
      addresses.map(async (address) => ({
        server: `${server} (${address})`,
        ...(await both((type) => dns.lookUpAt(address, name, type, signal))),
      })),
    ),
  );
  return { recursive, unchecked, zone, authoritative };
}

/** @param needsAddress false with DNS-01: the name then needs no address. */
export function judgeAddresses(name: string, facts: NameFacts, needsAddress: boolean): Finding[] {
  const { recursive, unchecked, zone, authoritative } = facts;
  if (zone instanceof EveryhopError && !needsAddress) return [fault('error', name, zone)];
  const failed = [recursive.a, recursive.aaaa].find((outcome) => 'detail' in outcome);
  if (failed && 'detail' in failed) {
    if (isDnssecFailure(failed, unchecked)) {
      return [fault('error', name, preflightError('preflight.dnssec-broken', { name, detail: failed.detail }))];
    }
    const severity = needsAddress ? 'error' : 'warning';
    return [fault(severity, name, preflightError('preflight.resolver-failed', { name, detail: failed.detail }))];
  }
  const addresses = addressesOf(recursive);
  const differences = judgeDifferences(name, addresses, authoritative);
  if (!needsAddress) return [...differences, fine(name, preflightWords('preflight-fine.dns', { name }))];
  if (addresses.length === 0) {
    const code = recursive.a.outcome === 'no-name' ? 'preflight.name-unknown' : 'preflight.no-address';
    return [...differences, fault('error', name, preflightError(code, { name }))];
  }
  const reserved = addresses.filter(isReserved);
  if (reserved.length > 0) {
    const params = { name, addresses: reserved.join(', ') };
    return [...differences, fault('error', name, preflightError('preflight.address-private', params))];
  }
  return [
    ...differences,
    fine(name, preflightWords('preflight-fine.addresses', { name, addresses: addresses.join(', ') })),
  ];
}

/** All addresses, IPv6 first, as authorities try them. */
export function addressesOf({ a, aaaa }: AddressFacts): string[] {
  return [...addressesIn(aaaa).sort(), ...addressesIn(a).sort()];
}

function isDnssecFailure(failed: LookUpOutcome, unchecked: AddressFacts | undefined): boolean {
  if (failed.outcome !== 'servfail') return false;
  const { extendedCode = 0 } = failed;
  const isSaid = extendedCode >= 6 && extendedCode <= 12;
  return isSaid || (unchecked !== undefined && !('detail' in unchecked.a) && !('detail' in unchecked.aaaa));
}

function judgeDifferences(name: string, heard: string[], authoritative: NameFacts['authoritative']): Finding[] {
  const silent = authoritative.filter(({ a, aaaa }) => 'detail' in a || 'detail' in aaaa);
  // If an alias leads out of the zone, other servers have the addresses.
  const knowing = authoritative.filter((one) => !silent.includes(one) && !leadsAway(one));
  const said = Map.groupBy(knowing, (one) => addressesOf(one).join(', ') || '–');
  const findings: Finding[] = silent.map(({ server, a, aaaa }) => {
    const failed = 'detail' in a ? a : aaaa;
    const detail = 'detail' in failed ? failed.detail : '';
    return fault('warning', name, preflightError('preflight.server-silent', { name, server, detail }));
  });
  if (said.size > 1) {
    const list = [...said].map(([addresses, ones]) => `${ones.map(({ server }) => server).join(', ')}: ${addresses}`);
    findings.push(
      fault('warning', name, preflightError('preflight.servers-differ', { name, servers: list.join('; ') })),
    );
  }
  const [known] = said.keys();
  const recursive = heard.join(', ') || '–';
  if (said.size === 1 && known !== recursive) {
    const params = { name, authoritative: known!, recursive };
    findings.push(fault('warning', name, preflightError('preflight.resolver-differs', params)));
  }
  return findings;
}

function leadsAway({ a, aaaa }: AddressFacts): boolean {
  return [a, aaaa].every(
    (outcome) => !('detail' in outcome) && outcome.outcome !== 'answer' && outcome.aliases.length > 0,
  );
}
