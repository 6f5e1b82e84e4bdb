export interface Timer {
  cancel(): void;
}

/** Time as an argument: everything that asks for the hour or waits takes one of these. */
export interface Clock {
  /** Milliseconds since 1970, as the wall clock has it (may jump). */
  now(): number;
  /** Milliseconds that only ever grow; for durations. */
  monotonic(): number;
  /** Calls `run` once, `delayMs` from now; any length, and without keeping the process alive. */
  after(delayMs: number, run: () => void): Timer;
}

/** `setTimeout` fires at once beyond this (2³¹−1 ms, 24.8 days). */
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

/** Resolves after `delayMs` of that clock. */
export function delay(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
