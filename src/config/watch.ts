import { stat } from 'node:fs/promises';
import type { Clock, Timer } from '../base/clock.ts';

const lookEveryMs = 1000;

/**
 * Calls `changed` once a file differs from how it was, and has stayed the same for a second (editors write in several
 * steps). Looks at the files themselves: notifications are missing on network and container mounts, and are tied to a
 * file that an editor may have replaced.
 */
export class FileWatch {
  readonly #files: readonly string[];
  readonly #clock: Clock;
  readonly #changed: () => void;
  #settled: string | undefined;
  #last: string | undefined;
  #ended = false;
  #timer: Timer | undefined;

  constructor(files: readonly string[], clock: Clock, changed: () => void) {
    this.#files = files;
    this.#clock = clock;
    this.#changed = changed;
    void this.#look();
  }

  /** Whoever calls this reads the files now: as they are, they need not be told of. */
  async seen(): Promise<void> {
    this.#settled = await this.#state();
  }

  end(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  async #look(): Promise<void> {
    const now = await this.#state();
    if (this.#ended) return;
    this.#settled ??= now;
    if (now !== this.#settled && now === this.#last) {
      this.#settled = now;
      this.#changed();
    }
    this.#last = now;
    this.#timer = this.#clock.after(lookEveryMs, () => void this.#look());
  }

  async #state(): Promise<string> {
    return (await Promise.all(this.#files.map((file) => stateOf(file)))).join('\n');
  }
}

/** Follows symbolic links, as a mounted ConfigMap has them. A file that is missing is in a state too. */
async function stateOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return 'missing';
  }
}
