export interface Timer {
  cancel(): void;
}

/** Code that reads the time or waits takes a clock as an argument, so tests can control time. */
export interface Clock {
  /** Wall clock, in milliseconds since 1970 (may jump). */
  now(): number;
  /** Milliseconds that never go backwards; for durations. */
  monotonic(): number;
  /** Calls `run` once, `delayMs` from now. Any delay is allowed; the timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer;
}

/** Beyond 2³¹−1 ms (24.8 days), `setTimeout` fires immediately. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    let handle: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(Math.max(leftMs, 0), longestTimerMs);
      handle = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : run()), stepMs);
      handle.unref();
    };
    wait(delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
