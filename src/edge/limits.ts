/** A request head must be whole so long after its first byte. */
export const headTimeoutMs = 30_000;
/** A connection without a request is closed after this. */
export const idleTimeoutMs = 75_000;
/** A request body that brings nothing for so long is given up. */
export const bodyTimeoutMs = 120_000;
/** A client that takes nothing of its answer for so long is given up; until then the app is held back. */
export const stallTimeoutMs = 300_000;
/** After its last answer is out, a connection waits for the client to close too, until nothing has come for so long … */
export const lingerMs = 2000;
/** … and no longer than this. */
export const longestLingerMs = 30_000;
/** What a client may send ahead of the answer it waits for. */
export const pipelineLimitBytes = 64 * 1024;

const lookEveryMs = 1000;

/** Whatever has time limits; asked about once a second, which is cheaper than a timer for each. */
export interface Timed {
  checkTime(nowMs: number): void;
}

const timed = new Set<Timed>();
let timer: NodeJS.Timeout | undefined;

/** Returns the function that ends it. `performance.now()` is the clock. */
export function watchTime(one: Timed): () => void {
  timed.add(one);
  timer ??= setInterval(look, lookEveryMs).unref();
  return () => timed.delete(one);
}

function look(): void {
  const nowMs = performance.now();
  for (const one of timed) one.checkTime(nowMs);
}
