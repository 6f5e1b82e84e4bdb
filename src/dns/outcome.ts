import type { Wording } from '../base/language.ts';
import type { DnsRecord, LookUpType } from './record.ts';

interface Resolution {
  /** The targets of the aliases (CNAME) followed, in order. */
  aliases: string[];
  /** The last alias target, or the name itself: the owner of the records or of their absence. */
  owner: string;
  authoritative: boolean;
}

export type LookUpOutcome =
  /** At least one record of the requested type. */
  | ({ outcome: 'answer'; records: DnsRecord[] } & Resolution)
  /** The owner exists without that type, or does not exist. */
  | ({ outcome: 'no-data' | 'no-name' } & Resolution)
  /** `extendedCode` is from RFC 8914; 6 to 12 mean that DNSSEC failed. */
  | { outcome: 'servfail'; detail: Wording; extendedCode?: number }
  | { outcome: 'refused' | 'failed' | 'timed-out' | 'unreachable' | 'malformed' | 'aborted'; detail: Wording };

/** Queries resolvers, which follow aliases. */
export type LookUp = (name: string, type: LookUpType, signal?: AbortSignal) => Promise<LookUpOutcome>;

/** Queries only the authoritative server at this address. */
export type LookUpAt = (
  address: string,
  name: string,
  type: LookUpType,
  signal?: AbortSignal,
) => Promise<LookUpOutcome>;

/** The addresses in an answer; none for other outcomes. */
export function addressesIn(found: LookUpOutcome): string[] {
  const records = found.outcome === 'answer' ? found.records : [];
  return records.flatMap(({ data }) => (data.type === 'A' || data.type === 'AAAA' ? [data.address] : []));
}
