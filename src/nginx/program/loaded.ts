import { readFileSync } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Worker } from './master.ts';

/** proc(5): of the times that /proc tells. */
const ticksPerSecond = 100;
/** The clock that counts ticks and the one of files are not the same. */
const toleranceMs = 2_000;

/**
 * Has any of these files, links to them, or folders been changed since the workers began? Then what runs may be another
 * configuration than what the files say. Where it cannot be told, they have.
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
    return Infinity; // gone since it was read
  }
}
