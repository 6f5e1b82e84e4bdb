import { Pool } from './pool.ts';

/** Runs one piece of work at a time, in the order of the calls. A failed one does not stop those behind it. */
export class Queue {
  readonly #pool = new Pool(1);

  /** As `Pool.run`. Work that waits for its own queue waits forever. */
  run<T>(work: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#pool.run(work, signal);
  }
}
