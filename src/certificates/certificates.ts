import type { Clock, Timer } from '../base/clock.ts';
import { describeError, EveryhopError } from '../base/errors.ts';
import type { EventBus } from '../base/events.ts';
import { Pool } from '../base/pool.ts';
import type { Random } from '../base/random.ts';
import type { Database } from '../store/database.ts';
import { readAdvice } from './advice.ts';
import { Advisor } from './advisor.ts';
import { type Decision, choose, decide, generationsToPrune } from './decide.ts';
import {
  deleteGeneration,
  type Generation,
  nameSetKey,
  readGenerations,
  readGenerationsOf,
  writeGeneration,
} from './generation.ts';
import { isOwnFailure } from './failure-kind.ts';
import { HoldOffError, type Issuance, type Issuer } from './issuer.ts';
import { certificatesError } from './messages.ts';
import { type NameSet, nameSetOf } from './name-set.ts';
import { type RenewalPlan, renewalPlan } from './renewal-plan.ts';
import { verifyIssuance } from './verify.ts';

/** Certificates issued concurrently. */
const maxParallel = 4;

/** Name sets read from the store with one query. */
const setsPerQuery = 256;

/** Interval between checks for due renewals. Short, because the wall clock may be set and the machine may sleep. */
const checkIntervalMs = 60_000;

/** Pause after the n-th failure in a row; the last value repeats. For failures on this side, always the first one. */
const holdOffsMs = [60_000, 2 * 60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000];
/** Query the ledger for its pause again after this long: another process may have fixed the cause. */
const longestHoldOffMs = 10 * 60_000;

export interface CertificatesOptions {
  database: Database;
  /** The issuers for a set of names, in order of preference: the next one is used if one fails. */
  issuersFor: (names: readonly string[]) => readonly Issuer[];
  clock: Clock;
  random: Random;
  events: EventBus;
}

interface ReplaceOptions {
  /** The generations to replace although they are good. */
  unwanted?: readonly string[];
  /** See `IssueOptions`. */
  insists?: boolean;
}

/** Obtains, stores, renews and selects certificates. Several processes may share one store. */
export class Certificates {
  readonly #options: CertificatesOptions;
  readonly #sets = new Map<string, NameSet>();
  /** Drawn once per generation, so that its renewal time is stable. */
  readonly #jitters = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #issuing = new Pool(maxParallel);
  readonly #advisor: Advisor;
  readonly #running = new Set<Promise<void>>();
  #timer: Timer | undefined;

  constructor(options: CertificatesOptions) {
    this.#options = options;
    this.#advisor = new Advisor(options);
  }

