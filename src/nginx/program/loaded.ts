import { readFileSync } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Worker } from './master.ts';

/** The unit of times in /proc (proc(5)). */
const ticksPerSecond = 100;
/** Process start times and file times come from different clocks. */
const toleranceMs = 2_000;

/**
 * True if any of these files, their links or folders changed after the workers started, so that nginx may be running
 * another configuration. True in case of doubt.
 */
export async function isChangedSince(workers: readonly Worker[], files: readonly string[]): Promise<boolean> {
  const bootMs = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]) * 1000;
  const begunMs = workers
    .filter(({ leaving }) => !leaving)
    .map(({ startedTicks }) => bootMs + (startedTicks * 1000) / ticksPerSecond);
  const oldestMs = Math.min(...begunMs);
  if (!Number.isFinite(oldestMs)) return true;
  const places = new Set(files.flatMap((file) => [file, path.dirname(file)]));
  const times = await Promise.all([...places].map(changedMs));
  return times.some((ms) => ms > oldestMs - toleranceMs);
}

async function changedMs(place: string): Promise<number> {
  try {
    const [link, target] = await Promise.all([lstat(place), stat(place)]);
    return Math.max(link.ctimeMs, target.ctimeMs);
  } catch {
    return Infinity; // removed since it was read
  }
}
