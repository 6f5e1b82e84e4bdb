import { withinTime } from '../acme/wait.ts';
import type { Clock } from '../base/clock.ts';
import type { EventBus } from '../base/events.ts';
import { Pool } from '../base/pool.ts';
import type { Random } from '../base/random.ts';
import type { Database } from '../store/database.ts';
import { adviceFrom, isAdviceDue, type StoredAdvice, writeAdvice } from './advice.ts';
import type { Generation } from './generation.ts';
import type { Issuer } from './issuer.ts';

/** Queries at a time. */
const maxParallel = 4;
/** Limit of one query with its retries: a person may be waiting for it. */
const queryLimitMs = 20_000;

export interface AdvisorOptions {
  database: Database;
  clock: Clock;
  random: Random;
  events: EventBus;
}

/** Asks authorities for renewal advice when a query is due, and stores the answers. */
export class Advisor {
  readonly #options: AdvisorOptions;
  readonly #pool = new Pool(maxParallel);
  /** By generation. */
  readonly #queries = new Map<string, Promise<StoredAdvice | undefined>>();

  constructor(options: AdvisorOptions) {
    this.#options = options;
  }

  /**
   * The advice for a generation, after a query if one is due. Never rejects: without an answer, the former advice stays.
   * @param issuer the one that issued it; undefined if it is no longer configured.
   * @param former the last advice for any generation.
   */
  consult(
    generation: Generation,
    issuer: Issuer | undefined,
    former: StoredAdvice | undefined,
    signal: AbortSignal,
  ): Promise<StoredAdvice | undefined> {
    const own = former?.generation === generation.id ? former : undefined;
    const isDue = !own || isAdviceDue(own, this.#options.clock.now());
    if (!issuer?.advise || generation.revokedMs !== undefined || !isDue) return Promise.resolve(own);
    let query = this.#queries.get(generation.id);
    if (!query) {
      query = this.#pool
        .run(() => this.#query(generation, issuer, own, signal))
        .catch(() => own) // the next operation that needs the store reports its failure
        .finally(() => this.#queries.delete(generation.id));
      this.#queries.set(generation.id, query);
    }
    return query;
  }

  async #query(
    { id, names, chainPem }: Generation,
    issuer: Issuer,
    former: StoredAdvice | undefined,
    signal: AbortSignal,
  ): Promise<StoredAdvice | undefined> {
    const { clock, database, random, events } = this.#options;
    if (signal.aborted) return former;
    const late = (): Error => new Error('no advice in time');
    const said = await withinTime(clock, queryLimitMs, late, signal, (limit) => issuer.advise!(chainPem, limit)).catch(
      () => undefined,
    );
    if (signal.aborted) return former;
    const advice = adviceFrom(id, said, former, clock.now(), random);
    await writeAdvice(database, advice);
    const { renewAtMs, explanationUrl } = advice;
    const isNew = renewAtMs !== former?.renewAtMs || explanationUrl !== former?.explanationUrl;
    if (isNew && renewAtMs !== undefined) events.emit({ type: 'renewal.advised', names, renewAtMs, explanationUrl });
    return advice;
  }
}
