import type { DnsRecord, LookUpType } from './record.ts';

interface Resolution {
  /** The names that aliases (CNAME) led to, in order; empty where there is none. */
  aliases: string[];
  /** The last of them, or the name itself: what the records, or their absence, belong to. */
  owner: string;
  authoritative: boolean;
}

/** What a look-up found out. */
export type LookUpOutcome =
  /** At least one record of the type that was asked for. */
  | ({ outcome: 'answer'; records: DnsRecord[] } & Resolution)
  /** The name (or where its aliases lead) exists without that type, or not at all. */
  | ({ outcome: 'no-data' | 'no-name' } & Resolution)
  /** `extendedCode` as of RFC 8914: 6 to 12 say that DNSSEC failed. */
  | { outcome: 'servfail'; detail: string; extendedCode?: number }
  | { outcome: 'refused' | 'failed' | 'timed-out' | 'unreachable' | 'malformed' | 'aborted'; detail: string };

/** Asks resolvers, which follow aliases to their end. */
export type LookUp = (name: string, type: LookUpType, signal?: AbortSignal) => Promise<LookUpOutcome>;

/** Asks the one server at this address and nobody else; it must know by itself. */
export type LookUpAt = (
  address: string,
  name: string,
  type: LookUpType,
  signal?: AbortSignal,
) => Promise<LookUpOutcome>;

/** The addresses of an outcome; none where it is no answer. */
export function addressesIn(found: LookUpOutcome): string[] {
  const records = found.outcome === 'answer' ? found.records : [];
  return records.flatMap(({ data }) => (data.type === 'A' || data.type === 'AAAA' ? [data.address] : []));
}
