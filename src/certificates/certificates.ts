import type { Clock, Timer } from '../base/clock.ts';
import { describeError, EveryhopError } from '../base/errors.ts';
import type { EventBus } from '../base/events.ts';
import { Pool } from '../base/pool.ts';
import type { Random } from '../base/random.ts';
import type { Database } from '../store/database.ts';
import { adviceFrom, isToAskAgain, readAdvice, type StoredAdvice, writeAdvice } from './advice.ts';
import { advisedMomentMs, type Decision, choose, decide, renewalMomentMs, superfluous } from './decide.ts';
import {
  deleteGeneration,
  type Generation,
  nameSetKey,
  readGenerations,
  readGenerationsOf,
  writeGeneration,
} from './generation.ts';
import { HeldOff, type Issuance, type Issuer } from './issuer.ts';
import { certificatesError } from './messages.ts';
import { verifyIssuance } from './verify.ts';

/** So many certificates are asked for at once, and so many pieces of advice beside them. */
const parallel = 4;

/** So many sets of names are read from the store by one query. */
const readTogether = 256;

/** How often it is looked whether something is due: the wall clock may be set, and a machine may have slept. */
const lookEveryMs = 60_000;

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

/** A set of names that is kept in certificates. */
interface Kept {
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
  isAsking: boolean;
}

/** Obtains, keeps, renews and chooses certificates. Safe to use from several processes on one store. */
export class Certificates {
  readonly #options: CertificatesOptions;
  readonly #kept = new Map<string, Kept>();
  /** Drawn once for each generation, so that its moment of renewal stays where it is. */
  readonly #jitters = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #issuing = new Pool(parallel);
  readonly #asking = new Pool(parallel);
  readonly #running = new Set<Promise<void>>();
  #timer: Timer | undefined;

  constructor(options: CertificatesOptions) {
    this.#options = options;
  }

