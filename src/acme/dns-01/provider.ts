import type { LookUp, LookUpAt } from '../../dns/outcome.ts';
import type { Zone } from '../../dns/zone.ts';

/** A TXT record for one validation. */
export interface ValidationRecord {
  /** The record's name after following aliases: canonical, without the final dot. */
  fqdn: string;
  /** base64url of a SHA-256: 43 characters. */
  value: string;
}

/**
 * Writes and removes TXT records. A name may hold several values at once (a name and its wildcard share one), so both
 * functions leave other values alone. Both are idempotent: an existing or missing value is no error. Calls never
 * overlap.
 */
export interface DnsProvider {
  /** Identifies the provider. Stored with each record, so that the same provider removes it after a restart. */
  readonly name: string;
  /** Adds the value. @throws EveryhopError */
  present(fqdn: string, value: string, signal?: AbortSignal): Promise<void>;
  /** Removes the value. @throws EveryhopError */
  cleanup(fqdn: string, value: string, signal?: AbortSignal): Promise<void>;
  /**
   * Checks whether it could write the record, without changing anything. If absent: the provider cannot tell.
   * @returns the zone it would write to.
   * @throws EveryhopError the reason why it could not.
   */
  check?(fqdn: string, signal?: AbortSignal): Promise<string>;
}

/** A record that the named provider has written or is about to write. */
export interface PresentedRecord extends ValidationRecord {
  provider: string;
}

/** Records to remove even after a crash. Stored on disk before a record is written, until it is removed. */
export interface PresentedRecords {
  /** Resolves once the record is on disk. Idempotent. */
  add(record: PresentedRecord): Promise<void>;
  remove(record: PresentedRecord): Promise<void>;
  list(): Promise<PresentedRecord[]>;
}

/** DNS-01's access to public DNS. */
export interface DnsView {
  /** @throws EveryhopError `dns.zone-not-found`, `dns.zone-without-servers` */
  zoneOf(name: string, signal?: AbortSignal): Promise<Zone>;
  lookUpAt: LookUpAt;
  /** Through the resolver; for when the authoritative servers are unreachable. */
  lookUp: LookUp;
}
