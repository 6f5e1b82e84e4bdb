/** Lets so many work at the same time; the others wait, and come in the order in which they asked. */
export class Turns {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  /** Of those in `#waiting`, so many at its beginning have been called: taking off the first one of very many is slow. */
  #called = 0;
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `work` when its turn has come. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  #passOn(): void {
    const next = this.#waiting[this.#called];
    if (!next) {
      this.#running -= 1;
      return;
    }
    this.#called += 1;
    if (this.#called * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#called);
      this.#called = 0;
    }
    next();
  }
}
