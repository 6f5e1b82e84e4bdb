import { stat } from 'node:fs/promises';
import type { Clock, Timer } from '../base/clock.ts';

const pollIntervalMs = 1000;

/**
 * Calls `changed` once a file has changed and then stayed unchanged for a second (editors write in several steps).
 * Polls: notifications do not work on network and container mounts, and do not follow a file that an editor replaces.
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
    void this.#poll();
  }

  /** Call before reading the files: `changed` is then not called for their present state. */
  async acknowledge(): Promise<void> {
    this.#settled = await this.#state();
  }

  end(): void {
    this.#ended = true;
    this.#timer?.cancel();
  }

  async #poll(): Promise<void> {
    const now = await this.#state();
    if (this.#ended) return;
    this.#settled ??= now;
    if (now !== this.#settled && now === this.#last) {
      this.#settled = now;
      this.#changed();
    }
    this.#last = now;
    this.#timer = this.#clock.after(pollIntervalMs, () => void this.#poll());
  }

  async #state(): Promise<string> {
    return (await Promise.all(this.#files.map((file) => stateOf(file)))).join('\n');
  }
}

/** Follows symbolic links, which mounted ConfigMaps use. A missing file has a state, too. */
async function stateOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return 'missing';
  }
}
