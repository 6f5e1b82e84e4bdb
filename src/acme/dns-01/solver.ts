import type { Clock } from '../../base/clock.ts';
import { Queue } from '../../base/queue.ts';
import { canonicalName } from '../../dns/name.ts';
import type { Challenge, ChallengeSolver, Identifier } from '../challenge.ts';
import { validationName } from './delegation.ts';
import { awaitPropagation } from './propagation.ts';
import type { DnsProvider, DnsView, PresentedRecord, PresentedRecords } from './provider.ts';

export interface Dns01Options {
  provider: DnsProvider;
  dns: DnsView;
  presented: PresentedRecords;
  clock: Clock;
  /** Time limit until all authoritative servers return a record. Default 5 min. */
  propagationDeadlineMs?: number;
  /** Whether the provider can write for a name. If absent: for every name. */
  suits?: (name: string) => boolean;
}

/** Answers `dns-01` (RFC 8555 §8.4) with TXT records written by a provider. */
export class Dns01Solver implements ChallengeSolver {
  readonly type = 'dns-01';
  readonly #options: Dns01Options;
  /** The record written for each challenge. */
  readonly #standing = new Map<string, PresentedRecord>();
  /** One provider call at a time, across all orders. */
  readonly #queue = new Queue();

  constructor(options: Dns01Options) {
    this.#options = options;
  }

  suits({ type, value }: Identifier): boolean {
    return type === 'dns' && (this.#options.suits?.(value) ?? true);
  }

  async prepare(challenges: readonly Challenge[], signal: AbortSignal): Promise<void> {
    const { dns, provider, presented } = this.#options;
    for (const challenge of challenges) {
      const fqdn = await validationName(canonicalName(challenge.name), dns, signal);
      const record = { provider: provider.name, fqdn, value: challenge.dnsValue };
      signal.throwIfAborted();
      this.#standing.set(keyOf(challenge), record);
      await presented.add(record);
      // After an abort `clean` may already have run: write nothing from here on.
      signal.throwIfAborted();
      await this.#queue.run(() => provider.present(fqdn, record.value, signal), signal);
    }
  }

  get provider(): DnsProvider {
    return this.#options.provider;
  }

  /** @throws EveryhopError `acme-dns.not-propagated` */
  async check(challenges: readonly Challenge[], signal: AbortSignal): Promise<void> {
    const { dns, clock, propagationDeadlineMs: deadlineMs } = this.#options;
    const records = challenges
      .map((challenge) => this.#standing.get(keyOf(challenge)))
      .filter((record) => record !== undefined);
    const options = { dns, clock, signal, ...(deadlineMs !== undefined && { deadlineMs }) };
    const byName = Map.groupBy(records, ({ fqdn }) => fqdn);
    await Promise.all([...byName].map(([fqdn, ofName]) => awaitPropagation(fqdn, ofName, options)));
  }

  /** Tries all of them; a record that cannot be removed stays listed for `cleanLeftovers`. Throws the first failure. */
  async clean(challenges: readonly Challenge[]): Promise<void> {
    const failures: unknown[] = [];
    for (const challenge of challenges) {
      const record = this.#standing.get(keyOf(challenge));
      if (!record) continue;
      this.#standing.delete(keyOf(challenge));
      await this.#takeAway(record).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /**
   * Removes records that an earlier run left behind.
   * @returns the records that could not be removed, with the errors.
   */
  async cleanLeftovers(): Promise<{ record: PresentedRecord; error: unknown }[]> {
    const failures: { record: PresentedRecord; error: unknown }[] = [];
    for (const record of await this.#options.presented.list()) {
      if (record.provider !== this.#options.provider.name || this.#isStanding(record)) continue;
      await this.#takeAway(record).catch((error: unknown) => failures.push({ record, error }));
    }
    return failures;
  }

  async #takeAway(record: PresentedRecord): Promise<void> {
    const { provider, presented } = this.#options;
    await this.#queue.run(() => provider.cleanup(record.fqdn, record.value));
    await presented.remove(record);
  }

  #isStanding({ fqdn, value }: PresentedRecord): boolean {
    return [...this.#standing.values()].some((record) => record.fqdn === fqdn && record.value === value);
  }
}

function keyOf({ name, dnsValue }: Challenge): string {
  return `${name} ${dnsValue}`;
}
