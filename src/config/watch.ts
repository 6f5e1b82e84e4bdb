import { createHash } from 'node:crypto';
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import type { Clock, Timer } from '../base/clock.ts';

/** An editor may write a file in several steps; it counts as changed once it has been still this long. */
const settleMs = 200;

/**
 * Calls `changed` when the content of one of the files is another than before. The folders are watched, not the files:
 * editors and Kubernetes replace a file by renaming. Returns the function that ends it.
 */
export function watchFiles(files: readonly string[], clock: Clock, changed: () => void): () => void {
  let known = contentDigest(files);
  let timer: Timer | undefined;
  const settle = (): void => {
    timer?.cancel();
    timer = clock.after(settleMs, () => {
      const now = contentDigest(files);
      if (now === known) return;
      known = now;
      changed();
    });
  };
  const watchers: FSWatcher[] = [];
  for (const folder of new Set(files.map((file) => path.dirname(file)))) {
    try {
      const watcher = watch(folder, { persistent: false }, settle);
      watcher.on('error', () => {}); // the folder went away; `reload` still works
      watchers.push(watcher);
    } catch {
      // No watches left (ENOSPC) or none on this file system; `reload` and SIGHUP still work.
    }
  }
  return () => {
    timer?.cancel();
    for (const watcher of watchers) watcher.close();
  };
}

function contentDigest(files: readonly string[]): string {
  const digest = createHash('sha256');
  for (const file of files) {
    try {
      digest.update(readFileSync(file));
    } catch (error) {
      digest.update(String((error as NodeJS.ErrnoException).code));
    }
    digest.update('\0');
  }
  return digest.digest('hex');
}
