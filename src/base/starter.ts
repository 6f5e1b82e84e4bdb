/** npm between the user and this program: it forwards signals that arrived already, and can be killed alone. */

/** The program that started this one. */
export interface Starter {
  /** True once it has ended. */
  isGone(): boolean;
}

const checkEveryMs = 500;
/** A person who presses Ctrl-C twice to stop at once presses it a third time within this. */
const repeatWithinMs = 2000;

/**
 * Calls `listener` once when the starter has ended: it can no longer forward a signal, so this program would keep its ports
 * for ever.
 * @returns stops watching.
 */
export function onStarterGone(starter: Starter | undefined, listener: () => void): () => void {
  if (starter === undefined) return () => {};
  const timer = setInterval(() => {
    if (!starter.isGone()) return;
    clearInterval(timer);
    listener();
  }, checkEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Drops one repeat of a signal. Ctrl-C, or a kill of the process group, reaches this program directly and once more from npm,
 * which forwards SIGINT and SIGTERM.
 */
export function withoutRepeats<T>(
  starter: Starter | undefined,
  listener: (signal: T) => void,
  nowMs: () => number = () => performance.now(),
): (signal: T) => void {
  if (starter === undefined) return listener;
  const firstMs = new Map<T, number>();
  return (signal) => {
    const first = firstMs.get(signal);
    const isRepeat = first !== undefined && nowMs() - first < repeatWithinMs;
    if (isRepeat) firstMs.delete(signal);
    else {
      firstMs.set(signal, nowMs());
      listener(signal);
    }
  };
}
