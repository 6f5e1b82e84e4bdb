import type { Clock } from '../../base/clock.ts';
import { clientKey } from '../admission.ts';

/** A person mistypes a few times. */
const freeOfUser = 5;
/** For all users of an address together: an office may share one. */
const freeOfAddress = 30;
const firstDelayMs = 1000;
const longestDelayMs = 60_000;
/** Failures count for this long after the last one. */
const memoryMs = 10 * 60_000;
const mostEntries = 20_000;

interface Failures {
  count: number;
  lastMs: number;
  /** No attempt before. */
  untilMs: number;
}

/**
 * Slows down guesses: after a few failures, an address waits twice as long each time. It counts by address, and by user and
 * address, never by user alone, so that a stranger cannot lock a user out.
 */
export class LogInDelay {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** The least recent failure first. */
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /**
   * Begins an attempt, which counts as a failure until `succeed`, so that many at once gain nothing.
   * @returns milliseconds to wait; 0: go on.
   */
  begin(address: string, user: string): number {
    const nowMs = this.#clock.monotonic();
    const keys = keysOf(address, user);
    const waitMs = Math.max(...keys.map(({ key }) => (this.#failures.get(key)?.untilMs ?? 0) - nowMs));
    if (waitMs > 0) return waitMs;
    for (const { key, free } of keys) this.#add(key, free, nowMs);
    return 0;
  }

  /** The attempt was right: earlier mistakes of this user at this address are forgiven. */
  succeed(address: string, user: string): void {
    this.withdraw(address, user);
    this.#failures.delete(keysOf(address, user)[0].key);
  }

  /** The attempt was neither right nor wrong. */
  withdraw(address: string, user: string): void {
    for (const { key } of keysOf(address, user)) {
      const failures = this.#failures.get(key);
      if (!failures) continue;
      failures.count -= 1;
      failures.untilMs = 0; // it was in the past when the attempt began
      if (failures.count <= 0) this.#failures.delete(key);
    }
  }

  #add(key: string, free: number, nowMs: number): void {
    const former = this.#failures.get(key);
    this.#failures.delete(key);
    const count = former && nowMs - former.lastMs < memoryMs ? former.count + 1 : 1;
    const delayMs = count < free ? 0 : Math.min(firstDelayMs * 2 ** (count - free), longestDelayMs);
    this.#failures.set(key, { count, lastMs: nowMs, untilMs: nowMs + delayMs });
    if (this.#failures.size > mostEntries) this.#failures.delete(this.#failures.keys().next().value!);
  }
}

function keysOf(address: string, user: string): [{ key: string; free: number }, { key: string; free: number }] {
  const client = clientKey(address);
  return [
    { key: `${client} ${user}`, free: freeOfUser },
    { key: client, free: freeOfAddress },
  ];
}
