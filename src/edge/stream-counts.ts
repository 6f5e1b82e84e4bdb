/** Names of visitors and numbers of their streams; names and numbers alternate. */
export type StreamNumbers = (string | number)[];

/**
 * Streams that are open, by visitor, here and in the other workers. Those of the others are as of their last report, so
 * requests that arrive together at several workers can exceed the limit by what each of them admits.
 */
export class StreamCounts {
  readonly #isShared: boolean;
  readonly #onChange: (() => void) | undefined;
  readonly #own = new Map<string, number>();
  readonly #others = new Map<string, number>();
  #changed = new Set<string>();

  /**
   * @param workers see `Buckets`.
   * @param onChange called for the first change after `changes`.
   */
  constructor(workers = 1, onChange?: () => void) {
    this.#isShared = workers > 1;
    this.#onChange = onChange;
  }

  /** Counts one more until `end`. False: `most` are open. */
  begin(name: string, most: number): boolean {
    const own = this.#own.get(name) ?? 0;
    if (own + (this.#others.get(name) ?? 0) >= most) return false;
    this.#own.set(name, own + 1);
    if (this.#isShared) this.#note(name);
    return true;
  }

  end(name: string): void {
    const count = this.#own.get(name)! - 1;
    if (count === 0) this.#own.delete(name);
    else this.#own.set(name, count);
    if (this.#isShared) this.#note(name);
  }

  #note(name: string): void {
    if (this.#changed.size === 0) this.#onChange?.();
    this.#changed.add(name);
  }

  /** The present numbers that changed here since the last call, 0 for none; undefined: nothing changed. */
  changes(): StreamNumbers | undefined {
    if (this.#changed.size === 0) return undefined;
    const numbers: StreamNumbers = [];
    for (const name of this.#changed) numbers.push(name, this.#own.get(name) ?? 0);
    this.#changed = new Set();
    return numbers;
  }

  /** @param numbers of all other workers together. */
  set(numbers: StreamNumbers): void {
    for (let at = 0; at + 1 < numbers.length; at += 2) {
      const [name, count] = [numbers[at] as string, numbers[at + 1] as number];
      if (count > 0) this.#others.set(name, count);
      else this.#others.delete(name);
    }
  }

  get size(): number {
    return this.#own.size + this.#others.size;
  }
}
