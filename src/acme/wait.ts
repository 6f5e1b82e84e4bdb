import type { Clock, Timer } from '../base/clock.ts';

/** A long delay that setInterval accepts. */
const longMs = 2 ** 30;

/**
 * Resolves after `delayMs`; rejects with the signal's reason when it aborts. Keeps the process alive meanwhile, which
 * neither a clock's timer nor an idle connection does: an order must not end half-way because the event loop is empty.
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

/** Runs `work` with a signal that aborts with `signal`, or after `limitMs` with `late()` as its reason. */
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

/**
 * Settles with `work`, or rejects as soon as the signal aborts. For work that may ignore the signal.
 */
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

/** Poll intervals, used if the authority sends no Retry-After. */
const firstPollMs = 5;
const longestPollMs = 5_000;
/** Some authorities send a Retry-After of a whole day for a task that takes seconds. */
const longestObeyedMs = 30_000;

/** Polls, starting from `first`, until `isDone`. Follows Retry-After (RFC 8555 §7.5.1); 0 counts as none. */
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
