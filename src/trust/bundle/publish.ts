import path from 'node:path';
import { fileError } from '../../base/files.ts';
import { compare, type Difference, readPublished } from './difference.ts';
import { bundleFiles } from './files.ts';
import { currentRevision, isComplete, refuseForeign, unchangedFiles, writeRevision } from './revision.ts';
import type { Bundle } from './merge.ts';
import { bundleError } from './messages.ts';
import { type BundlePaths, bundlePaths } from './paths.ts';

export interface PublishOptions {
  /** This program's version, for the manifest. */
  toolVersion: string;
  /** Publish even if `full.pem` or `private.pem` would lose roots that have not expired and are not distrusted. */
  allowSmaller?: boolean;
  /** Allow a system update's changes: `full.pem` may lose a tenth of its roots. Private roots may not go. */
  allowUpkeep?: boolean;
  /** Path at which programs see the folder, for the env file: in a container, the mount point. Default: the folder. */
  seenAt?: string;
  /** Compare only. */
  dryRun?: boolean;
}

export interface Publication {
  paths: BundlePaths;
  /** False: the published files are identical, and nothing was written. */
  changed: boolean;
  difference: Difference;
}

/**
 * Publishes a bundle in a folder, which can be mounted whole. The names in it lead through one link to the folder of a
 * revision, and one rename swaps that link, so a reader sees all of the old bundle or all of the new one. Every user may
 * read the files.
 * @throws EveryhopError `trust.bundle-smaller`, `trust.bundle-folder-taken`, `file.*`; the published bundle stays.
 */
export function publishBundle(folder: string, bundle: Bundle, options: PublishOptions): Publication {
  const home = path.resolve(folder);
  try {
    for (;;) {
      const publication = tryPublish(home, bundle, options);
      if (publication) return publication;
    }
  } catch (error) {
    throw fileError(error, home);
  }
}

/** undefined: another process has published meanwhile, so the comparison no longer holds. */
function tryPublish(home: string, bundle: Bundle, options: PublishOptions): Publication | undefined {
  const names = Object.values(bundlePaths('')).filter((name) => name !== '');
  const current = currentRevision(home);
  const difference = compare(readPublished(current), bundle);
  if (options.allowSmaller !== true) refuseSmaller(difference, options.allowUpkeep === true);
  for (const name of names) refuseForeign(home, name);
  const files = bundleFiles(bundle, options.seenAt ?? home, options.toolVersion);
  const kept = unchangedFiles(current, files);
  const changed = !(kept.size === files.size && isComplete(home, current, names, files.size));
  const isDone = !changed || options.dryRun === true || writeRevision(home, current, names, files, kept);
  return isDone ? { paths: bundlePaths(home), changed, difference } : undefined;
}

/** The most that a system update may remove. */
const upkeepRatio = 0.1;

function refuseSmaller({ full, private: privateOnes }: Difference, allowUpkeep: boolean): void {
  for (const [file, counts] of [
    ['full.pem', full],
    ['private.pem', privateOnes],
  ] as const) {
    const { before, now, lost, gained } = counts;
    const allowed = allowUpkeep && counts === full ? before * upkeepRatio : 0;
    if (lost.length - gained <= allowed) continue;
    throw bundleError('trust.bundle-smaller', { file, before, now, missing: lost.slice(0, 5).join('; ') });
  }
}
