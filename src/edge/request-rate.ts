import type { Clock } from '../base/clock.ts';
import { clientKey } from './admission.ts';

/** Enough for a page that asks every two seconds, on several devices behind one address. */
const requestsPerMinute = 300;
const mostClients = 10_000;

/** Counts requests by client address, in minutes. */
export class RequestRate {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #counts = new Map<string, number>();
  #minute = 0;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Counts one more. False: too many in this minute. */
  admits(address: string): boolean {
    const minute = Math.floor(this.#clock.monotonic() / 60_000);
    if (minute !== this.#minute || this.#counts.size >= mostClients) this.#counts.clear();
    this.#minute = minute;
    const key = clientKey(address);
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count <= requestsPerMinute;
  }
}
