import { stat } from 'node:fs/promises';
import type { Clock, Timer } from '../base/clock.ts';

const lookEveryMs = 1000;

/**
 * Calls `changed` once a file differs from how it was, and has stayed the same for a second (editors write in several
 * steps). Looks at the files themselves: notifications are missing on network and container mounts, and are tied to a
 * file that an editor may have replaced.
 * @returns the function that ends it.
 */
export function watchFiles(files: readonly string[], clock: Clock, changed: () => void): () => void {
  let settled: string | undefined;
  let last: string | undefined;
  let ended = false;
  let timer: Timer | undefined;
  const look = async (): Promise<void> => {
    const now = (await Promise.all(files.map((file) => stateOf(file)))).join('\n');
    if (ended) return;
    settled ??= now;
    if (now !== settled && now === last) {
      settled = now;
      changed();
    }
    last = now;
    if (!ended) timer = clock.after(lookEveryMs, () => void look());
  };
  void look();
  return () => {
    ended = true;
    timer?.cancel();
  };
}

/** Follows symbolic links, as a mounted ConfigMap has them. A file that is missing is in a state too. */
async function stateOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return 'missing';
  }
}
