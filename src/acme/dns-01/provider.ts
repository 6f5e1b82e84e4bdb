import type { LookUp, LookUpAt } from '../../dns/outcome.ts';
import type { Zone } from '../../dns/zone.ts';

/** One TXT record of a validation. */
export interface ValidationRecord {
  /** Where it stands, aliases followed: canonical, without the final dot. */
  fqdn: string;
  /** base64url of a SHA-256: 43 characters. */
  value: string;
}

/**
 * Changes TXT records somewhere. Several values may stand under one name at once (a name and its wildcard are validated
 * there both), so both functions leave every other value as it is. Both may be repeated: what is there already, or is
 * gone already, is no error. They are called one after another, never at once.
 */
export interface DnsProvider {
  /** Which of all providers: kept with what was presented, so that the same one takes it away after a restart. */
  readonly name: string;
  /** Adds the value. @throws EveryhopError */
  present(fqdn: string, value: string, signal?: AbortSignal): Promise<void>;
  /** Takes the value away. @throws EveryhopError */
  cleanup(fqdn: string, value: string, signal?: AbortSignal): Promise<void>;
  /**
   * Whether it could write there; nothing is changed. Without this function, it cannot tell.
   * @returns the zone that it would write to.
   * @throws EveryhopError why it could not.
   */
  check?(fqdn: string, signal?: AbortSignal): Promise<string>;
}

/** A record that was, or is about to be, written by the provider of this name. */
export interface PresentedRecord extends ValidationRecord {
  provider: string;
}

/** What must be taken away even after a crash. Kept on disk before a record is written, and until it is gone. */
export interface PresentedRecords {
  /** Resolves when it is safe; adding one again changes nothing. */
  add(record: PresentedRecord): Promise<void>;
  remove(record: PresentedRecord): Promise<void>;
  list(): Promise<PresentedRecord[]>;
}

/** What DNS-01 needs to know of the public DNS. */
export interface DnsView {
  /** @throws EveryhopError `dns.zone-not-found`, `dns.zone-without-servers` */
  zoneOf(name: string, signal?: AbortSignal): Promise<Zone>;
  lookUpAt: LookUpAt;
  /** By the resolver; for where the servers themselves are out of reach. */
  lookUp: LookUp;
}
