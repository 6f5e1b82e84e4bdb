import type { Clock } from '../../base/clock.ts';
import { describeError, EveryhopError } from '../../base/errors.ts';
import type { EventBus } from '../../base/events.ts';
import { baseError } from '../../base/messages.ts';
import type { Configuration } from '../../config/configuration.ts';
import { FileWatch } from '../../config/watch.ts';
import { namedFiles } from './named-files.ts';

/** Work in the background: timers and the watch on files. A failure becomes an `upkeep.failed` event. */
export class Upkeep {
  readonly #clock: Clock;
  readonly #events: EventBus;
  readonly #closers: (() => void)[] = [];
  #watch: FileWatch | undefined;
  #watched: string[] = [];

  constructor(clock: Clock, events: EventBus) {
    this.#clock = clock;
    this.#events = events;
  }

  /** Runs `work` every `everyMs`, the first time after that delay. */
  every(everyMs: number, work: () => Promise<void>): void {
    let timer: { cancel(): void };
    const next = (): void => {
      timer = this.#clock.after(everyMs, () => {
        void this.attempt(work);
        next();
      });
    };
    next();
    this.#closers.push(() => timer.cancel());
  }

  /** Calls `close` when the upkeep stops. */
  atEnd(close: () => void): void {
    this.#closers.push(close);
  }

  /** Never rejects. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const ours =
        error instanceof EveryhopError ? error : baseError('internal.defect', { detail: describeError(error) });
      this.#events.emit({ type: 'upkeep.failed', error: ours.data() });
    }
  }

  /** Watches the configuration's file and every file it names, in place of those watched before. */
  watch(configuration: Configuration, changed: () => void): void {
    const files = [...(configuration.file === undefined ? [] : [configuration.file]), ...namedFiles(configuration)];
    // A watch that continues sees a change made while the configuration was being applied.
    if (files.join('\n') === this.#watched.join('\n')) return;
    this.#watched = files;
    this.#watch?.end();
    this.#watch = new FileWatch(files, this.#clock, changed);
  }

  /** Marks the current state of the files as known. Call it before reading them. */
  async seen(): Promise<void> {
    await this.#watch?.acknowledge();
  }

  stop(): void {
    this.#watch?.end();
    for (const close of this.#closers) close();
  }
}
