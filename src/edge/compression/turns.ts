/**
 * Compression runs on threads, which compete with the one that passes tokens on. One piece at a time per worker keeps at least
 * half of a core for the tokens.
 */
let isTaken = false;
let waiting: (() => void)[] = [];
let first = 0;

/** More pieces waiting than this: responses go uncompressed rather than late. */
const mostWaiting = 32;

/** Calls `run` when it is its turn; `run` must call `endTurn` once. */
export function takeTurn(run: () => void): void {
  if (isTaken) {
    waiting.push(run);
    return;
  }
  isTaken = true;
  run();
}

export function endTurn(): void {
  const next = waiting[first];
  if (!next) {
    isTaken = false;
    waiting = [];
    first = 0;
    return;
  }
  waiting[first] = undefined!;
  first += 1;
  if (first > 1000) {
    waiting = waiting.slice(first);
    first = 0;
  }
  next();
}

export function isBusy(): boolean {
  return waiting.length - first >= mostWaiting;
}
