import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
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
import { baseError } from '../../base/messages.ts';
import { ProcessLock } from '../../store/process-lock.ts';
import { bundleError } from './messages.ts';

/** The link that is swapped, and the prefix of the folders it leads to; Kubernetes uses the same naming. */
const currentLink = '..data';
const revisionPrefix = '..bundle-';
const unfinishedPrefix = '..unfinished-';
const lockName = '..lock';
/** A swap takes milliseconds; a suspended holder must not block the others for ever. */
const lockWaitMs = 10_000;
/** Older revisions to keep for programs that have them open. */
const keepOlder = 2;
const youngForMs = 60_000;
const abandonedAfterMs = 3_600_000;

/**
 * Writes the files into a new revision and switches `names` in `home` to it in one step.
 * @param kept files that are unchanged in the `current` revision: hard-linked, not written.
 * @returns false if another process has switched the names meanwhile; nothing is changed then.
 */
export function writeRevision(
  home: string,
  current: string,
  names: readonly string[],
  files: ReadonlyMap<string, Buffer>,
  kept: ReadonlySet<string>,
): boolean {
  makeFolders(home);
  const revision = writeFiles(home, current, files, kept);
  // Names first: in a new folder, they all start to work with the swap.
  for (const name of names) linkName(home, name);
  // Between the comparison and the swap, no other process may swap.
  const lock = ProcessLock.take(path.join(home, lockName), lockWaitMs);
  try {
    if (currentRevision(home) !== current) {
      rmSync(path.join(home, revision), { recursive: true, force: true });
      return false;
    }
    swapLink(path.join(home, currentLink), revision);
  } finally {
    lock?.release();
  }
  prune(home, revision);
  return true;
}

/** Replaces only our own links. @throws EveryhopError `trust.bundle-folder-taken`. */
export function refuseForeign(home: string, name: string): void {
  const file = path.join(home, name);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (!stats || (stats.isSymbolicLink() && readlinkSync(file) === path.join(currentLink, name))) return;
  throw bundleError('trust.bundle-folder-taken', { file });
}

/** Read it once per attempt: another process may swap the link meanwhile. */
export function currentRevision(home: string): string {
  const link = path.join(home, currentLink);
  const isLink = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? path.join(home, readlinkSync(link)) : link;
}

/**
 * The files of the current revision that have the right content. Compares bytes: a person may have changed one, or a disk
 * may have lost its content.
 */
export function unchangedFiles(current: string, files: ReadonlyMap<string, Buffer>): Set<string> {
  if (!existsSync(current)) return new Set();
  const isSame = ([name, content]: [string, Buffer]): boolean => {
    try {
      return readFileSync(path.join(current, name)).equals(content);
    } catch {
      return false;
    }
  };
  return new Set([...files].filter(isSame).map(([name]) => name));
}

/** True if every name exists, and no extra file. */
export function isComplete(home: string, current: string, names: readonly string[], count: number): boolean {
  if (names.some((name) => !lstatSync(path.join(home, name), { throwIfNoEntry: false }))) return false;
  const entries = readdirSync(current, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length === count;
}

/**
 * Synchronous: several hundred small files take a third of the time. Only the large ones are synced to disk; if a power failure
 * loses a small one, the next run notices and publishes again.
 */
function writeFiles(
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
    renameSync(unfinished, path.join(home, revisionPrefix + id));
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
  return revisionPrefix + id;
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

/** Node's own `recursive` never returns if a folder refuses new ones with ENOENT, as /proc does. */
function makeFolders(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = path.dirname(folder);
  if (lstatSync(folder, { throwIfNoEntry: false })) throw baseError('file.not-folder', { file: folder });
  if (parent !== folder) makeFolders(parent);
  makeFolder(folder);
}

/** With these permissions regardless of the umask. */
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

/**
 * Removes older revisions, and the remains of killed processes. Keeps young ones: another process may be about to switch to
 * one.
 */
function prune(home: string, current: string): void {
  const nowMs = statSync(path.join(home, current)).mtimeMs;
  const dated = readdirSync(home)
    .filter((name) => name !== current && (name.startsWith(revisionPrefix) || name.startsWith(unfinishedPrefix)))
    .map((name) => ({
      name,
      ageMs: nowMs - (statSync(path.join(home, name), { throwIfNoEntry: false })?.mtimeMs ?? 0),
    }));
  const older = dated.filter(({ name }) => name.startsWith(revisionPrefix)).sort((a, b) => a.ageMs - b.ageMs);
  const spent = older.slice(keepOlder).filter(({ ageMs }) => ageMs > youngForMs);
  const abandoned = dated.filter(({ name, ageMs }) => name.startsWith(unfinishedPrefix) && ageMs > abandonedAfterMs);
  for (const { name } of [...spent, ...abandoned]) rmSync(path.join(home, name), { recursive: true, force: true });
}
