import { Pool } from './pool.ts';

/** Runs one task at a time, in call order. A failed task does not stop the rest. */
export class Queue {
  readonly #pool = new Pool(1);

  /** As `Pool.run`. A task that waits for another in the same queue deadlocks. */
  run<T>(work: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#pool.run(work, signal);
  }
}
