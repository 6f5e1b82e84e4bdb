import type { Clock, Timer } from '../base/clock.ts';

/** Some long while that a timer can hold. */
const longMs = 2 ** 30;

/**
 * Resolves after `delayMs`; rejects with the signal's reason as soon as that aborts. Meanwhile the process stays alive, which
 * a clock's timer and an idle connection do not see to: nobody's certificate is to be given up half-way.
 */
export async function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  const alive = setInterval(() => {}, longMs);
  let timer: Timer | undefined;
  try {
    const over = new Promise<void>((resolve) => {
      timer = clock.after(delayMs, resolve);
    });
    await untilAborted(over, signal);
  } finally {
    clearInterval(alive);
    timer?.cancel();
  }
}

/**
 * Runs `work` with a signal that aborts with `signal`, and with `late()` as its reason when `limitMs` have passed.
 */
export async function withinTime<T>(
  clock: Clock,
  limitMs: number,
  late: () => Error,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = clock.after(limitMs, () => limit.abort(late()));
  try {
    return await work(signal ? AbortSignal.any([signal, limit.signal]) : limit.signal);
  } finally {
    timer.cancel();
  }
}

/** What comes first: the end of `work`, or the signal's abort. For work that may not look at the signal itself. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Between two looks at something that the authority works on, where it does not say how long. */
const firstPollMs = 5;
const longestPollMs = 5_000;
/** Some authorities name a whole day for what is done in seconds. */
const longestObeyedMs = 30_000;

/**
 * Looks again and again, from `first` on, until `isDone`. Retry-After is followed (RFC 8555 §7.5.1); 0 counts as not said.
 */
export async function poll<T extends { retryAfterMs: number | undefined }>(
  clock: Clock,
  signal: AbortSignal,
  first: T,
  isDone: (seen: T) => boolean,
  again: (seen: T) => Promise<T>,
): Promise<T> {
  let seen = first;
  for (let ownMs = firstPollMs; !isDone(seen); ownMs = Math.min(ownMs * 2, longestPollMs)) {
    await wait(clock, Math.min(seen.retryAfterMs || ownMs, longestObeyedMs), signal);
    seen = await again(seen);
  }
  return seen;
}
