import type { Clock, Timer } from '../../src/base/clock.ts';

/** A clock that moves only by `advance` and `jump`. */
export class FakeClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;
  #timers: { dueMs: number; run: () => void }[] = [];

  constructor(start: string | number = '2026-01-15T12:00:00Z') {
    this.#nowMs = typeof start === 'number' ? start : Date.parse(start);
  }

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = { dueMs: this.#monotonicMs + delayMs, run };
    this.#timers.push(timer);
    return { cancel: () => void (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }

  /** Advances both clocks and runs the timers that fall due, in order, including timers that those add. */
  advance(byMs: number): void {
    const endMs = this.#monotonicMs + byMs;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#move(due.dueMs - this.#monotonicMs);
      due.run();
    }
    this.#move(endMs - this.#monotonicMs);
  }

  /** Sets the wall clock. No timer falls due. */
  jump(byMs: number): void {
    this.#nowMs += byMs;
  }

  get pending(): number {
    return this.#timers.length;
  }

  #move(byMs: number): void {
    this.#monotonicMs += byMs;
    this.#nowMs += byMs;
  }
}
