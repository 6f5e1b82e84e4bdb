/** Runs at most `limit` tasks at a time. The rest wait and start in call order. */
export class Pool {
  readonly #limit: number;
  readonly #waiting: Waiter[] = [];
  /** Index of the first waiter still in line. `shift` on a long array is slow. */
  #first = 0;
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Runs `work` as soon as a slot is free, synchronously if one is free now. The slot is released on failure, too.
   * @param signal if it aborts before the work has started, the work never starts and the call rejects with its reason.
   */
  async run<T>(work: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#running >= this.#limit) await this.#room(signal);
    else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  /** Runs `work` for every item and returns the results in item order. Rejects with the first failure. */
  map<T, R>(items: Iterable<T>, work: (item: T) => R | Promise<R>): Promise<R[]> {
    return Promise.all(Array.from(items, (item) => this.run(() => work(item))));
  }

  #room(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiter.hasLeft = true;
        reject(signal!.reason as Error);
      };
      const start = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const waiter: Waiter = { start, hasLeft: false };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #passOn(): void {
    let next = this.#waiting[this.#first];
    while (next?.hasLeft) next = this.#waiting[(this.#first += 1)];
    if (next) {
      this.#first += 1;
      next.start();
    } else {
      this.#running -= 1;
    }
    if (this.#first * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#first);
      this.#first = 0;
    }
  }
}

interface Waiter {
  start: () => void;
  /** Aborted while waiting. */
  hasLeft: boolean;
}