  /**
   * Makes sure that each set of names has a certificate: issues missing and due ones, several at once. From now on
   * these sets, and only these, are renewed.
   * @param insists see `renew`.
   * @returns the certificate to serve for each set, in the same order. If issuing failed, it is an older one and the
   *   failure is an event; `start` retries.
   * @throws EveryhopError of the first set without any certificate; the others are issued nevertheless.
   */
  async ensure(nameSets: readonly (readonly string[])[], insists = false): Promise<Generation[]> {
    return (await this.ensureEach(nameSets, insists)).map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  /**
   * Like `ensure`, for a program that ends afterwards: waits for the authority's renewal advice before it calls a
   * certificate good, and for the advice on a new one.
   */
  async ensureAdvised(names: readonly string[], insists = false): Promise<Generation> {
    const set = this.#setOf(names);
    await this.#read([set]);
    if (this.#decide(set).reason === 'good') await this.#refreshAdvice(set);
    const generation = await this.#ensureOne(set, insists);
    await this.#refreshAdvice(set);
    return generation;
  }

  /** Like `ensure`, with the failure of each set that has no certificate. */
  async ensureEach(
    nameSets: readonly (readonly string[])[],
    insists = false,
  ): Promise<PromiseSettledResult<Generation>[]> {
    const wanted = nameSets.map((names) => this.#setOf(names));
    const each = new Set(wanted);
    for (const set of this.#sets.values()) if (!each.has(set)) this.#sets.delete(set.key);
    await this.#read([...each]);
    return Promise.allSettled(wanted.map((set) => this.#ensureOne(set, insists)));
  }

  /**
   * Issues a new certificate for these names now, although the current one is good. The event `certificate.ready`
   * announces the new one.
   * @param names a set passed to `ensure`.
   * @param insists do not wait because of earlier failures, only for the limits of the authority.
   * @throws EveryhopError; the current certificate then stays in use.
   */
  async renew(names: readonly string[], insists = false): Promise<Generation> {
    const set = this.#sets.get(nameSetKey(names))!;
    // A renewal under way may have been decided on before the reason for this call.
    await set.running?.catch(() => {});
    await this.#replace(set, { unwanted: set.generations.map(({ id }) => id), insists });
    return this.#served(set)!;
  }

  /** Like `ensure`, for one more set besides the existing ones. */
  async ensureAlso(names: readonly string[]): Promise<Generation> {
    const set = this.#setOf(names);
    await this.#read([set]);
    return this.#ensureOne(set);
  }

  /**
   * Loads the stored certificate for these names, and renews it from now on. Issues nothing.
   * @returns undefined if no stored certificate can be served.
   */
  async load(names: readonly string[]): Promise<Generation | undefined> {
    const set = this.#setOf(names);
    await this.#read([set]);
    return this.#served(set);
  }

  /** Waits as after a failure: an order with more names has just failed for these. */
  holdOff(names: readonly string[]): void {
    const set = this.#setOf(names);
    set.failures = Math.max(set.failures, 1);
    set.heldOffUntilMs = Math.max(set.heldOffUntilMs, this.#options.clock.monotonic() + holdOffsMs[0]!);
  }

  /** Stops renewing the certificate for these names. */
  rest(names: readonly string[]): void {
    this.#setOf(names).isResting = true;
  }

  /** The stored certificate for exactly these names. Neither issues nor renews it. */
  async stored(names: readonly string[]): Promise<Generation | undefined> {
    const { database, clock } = this.#options;
    return choose(clock.now(), await readGenerations(database, nameSetKey(names)));
  }

  /** The certificate to serve for these names now; undefined for names not passed to `ensure`. */
  current(names: readonly string[]): Generation | undefined {
    return this.#served(this.#sets.get(nameSetKey(names)));
  }

  /** The next action for these names and its reason; for status reports. */
  decision(names: readonly string[]): Decision | undefined {
    const set = this.#sets.get(nameSetKey(names));
    return set && this.#decide(set);
  }

  /** When this generation will be renewed; undefined if it is not the one to serve for its names. */
  plan(generation: Generation): RenewalPlan | undefined {
    const set = this.#sets.get(nameSetKey(generation.names));
    return set && this.#served(set)?.id === generation.id ? this.#planOf(set, generation) : undefined;
  }

  /** Starts renewing due certificates, until `stop`. */
  start(): void {
    this.#timer ??= this.#options.clock.after(checkIntervalMs, () => {
      this.#timer = undefined;
      if (this.#stopping.signal.aborted) return;
      this.start();
      this.#renewDue();
    });
  }

  /** Stops renewals. @param reason with which those under way fail. */
  async stop(reason?: unknown): Promise<void> {
    this.#timer?.cancel();
    this.#stopping.abort(reason);
    await Promise.allSettled(this.#running);
  }

  #renewDue(): void {
    for (const set of this.#sets.values()) {
      void this.#refreshAdvice(set);
      // The failure was already emitted as an event.
      if (!set.isResting && this.#decide(set).action !== 'wait') this.#replace(set).catch(() => {});
    }
  }

  #setOf(names: readonly string[]): NameSet {
    const key = nameSetKey(names);
    const set = this.#sets.get(key) ?? nameSetOf(key);
    this.#sets.set(key, set);
    return set;
  }

  /** For a set already read from the store. */
  async #ensureOne(set: NameSet, insists = false): Promise<Generation> {
    let failure: unknown;
    if (this.#decide(set).action !== 'wait' || !this.#served(set)) {
      await this.#replace(set, { insists }).catch((error: unknown) => void (failure = error));
    }
    const chosen = this.#served(set);
    if (!chosen) throw failure;
    return chosen;
  }

  /** In batches: a store with a hundred thousand sets is read in seconds. */
  async #read(wanted: readonly NameSet[]): Promise<void> {
    const { database } = this.#options;
    for (let at = 0; at < wanted.length; at += setsPerQuery) {
      const some = wanted.slice(at, at + setsPerQuery);
      const keys = some.map(({ key }) => key);
      const generations = await readGenerationsOf(database, keys);
      for (const set of some) {
        set.generations = generations.get(set.key) ?? [];
        if (generations.get(set.key)?.length === 0) this.#reportDamage(set);
      }
      const served = some.flatMap((set) => this.#served(set)?.id ?? []);
      const advice = await readAdvice(database, served);
      for (const set of some) set.advice = advice.get(this.#served(set)?.id ?? '');
    }
  }

  /** The store has rows for these names, and none is intact. */
  #reportDamage({ names }: NameSet): void {
    const error = certificatesError('certificates.damaged', { names: names.join(', ') });
    this.#options.events.emit({ type: 'certificate.failed', names, error: error.data() });
  }

  #served(set: NameSet | undefined): Generation | undefined {
    return set && choose(this.#options.clock.now(), set.generations);
  }

  #decide(set: NameSet): Decision {
    const { clock } = this.#options;
    return decide(clock.now(), this.#served(set), {
      renewAtMs: (life) => this.#planOf(set, life as Generation).atMs,
      unwanted: !this.#isWanted(set),
      holdOffMs: Math.max(0, set.heldOffUntilMs - clock.monotonic()),
    });
  }

  #isWanted(set: NameSet): boolean {
    const served = this.#served(set);
    const issuers = this.#options.issuersFor(set.names);
    return served !== undefined && issuers.some((one) => one.name === served.issuer && (one.accepts?.(served) ?? true));
  }

  #planOf({ generations, advice }: NameSet, generation: Generation): RenewalPlan {
    const former = generations[generations.findIndex(({ id }) => id === generation.id) + 1];
    return renewalPlan(generation, former, advice, this.#jitterOf(generation));
  }

  #jitterOf({ id }: Generation): number {
    const steps = 1024;
    const jitter = this.#jitters.get(id) ?? this.#options.random.integer(steps) / steps;
    this.#jitters.set(id, jitter);
    return jitter;
  }

  /** One at a time per set: concurrent callers share it. */
  #replace(set: NameSet, wish: ReplaceOptions = {}): Promise<void> {
    if (set.running) return set.running;
    const running = this.#issuing
      .run(() => this.#replaceNow(set, wish))
      .finally(() => {
        set.running = undefined;
        this.#running.delete(running);
      });
    set.running = running;
    this.#running.add(running);
    return running;
  }

  async #replaceNow(set: NameSet, wish: ReplaceOptions): Promise<void> {
    try {
      await this.#options.database.lock('issue', () => this.#issue(set, wish), this.#stopping.signal);
      set.failures = 0;
      set.heldOffUntilMs = 0;
    } catch (error) {
      const { clock } = this.#options;
      const isHeldOff = error instanceof HoldOffError;
      const step = error instanceof EveryhopError && isOwnFailure(error.code) ? 0 : set.failures;
      const pauseMs = holdOffsMs[Math.min(step, holdOffsMs.length - 1)]!;
      if (!isHeldOff) set.failures += 1;
      const holdOffMs = isHeldOff ? Math.min(Math.max(error.untilMs - clock.now(), 0), longestHoldOffMs) : pauseMs;
      set.heldOffUntilMs = clock.monotonic() + holdOffMs;
      if (!isHeldOff && error instanceof EveryhopError && !this.#stopping.signal.aborted) {
        this.#options.events.emit({ type: 'certificate.failed', names: set.names, error: error.data() });
      }
      throw error;
    }
  }

