import type { Clock, Timer } from '../base/clock.ts';
import { describeError, EveryhopError } from '../base/errors.ts';
import type { EventBus } from '../base/events.ts';
import { Pool } from '../base/pool.ts';
import type { Random } from '../base/random.ts';
import type { Database } from '../store/database.ts';
import { adviceFrom, isAdviceDue, readAdvice, type StoredAdvice, writeAdvice } from './advice.ts';
import { advisedMomentMs, type Decision, choose, decide, renewalMomentMs, generationsToPrune } from './decide.ts';
import {
  deleteGeneration,
  type Generation,
  nameSetKey,
  readGenerations,
  readGenerationsOf,
  writeGeneration,
} from './generation.ts';
import { HoldOffError, type Issuance, type Issuer } from './issuer.ts';
import { certificatesError } from './messages.ts';
import { verifyIssuance } from './verify.ts';

/** So many certificates are asked for at once, and so many pieces of advice beside them. */
const maxParallel = 4;

/** So many sets of names are read from the store by one query. */
const setsPerQuery = 256;

/** How often it is looked whether something is due: the wall clock may be set, and a machine may have slept. */
const checkIntervalMs = 60_000;

/** After the n-th failure in a row so long nothing is tried; the last one from then on. */
const holdOffsMs = [60_000, 2 * 60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000];
/** The ledger, which says for how long, is asked again after this: another process may have mended things. */
const longestHoldOffMs = 10 * 60_000;

export interface CertificatesOptions {
  database: Database;
  /** Who may issue for a set of names: the first is asked; the next one where that fails. */
  issuersFor: (names: readonly string[]) => readonly Issuer[];
  clock: Clock;
  random: Random;
  events: EventBus;
}

/** A set of names that is set in certificates. */
interface NameSet {
  key: string;
  names: string[];
  /** Newest first, as the database has them. */
  generations: Generation[];
  failures: number;
  /** Of the monotonic clock. */
  heldOffUntilMs: number;
  running: Promise<void> | undefined;
  /** What the authority suggested last, for which generation. */
  advice: StoredAdvice | undefined;
  isAskingAdvice: boolean;
}

/** Obtains, keeps, renews and chooses certificates. Safe to use from several processes on one store. */
export class Certificates {
  readonly #options: CertificatesOptions;
  readonly #sets = new Map<string, NameSet>();
  /** Drawn once for each generation, so that its moment of renewal stays where it is. */
  readonly #jitters = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #issuing = new Pool(maxParallel);
  readonly #asking = new Pool(maxParallel);
  readonly #running = new Set<Promise<void>>();
  #timer: Timer | undefined;

  constructor(options: CertificatesOptions) {
    this.#options = options;
  }