  /**
   * Sees to it that there is a certificate for each set of names: issues what is missing or due, several at once. From
   * now on these sets are the ones that are kept renewed.
   * @returns what is to be served for each, in the same order. Where issuing failed but an older one is there, that one
   *   (the failure is an event); it is tried again by itself once `start` was called.
   * @throws EveryhopError of the first set for which there is nothing at all; the others are done nevertheless.
   */
  async ensure(nameSets: readonly (readonly string[])[]): Promise<Generation[]> {
    const wanted = nameSets.map((names) => this.#keep(names));
    const each = new Set(wanted);
    for (const kept of this.#kept.values()) if (!each.has(kept)) this.#kept.delete(kept.key);
    await this.#read([...each]);
    const outcomes = await Promise.allSettled(wanted.map((kept) => this.#ensureOne(kept)));
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
    const kept = this.#kept.get(nameSetKey(names))!;
    // One that is under way may have been decided on before whatever this is for.
    await kept.running?.catch(() => {});
    await this.#replace(kept, this.#served(kept)?.id);
    return this.#served(kept)!;
  }

  /** As `ensure`, for one more set beside those that are kept. */
  async ensureAlso(names: readonly string[]): Promise<Generation> {
    const kept = this.#keep(names);
    await this.#read([kept]);
    return this.#ensureOne(kept);
  }

  /**
   * What the store has for these names, which are kept renewed from now on; nothing is issued.
   * @returns undefined where there is nothing that can be served.
   */
  async stored(names: readonly string[]): Promise<Generation | undefined> {
    const kept = this.#keep(names);
    await this.#read([kept]);
    return this.#served(kept);
  }

  /** What is to be served for these names now; undefined for names that `ensure` was not asked for. */
  current(names: readonly string[]): Generation | undefined {
    return this.#served(this.#kept.get(nameSetKey(names)));
  }

  /** What is to be done for these names next, and why; for status reports. */
  decision(names: readonly string[]): Decision | undefined {
    const kept = this.#kept.get(nameSetKey(names));
    return kept && this.#decide(kept);
  }

  /** From now on renews what falls due, until `stop`. */
  start(): void {
    this.#timer ??= this.#options.clock.after(lookEveryMs, () => {
      this.#timer = undefined;
      if (this.#stopping.signal.aborted) return;
      this.start();
      this.#look();
    });
  }

  /** Ends renewals, and those under way. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#stopping.abort();
    await Promise.allSettled(this.#running);
  }

  #look(): void {
    for (const kept of this.#kept.values()) {
      this.#seekAdvice(kept);
      // A failure has been told as an event by then.
      if (this.#decide(kept).action !== 'wait') this.#replace(kept).catch(() => {});
    }
  }

  #keep(names: readonly string[]): Kept {
    const key = nameSetKey(names);
    const kept = this.#kept.get(key) ?? {
      key,
      names: key.split(' '),
      generations: [],
      failures: 0,
      heldOffUntilMs: 0,
      running: undefined,
      advice: undefined,
      isAsking: false,
    };
    this.#kept.set(key, kept);
    return kept;
  }

  /** Of a set that has been read. */
  async #ensureOne(kept: Kept): Promise<Generation> {
    let failure: unknown;
    if (this.#decide(kept).action !== 'wait' || !this.#served(kept)) {
      await this.#replace(kept).catch((error: unknown) => void (failure = error));
    }
    const chosen = this.#served(kept);
    if (!chosen) throw failure;
    return chosen;
  }

  /** Many at once: a store of a hundred thousand is read in seconds. */
  async #read(wanted: readonly Kept[]): Promise<void> {
    const { database } = this.#options;
    for (let at = 0; at < wanted.length; at += readTogether) {
      const some = wanted.slice(at, at + readTogether);
      const keys = some.map(({ key }) => key);
      const generations = await readGenerationsOf(database, keys);
      for (const kept of some) kept.generations = generations.get(kept.key) ?? [];
      const served = some.flatMap((kept) => this.#served(kept)?.id ?? []);
      const advice = await readAdvice(database, served);
      for (const kept of some) kept.advice = advice.get(this.#served(kept)?.id ?? '');
    }
  }

  #served(kept: Kept | undefined): Generation | undefined {
    return kept && choose(this.#options.clock.now(), kept.generations);
  }

  #decide(kept: Kept): Decision {
    const { clock } = this.#options;
    return decide(clock.now(), this.#served(kept), {
      renewAtMs: (life) => {
        const generation = life as Generation;
        const usualMs = renewalMomentMs(generation, this.#jitterOf(generation));
        const advisedMs = kept.advice?.generation === generation.id ? kept.advice.renewAtMs : undefined;
        if (advisedMs === undefined) return usualMs;
        const former = kept.generations[kept.generations.findIndex(({ id }) => id === generation.id) + 1];
        return advisedMomentMs(advisedMs, usualMs, generation, former);
      },
      unwanted: !this.#options.issuersFor(kept.names).some(({ name }) => name === this.#served(kept)?.issuer),
      holdOffMs: Math.max(0, kept.heldOffUntilMs - clock.monotonic()),
    });
  }

  #jitterOf({ id }: Generation): number {
    const steps = 1024;
    const jitter = this.#jitters.get(id) ?? this.#options.random.integer(steps) / steps;
    this.#jitters.set(id, jitter);
    return jitter;
  }

  /** Once at a time for each set, whoever asks. `unwanted`: the generation that is replaced although it is good. */
  #replace(kept: Kept, unwanted?: string): Promise<void> {
    if (kept.running) return kept.running;
    const running = this.#issuing
      .run(() => this.#replaceNow(kept, unwanted))
      .finally(() => {
        kept.running = undefined;
        this.#running.delete(running);
      });
    kept.running = running;
    this.#running.add(running);
    return running;
  }

  async #replaceNow(kept: Kept, unwanted: string | undefined): Promise<void> {
    try {
      await this.#options.database.lock('issue', () => this.#issue(kept, unwanted), this.#stopping.signal);
      kept.failures = 0;
      kept.heldOffUntilMs = 0;
    } catch (error) {
      const { clock } = this.#options;
      const isHeldOff = error instanceof HeldOff;
      const pauseMs = holdOffsMs[Math.min(kept.failures, holdOffsMs.length - 1)]!;
      if (!isHeldOff) kept.failures += 1;
      const holdOffMs = isHeldOff ? Math.min(Math.max(error.untilMs - clock.now(), 0), longestHoldOffMs) : pauseMs;
      kept.heldOffUntilMs = clock.monotonic() + holdOffMs;
      if (!isHeldOff && error instanceof EveryhopError && !this.#stopping.signal.aborted) {
        this.#options.events.emit({
          type: 'certificate.failed',
          names: kept.names,
          error: error.data(),
        });
      }
      throw error;
    }
  }

  /** Under the lock: another process may have issued in the meantime, so what there is is read again first. */
  async #issue(kept: Kept, unwanted: string | undefined): Promise<void> {
    const { database, clock, random } = this.#options;
    const before = this.#served(kept);
    kept.generations = await readGenerations(database, kept.key);
    const found = this.#served(kept);
    if (this.#decide(kept).reason === 'good' && found?.id !== unwanted) {
      if (found && found.id !== before?.id) this.#announce(found);
      return;
    }
    const { issuer, issuance } = await this.#askInTurn(kept);
    const generation: Generation = {
      ...issuance,
      id: random.bytes(16).toString('hex'),
      names: kept.names,
      issuer: issuer.name,
      serial: issuance.serial.toLowerCase(),
      // The newest stays the newest, also where the clock stands still or was set back.
      createdMs: Math.max(clock.now(), 1 + Math.max(0, ...kept.generations.map(({ createdMs }) => createdMs))),
      revokedMs: undefined,
    };
    const generations = [generation, ...kept.generations];
    const gone = superfluous(clock.now(), generations);
    await database.transaction(async (inner) => {
      await writeGeneration(inner, generation);
      for (const { id } of gone) await deleteGeneration(inner, id);
    });
    kept.generations = generations.filter((one) => !gone.includes(one));
    this.#announce(generation);
    this.#seekAdvice(kept);
  }

  /** Asks the authority when to renew what is served, where it is time to ask. */
  #seekAdvice(kept: Kept): void {
    const { clock, database, random, issuersFor } = this.#options;
    const served = this.#served(kept);
    if (!served || kept.isAsking || served.revokedMs !== undefined) return;
    if (kept.advice?.generation === served.id && !isToAskAgain(kept.advice, clock.now())) return;
    const issuer = issuersFor(kept.names).find(({ name }) => name === served.issuer);
    if (!issuer?.advise) return;
    const former = kept.advice?.generation === served.id ? kept.advice : undefined;
    const ask = async (): Promise<void> => {
      if (this.#stopping.signal.aborted) return;
      const said = await issuer.advise!(served.chainPem, this.#stopping.signal).catch(() => undefined);
      if (this.#stopping.signal.aborted) return;
      const advice = adviceFrom(served.id, said, former, clock.now(), random);
      await writeAdvice(database, advice);
      kept.advice = advice;
    };
    kept.isAsking = true;
    void this.#asking
      .run(ask)
      .catch(() => {}) // a store that fails is told of by whatever needs it
      .finally(() => (kept.isAsking = false));
  }

  #announce({ id, names, serial, notAfterMs }: Generation): void {
    this.#options.events.emit({ type: 'certificate.ready', names, serial, notAfterMs, generation: id });
  }

  /** The first failure is the one that is told: it is the first authority that was wanted. */
  async #askInTurn(kept: Kept): Promise<{ issuer: Issuer; issuance: Issuance }> {
    const { clock, issuersFor } = this.#options;
    const issuers = issuersFor(kept.names).filter((candidate) => candidate.permits?.(kept.names) ?? true);
    let failure: unknown = certificatesError('certificates.no-issuer', { names: kept.names.join(', ') });
    for (const [index, issuer] of issuers.entries()) {
      try {
        const issuance = await this.#ask(issuer, kept);
        verifyIssuance(kept.names, issuance, clock.now());
        return { issuer, issuance };
      } catch (error) {
        if (index === 0) failure = error;
        if (this.#stopping.signal.aborted) break;
      }
    }
    throw failure;
  }

  async #ask(issuer: Issuer, kept: Kept): Promise<Issuance> {
    const { names } = kept;
    try {
      return await issuer.issue(names, this.#stopping.signal, this.#served(kept));
    } catch (error) {
      if (error instanceof EveryhopError) throw error;
      const params = { issuer: issuer.name, names: names.join(', '), reason: describeError(error) };
      throw certificatesError('certificates.issue-failed', params, { cause: error });
    }
  }
}