  /** Runs under the lock. Reads the store again first: another process may have issued meanwhile. */
  async #issue(set: NameSet, { unwanted = [], insists = false }: ReplaceOptions): Promise<void> {
    const { database, clock, random } = this.#options;
    const before = this.#served(set);
    set.generations = await readGenerations(database, set.key);
    const found = this.#served(set);
    if (found && this.#decide(set).reason === 'good' && !unwanted.includes(found.id)) {
      if (found.id !== before?.id) this.#announce(found);
      return;
    }
    const { issuer, issuance } = await this.#issueInOrder(set, insists);
    const generation: Generation = {
      ...issuance,
      id: random.bytes(16).toString('hex'),
      names: set.names,
      issuer: issuer.name,
      serial: issuance.serial.toLowerCase(),
      // The newest stays the newest, even if the clock stands still or was set back.
      createdMs: Math.max(clock.now(), 1 + Math.max(0, ...set.generations.map(({ createdMs }) => createdMs))),
      revokedMs: undefined,
    };
    const generations = [generation, ...set.generations];
    const pruned = generationsToPrune(clock.now(), generations);
    await database.transaction(async (inner) => {
      await writeGeneration(inner, generation);
      for (const { id } of pruned) await deleteGeneration(inner, id);
    });
    set.generations = generations.filter((one) => !pruned.includes(one));
    this.#announce(generation);
    void this.#refreshAdvice(set);
  }

  /** Asks the authority for renewal advice if a query is due. Never rejects. */
  async #refreshAdvice(set: NameSet): Promise<void> {
    const served = this.#served(set);
    if (!served) return;
    const issuer = this.#options.issuersFor(set.names).find(({ name }) => name === served.issuer);
    set.advice = (await this.#advisor.consult(served, issuer, set.advice, this.#stopping.signal)) ?? set.advice;
  }

  #announce({ id, names, serial, notAfterMs }: Generation): void {
    this.#options.events.emit({ type: 'certificate.ready', names, serial, notAfterMs, generation: id });
  }

  /** Reports the failure of the first issuer, which is the preferred one. */
  async #issueInOrder(set: NameSet, insists: boolean): Promise<{ issuer: Issuer; issuance: Issuance }> {
    const { clock, issuersFor } = this.#options;
    const issuers = issuersFor(set.names).filter((candidate) => candidate.permits?.(set.names) ?? true);
    let failure: unknown = certificatesError('certificates.no-issuer', { names: set.names.join(', ') });
    for (const [index, issuer] of issuers.entries()) {
      try {
        const issuance = await this.#issueFrom(issuer, set, insists);
        verifyIssuance(set.names, issuance, clock.now());
        return { issuer, issuance };
      } catch (error) {
        if (index === 0) failure = error;
        if (this.#stopping.signal.aborted) break;
      }
    }
    throw failure;
  }

  async #issueFrom(issuer: Issuer, set: NameSet, insists: boolean): Promise<Issuance> {
    const { names } = set;
    try {
      return await issuer.issue(names, this.#stopping.signal, { former: this.#served(set), insists });
    } catch (error) {
      if (error instanceof EveryhopError) throw error;
      const params = { issuer: issuer.name, names: names.join(', '), reason: describeError(error) };
      throw certificatesError('certificates.issue-failed', params, { cause: error });
    }
  }
}
