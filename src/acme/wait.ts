import type { Clock } from '../base/clock.ts';

/** Resolves after `delayMs`; rejects with the signal's reason as soon as that aborts. */
export function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = (): void => {
      timer.cancel();
      reject(signal.reason as Error);
    };
    const timer = clock.after(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
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
const firstPollMs = 20;
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
