import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { EveryhopError } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { compare, type Difference, readPublished } from './difference.ts';
import { bundleFiles } from './files.ts';
import type { Bundle } from './merge.ts';
import { type BundlePaths, bundlePaths } from './paths.ts';

/** The link that is swapped, and the folders that it leads to; by the names that Kubernetes gives these. */
const currentLink = '..data';
const generationPrefix = '..bundle-';
const unfinishedPrefix = '..unfinished-';
/** Generations that are kept for whoever has them open. */
const keepOlder = 2;
const abandonedAfterMs = 3_600_000;

export interface PublishOptions {
  /** Of this program, for the manifest. */
  toolVersion: string;
  /** Publish also where `full.pem` or `private.pem` would lose roots that have not expired and are not distrusted. */
  allowSmaller?: boolean;
  /** Where programs will see the folder, for the env file: in a container, the path it is mounted at (default: the folder). */
  seenAt?: string;
  /** Only compare. */
  dryRun?: boolean;
}

export interface Publication {
  paths: BundlePaths;
  /** False: what is there is the same to the byte, and nothing was written. */
  changed: boolean;
  difference: Difference;
}

/**
 * Publishes a bundle in a folder of its own, which may be mounted whole: the names in it lead through one link to a folder
 * of this generation, and that link is swapped in one step. So a reader finds all of the old bundle or all of the new one.
 * Files are readable by everybody.
 * @throws EveryhopError `trust.bundle-smaller`, `trust.bundle-folder-taken`, `file.*`; what was published before stays.
 */
export function publishBundle(folder: string, bundle: Bundle, options: PublishOptions): Publication {
  const home = path.resolve(folder);
  const paths = bundlePaths(home);
  try {
    const difference = compare(readPublished(home), bundle);
    if (options.allowSmaller !== true) refuseSmaller(difference);
    const names = Object.values(bundlePaths('')).filter((name) => name !== '');
    for (const name of names) refuseForeign(home, name);
    const files = bundleFiles(bundle, options.seenAt ?? home, options.toolVersion);
    const current = currentGeneration(home);
    const kept = unchangedFiles(current, files);
    const changed = !(kept.size === files.size && isComplete(home, current, names, files.size));
    if (changed && options.dryRun !== true) {
      makeFolders(home);
      const generation = writeGeneration(home, current, files, kept);
      swapLink(path.join(home, currentLink), generation);
      for (const name of names) linkName(home, name);
      prune(home, generation);
    }
    return { paths, changed, difference };
  } catch (error) {
    throw fileError(error, home);
  }
}

function refuseSmaller({ full, private: privateOnes }: Difference): void {
  for (const [file, counts] of [
    ['full.pem', full],
    ['private.pem', privateOnes],
  ] as const) {
    if (counts.lost.length <= counts.gained) continue;
    const { before, now, lost } = counts;
    throw new EveryhopError('trust.bundle-smaller', { file, before, now, missing: lost.slice(0, 5).join('; ') });
  }
}

/** Only links of ours are replaced. */
function refuseForeign(home: string, name: string): void {
  const file = path.join(home, name);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (!stats || (stats.isSymbolicLink() && readlinkSync(file) === path.join(currentLink, name))) return;
  throw new EveryhopError('trust.bundle-folder-taken', { file });
}

/** Looked up once: another process may swap the link meanwhile. */
function currentGeneration(home: string): string {
  const link = path.join(home, currentLink);
  const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? path.join(home, readlinkSync(link)) : link;
}

/**
 * Which files of the current generation are what they should be. Somebody may have changed one, or a disk may have lost its
 * content: so the bytes are compared, not a number.
 */
function unchangedFiles(current: string, files: ReadonlyMap<string, Buffer>): Set<string> {
  const isSame = ([name, content]: [string, Buffer]): boolean => {
    try {
      return readFileSync(path.join(current, name)).equals(content);
    } catch {
      return false;
    }
  };
  return new Set([...files].filter(isSame).map(([name]) => name));
}

/** Are all names there, and no file too many? */
function isComplete(home: string, current: string, names: readonly string[], count: number): boolean {
  if (names.some((name) => !lstatSync(path.join(home, name), { throwIfNoEntry: false }))) return false;
  const entries = readdirSync(current, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length === count;
}

/**
 * Synchronous: several hundred small files take a third of the time. The large ones are forced to the disk; if power fails
 * and one of the small ones is lost, the next run sees it and publishes anew.
 * @param kept are linked from the current generation, which costs far less than new files.
 */
function writeGeneration(
  home: string,
  current: string,
  files: ReadonlyMap<string, Buffer>,
  kept: ReadonlySet<string>,
): string {
  const id = randomBytes(6).toString('hex');
  const unfinished = path.join(home, unfinishedPrefix + id);
  try {
    makeFolder(unfinished);
    for (const folder of new Set([...files.keys()].map((name) => path.dirname(name)))) {
      if (folder !== '.') makeFolder(path.join(unfinished, folder));
    }
    for (const [name, content] of files) {
      const target = path.join(unfinished, name);
      const isLinked = kept.has(name) && tryLink(path.join(current, name), target);
      if (!isLinked) writeFile(target, content, !name.includes('/'));
    }
    renameSync(unfinished, path.join(home, generationPrefix + id));
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
  return generationPrefix + id;
}

/** Not every file system has hard links. */
function tryLink(file: string, link: string): boolean {
  try {
    linkSync(file, link);
    return true;
  } catch {
    return false;
  }
}

/** Node's own `recursive` never comes back where a folder refuses new ones with ENOENT, as /proc does. */
function makeFolders(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = path.dirname(folder);
  if (lstatSync(folder, { throwIfNoEntry: false })) throw new EveryhopError('file.not-folder', { file: folder });
  if (parent !== folder) makeFolders(parent);
  makeFolder(folder);
}

/** With these permissions whatever the umask. */
function makeFolder(folder: string): void {
  mkdirSync(folder);
  chmodSync(folder, 0o755);
}

function writeFile(file: string, content: Buffer, isForced: boolean): void {
  const handle = openSync(file, 'wx');
  try {
    for (let written = 0; written < content.length;) written += writeSync(handle, content, written);
    fchmodSync(handle, 0o644);
    if (isForced) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function swapLink(link: string, target: string): void {
  const next = `${link}.${randomBytes(6).toString('hex')}`;
  symlinkSync(target, next);
  try {
    renameSync(next, link);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

function linkName(home: string, name: string): void {
  const link = path.join(home, name);
  if (!lstatSync(link, { throwIfNoEntry: false })) swapLink(link, path.join(currentLink, name));
}

/** Older generations go, and what a process that was killed left behind. */
function prune(home: string, current: string): void {
  const nowMs = statSync(path.join(home, current)).mtimeMs;
  const dated = readdirSync(home)
    .filter((name) => name !== current && (name.startsWith(generationPrefix) || name.startsWith(unfinishedPrefix)))
    .map((name) => ({ name, ms: statSync(path.join(home, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }));
  const older = dated.filter(({ name }) => name.startsWith(generationPrefix)).sort((a, b) => b.ms - a.ms);
  const abandoned = dated.filter(({ name, ms }) => name.startsWith(unfinishedPrefix) && nowMs - ms > abandonedAfterMs);
  for (const { name } of [...older.slice(keepOlder), ...abandoned]) {
    rmSync(path.join(home, name), { recursive: true, force: true });
  }
}