  /**
   * Sees to it that there is a certificate for each set of names: issues what is missing or due, several at once. From
   * now on these sets are the ones that are set renewed.
   * @returns what is to be served for each, in the same order. Where issuing failed but an older one is there, that one
   *   (the failure is an event); it is tried again by itself once `start` was called.
   * @throws EveryhopError of the first set for which there is nothing at all; the others are done nevertheless.
   */
  async ensure(nameSets: readonly (readonly string[])[]): Promise<Generation[]> {
    const wanted = nameSets.map((names) => this.#setOf(names));
    const each = new Set(wanted);
    for (const set of this.#sets.values()) if (!each.has(set)) this.#sets.delete(set.key);
    await this.#read([...each]);
    const outcomes = await Promise.allSettled(wanted.map((set) => this.#ensureOne(set)));
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  /**
   * Issues a new certificate for these names now, although the present one is good. What is served changes by the event
   * `certificate.ready`.
   * @param names a set that `ensure` was asked for.
   * @throws EveryhopError; the present one then goes on.
   */
  async renew(names: readonly string[]): Promise<Generation> {
    const set = this.#sets.get(nameSetKey(names))!;
    // One that is under way may have been decided on before whatever this is for.
    await set.running?.catch(() => {});
    await this.#replace(set, this.#served(set)?.id);
    return this.#served(set)!;
  }

  /** As `ensure`, for one more set beside those that are set. */
  async ensureAlso(names: readonly string[]): Promise<Generation> {
    const set = this.#setOf(names);
    await this.#read([set]);
    return this.#ensureOne(set);
  }

  /**
   * What the store has for these names, which are set renewed from now on; nothing is issued.
   * @returns undefined where there is nothing that can be served.
   */
  async load(names: readonly string[]): Promise<Generation | undefined> {
    const set = this.#setOf(names);
    await this.#read([set]);
    return this.#served(set);
  }

  /** What is to be served for these names now; undefined for names that `ensure` was not asked for. */
  current(names: readonly string[]): Generation | undefined {
    return this.#served(this.#sets.get(nameSetKey(names)));
  }

  /** What is to be done for these names next, and why; for status reports. */
  decision(names: readonly string[]): Decision | undefined {
    const set = this.#sets.get(nameSetKey(names));
    return set && this.#decide(set);
  }

  /** From now on renews what falls due, until `stop`. */
  start(): void {
    this.#timer ??= this.#options.clock.after(checkIntervalMs, () => {
      this.#timer = undefined;
      if (this.#stopping.signal.aborted) return;
      this.start();
      this.#renewDue();
    });
  }

  /** Ends renewals, and those under way. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#stopping.abort();
    await Promise.allSettled(this.#running);
  }

  #renewDue(): void {
    for (const set of this.#sets.values()) {
      this.#refreshAdvice(set);
      // A failure has been told as an event by then.
      if (this.#decide(set).action !== 'wait') this.#replace(set).catch(() => {});
    }
  }

  #setOf(names: readonly string[]): NameSet {
    const key = nameSetKey(names);
    const set = this.#sets.get(key) ?? {
      key,
      names: key.split(' '),
      generations: [],
      failures: 0,
      heldOffUntilMs: 0,
      running: undefined,
      advice: undefined,
      isAskingAdvice: false,
    };
    this.#sets.set(key, set);
    return set;
  }

  /** Of a set that has been read. */
  async #ensureOne(set: NameSet): Promise<Generation> {
    let failure: unknown;
    if (this.#decide(set).action !== 'wait' || !this.#served(set)) {
      await this.#replace(set).catch((error: unknown) => void (failure = error));
    }
    const chosen = this.#served(set);
    if (!chosen) throw failure;
    return chosen;
  }

  /** Many at once: a store of a hundred thousand is read in seconds. */
  async #read(wanted: readonly NameSet[]): Promise<void> {
    const { database } = this.#options;
    for (let at = 0; at < wanted.length; at += setsPerQuery) {
      const some = wanted.slice(at, at + setsPerQuery);
      const keys = some.map(({ key }) => key);
      const generations = await readGenerationsOf(database, keys);
      for (const set of some) set.generations = generations.get(set.key) ?? [];
      const served = some.flatMap((set) => this.#served(set)?.id ?? []);
      const advice = await readAdvice(database, served);
      for (const set of some) set.advice = advice.get(this.#served(set)?.id ?? '');
    }
  }

  #served(set: NameSet | undefined): Generation | undefined {
    return set && choose(this.#options.clock.now(), set.generations);
  }

  #decide(set: NameSet): Decision {
    const { clock } = this.#options;
    return decide(clock.now(), this.#served(set), {
      renewAtMs: (life) => {
        const generation = life as Generation;
        const usualMs = renewalMomentMs(generation, this.#jitterOf(generation));
        const advisedMs = set.advice?.generation === generation.id ? set.advice.renewAtMs : undefined;
        if (advisedMs === undefined) return usualMs;
        const former = set.generations[set.generations.findIndex(({ id }) => id === generation.id) + 1];
        return advisedMomentMs(advisedMs, usualMs, generation, former);
      },
      unwanted: !this.#options.issuersFor(set.names).some(({ name }) => name === this.#served(set)?.issuer),
      holdOffMs: Math.max(0, set.heldOffUntilMs - clock.monotonic()),
    });
  }

  #jitterOf({ id }: Generation): number {
    const steps = 1024;
    const jitter = this.#jitters.get(id) ?? this.#options.random.integer(steps) / steps;
    this.#jitters.set(id, jitter);
    return jitter;
  }

  /** Once at a time for each set, whoever asks. `unwanted`: the generation that is replaced although it is good. */
  #replace(set: NameSet, unwanted?: string): Promise<void> {
    if (set.running) return set.running;
    const running = this.#issuing
      .run(() => this.#replaceNow(set, unwanted))
      .finally(() => {
        set.running = undefined;
        this.#running.delete(running);
      });
    set.running = running;
    this.#running.add(running);
    return running;
  }

  async #replaceNow(set: NameSet, unwanted: string | undefined): Promise<void> {
    try {
      await this.#options.database.lock('issue', () => this.#issue(set, unwanted), this.#stopping.signal);
      set.failures = 0;
      set.heldOffUntilMs = 0;
    } catch (error) {
      const { clock } = this.#options;
      const isHeldOff = error instanceof HoldOffError;
      const pauseMs = holdOffsMs[Math.min(set.failures, holdOffsMs.length - 1)]!;
      if (!isHeldOff) set.failures += 1;
      const holdOffMs = isHeldOff ? Math.min(Math.max(error.untilMs - clock.now(), 0), longestHoldOffMs) : pauseMs;
      set.heldOffUntilMs = clock.monotonic() + holdOffMs;
      if (!isHeldOff && error instanceof EveryhopError && !this.#stopping.signal.aborted) {
        this.#options.events.emit({
          type: 'certificate.failed',
          names: set.names,
          error: error.data(),
        });
      }
      throw error;
    }
  }

  /** Under the lock: another process may have issued in the meantime, so what there is is read again first. */
  async #issue(set: NameSet, unwanted: string | undefined): Promise<void> {
    const { database, clock, random } = this.#options;
    const before = this.#served(set);
    set.generations = await readGenerations(database, set.key);
    const found = this.#served(set);
    if (this.#decide(set).reason === 'good' && found?.id !== unwanted) {
      if (found && found.id !== before?.id) this.#announce(found);
      return;
    }
    const { issuer, issuance } = await this.#issueInOrder(set);
    const generation: Generation = {
      ...issuance,
      id: random.bytes(16).toString('hex'),
      names: set.names,
      issuer: issuer.name,
      serial: issuance.serial.toLowerCase(),
      // The newest stays the newest, also where the clock stands still or was set back.
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
    this.#refreshAdvice(set);
  }

  /** Asks the authority when to renew what is served, where it is time to ask. */
  #refreshAdvice(set: NameSet): void {
    const { clock, database, random, issuersFor } = this.#options;
    const served = this.#served(set);
    if (!served || set.isAskingAdvice || served.revokedMs !== undefined) return;
    if (set.advice?.generation === served.id && !isAdviceDue(set.advice, clock.now())) return;
    const issuer = issuersFor(set.names).find(({ name }) => name === served.issuer);
    if (!issuer?.advise) return;
    const former = set.advice?.generation === served.id ? set.advice : undefined;
    const ask = async (): Promise<void> => {
      if (this.#stopping.signal.aborted) return;
      const said = await issuer.advise!(served.chainPem, this.#stopping.signal).catch(() => undefined);
      if (this.#stopping.signal.aborted) return;
      const advice = adviceFrom(served.id, said, former, clock.now(), random);
      await writeAdvice(database, advice);
      set.advice = advice;
    };
    set.isAskingAdvice = true;
    void this.#asking
      .run(ask)
      .catch(() => {}) // a store that fails is told of by whatever needs it
      .finally(() => (set.isAskingAdvice = false));
  }

  #announce({ id, names, serial, notAfterMs }: Generation): void {
    this.#options.events.emit({ type: 'certificate.ready', names, serial, notAfterMs, generation: id });
  }

  /** The first failure is the one that is told: it is the first authority that was wanted. */
  async #issueInOrder(set: NameSet): Promise<{ issuer: Issuer; issuance: Issuance }> {
    const { clock, issuersFor } = this.#options;
    const issuers = issuersFor(set.names).filter((candidate) => candidate.permits?.(set.names) ?? true);
    let failure: unknown = certificatesError('certificates.no-issuer', { names: set.names.join(', ') });
    for (const [index, issuer] of issuers.entries()) {
      try {
        const issuance = await this.#issueFrom(issuer, set);
        verifyIssuance(set.names, issuance, clock.now());
        return { issuer, issuance };
      } catch (error) {
        if (index === 0) failure = error;
        if (this.#stopping.signal.aborted) break;
      }
    }
    throw failure;
  }

  async #issueFrom(issuer: Issuer, set: NameSet): Promise<Issuance> {
    const { names } = set;
    try {
      return await issuer.issue(names, this.#stopping.signal, this.#served(set));
    } catch (error) {
      if (error instanceof EveryhopError) throw error;
      const params = { issuer: issuer.name, names: names.join(', '), reason: describeError(error) };
      throw certificatesError('certificates.issue-failed', params, { cause: error });
    }
  }
}
