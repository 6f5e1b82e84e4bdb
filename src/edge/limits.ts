/** Time limit for a complete head of a request or response, from its first byte. */
export const headTimeoutMs = 30_000;
/** Idle connections are closed after this time. */
export const idleTimeoutMs = 75_000;
/** A request is aborted if no body bytes arrive for this time. */
export const bodyTimeoutMs = 120_000;
/** A response is aborted if the client reads nothing for this time. Until then, reading from the app is paused. */
export const stallTimeoutMs = 300_000;
/** After the last response, a connection waits for the client to close, until it has sent nothing for this time … */
export const lingerMs = 2000;
/** … and at most this long in total. */
export const longestLingerMs = 30_000;
/** How much a client may send ahead while its current request is being served. */
export const pipelineLimitBytes = 64 * 1024;

const lookEveryMs = 1000;

/** An object with time limits. It is checked once a second, which is cheaper than a timer for each limit. */
export interface TimeoutOwner {
  checkTimeouts(nowMs: number): void;
}

const timed = new Set<TimeoutOwner>();
let timer: NodeJS.Timeout | undefined;

/** Returns a function that stops the checks. The clock is `performance.now()`. */
export function watchTimeouts(one: TimeoutOwner): () => void {
  timed.add(one);
  timer ??= setInterval(look, lookEveryMs).unref();
  return () => timed.delete(one);
}

function look(): void {
  const nowMs = performance.now();
  for (const one of timed) one.checkTimeouts(nowMs);
}
