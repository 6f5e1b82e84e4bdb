import type { Clock } from '../base/clock.ts';
import type { Rate } from '../config/quantities.ts';

/** A bucket and its name in a map: about 150 bytes. Two maps of these are about 20 MB. */
const mostBuckets = 65_536;
/** Float rounding must not refuse the last request of a full bucket. */
const toleranceMs = 0.01;

/** The uses of buckets by one worker, for the others: bucket names and milliseconds alternate. */
export type RateUses = (string | number)[];

/**
 * Token buckets by name. A bucket is one number, the time at which it is full again (GCRA); a full one need not exist. So a
 * bucket that has not been asked for during the longest period can be forgotten, and is: of two maps the older is dropped,
 * each period or once the newer is full. To have a bucket forgotten before its time, a visitor needs `mostBuckets` other names,
 * and could send through each of these what it gains.
 *
 * With several workers, each takes from its own buckets and tells the others (`uses`, `add`). What they took meanwhile is taken
 * later, even from an empty bucket: over any long time the rate is exact, and at once a visitor gets at most one full bucket
 * from each worker.
 */
export class Buckets {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #workers: number;
  readonly #onUse: (() => void) | undefined;
  /** When each bucket is full again. */
  #recent = new Map<string, number>();
  #older = new Map<string, number>();
  #sinceMs: number;
  #longestMs = 1000;
  #uses = new Map<string, number>();

  /**
   * @param workers that share the buckets; with 1, nothing is to be told.
   * @param onUse called for the first use after `uses`.
   */
  constructor(clock: Pick<Clock, 'monotonic'>, workers = 1, onUse?: () => void) {
    this.#clock = clock;
    this.#workers = workers;
    this.#onUse = onUse;
    this.#sinceMs = clock.monotonic();
  }

  /**
   * Takes one token. The bucket holds `rate.count` and is full at first.
   * @param name the visitor, and what is limited.
   * @returns 0, or if the bucket is empty the milliseconds until it has one token; nothing is taken then.
   */
  take(name: string, rate: Rate): number {
    const { count, periodMs } = rate;
    const nowMs = this.#clock.monotonic();
    this.#turn(nowMs, periodMs);
    const each = periodMs / count;
    const fullMs = this.#fullMs(name, nowMs, periodMs * this.#workers);
    const waitMs = fullMs + each - nowMs - periodMs;
    if (waitMs > toleranceMs) {
      this.#recent.set(name, fullMs);
      return waitMs;
    }
    this.#recent.set(name, fullMs + each);
    if (this.#workers > 1) this.#use(name, each);
    return 0;
  }

  /** What was taken here since the last call; undefined: nothing. Only from the first `mostUses` buckets. */
  uses(): RateUses | undefined {
    if (this.#uses.size === 0) return undefined;
    const uses: RateUses = [];
    for (const [name, ms] of this.#uses) {
      uses.push(name, ms);
      if (uses.length >= 2 * mostUses) break;
    }
    this.#uses = new Map();
    return uses;
  }

  /** Takes what other workers took. */
  add(uses: RateUses): void {
    const nowMs = this.#clock.monotonic();
    this.#turn(nowMs, 0);
    for (let at = 0; at + 1 < uses.length; at += 2) {
      const name = uses[at] as string;
      this.#recent.set(name, this.#fullMs(name, nowMs, Infinity) + (uses[at + 1] as number));
    }
  }

  #use(name: string, ms: number): void {
    if (this.#uses.size === 0) this.#onUse?.();
    this.#uses.set(name, (this.#uses.get(name) ?? 0) + ms);
  }

  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  /** @param mostMs the longest that other workers can have it owe. */
  #fullMs(name: string, nowMs: number, mostMs: number): number {
    const fullMs = this.#recent.get(name) ?? this.#older.get(name) ?? nowMs;
    return Math.min(Math.max(fullMs, nowMs), nowMs + mostMs);
  }

  #turn(nowMs: number, periodMs: number): void {
    if (periodMs > this.#longestMs) this.#longestMs = periodMs;
    if (this.#recent.size < mostBuckets && nowMs - this.#sinceMs < this.#longestMs) return;
    this.#older = this.#recent;
    this.#recent = new Map();
    this.#sinceMs = nowMs;
  }
}

/** A flood from more addresses than this within one report is not told to the other workers in full. */
export const mostUses = 10_000;
