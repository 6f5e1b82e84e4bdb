/** Atomic writes of configuration files: a file is always either the complete old or the complete new one. */
import { constants, type Stats } from 'node:fs';
import {
  access,
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
} from 'node:fs/promises';
import path from 'node:path';
import { EveryhopError, systemCode } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { nginxError } from '../messages.ts';

/** Permissions and owner of a file. */
export interface FileAttributes {
  mode: number;
  uid: number;
  gid: number;
}

export const newFileMode = 0o644;
const newFolderMode = 0o755;

/** The text, one character per byte; undefined if the file does not exist. @throws EveryhopError `file.*`. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'latin1');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileError(error, file);
  }
}

/**
 * Resolves all links in a path. The file and its folders need not exist.
 * @throws EveryhopError `nginx.file-not-writable` for a dangling link; `file.*`.
 */
export async function realFile(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw fileError(error, file);
  }
  if (await lstat(file).catch(() => undefined)) throw notWritable(file, 'ENOENT');
  const folder = path.dirname(file);
  return folder === file ? file : path.join(await realFile(folder), path.basename(file));
}

/**
 * The attributes of a file. A new file gets the owner of its nearest existing folder.
 * @param newMode permissions of a new file (default 0644); an existing one gets no wider ones.
 */
export async function attributesOf(real: string, newMode?: number): Promise<FileAttributes> {
  const found = await statIfThere(real);
  if (found) return { mode: found.mode & (newMode ?? 0o7777), uid: found.uid, gid: found.gid };
  const { uid, gid } = await nearest(real);
  return { mode: newMode ?? newFileMode, uid, gid };
}

/** The missing parent folders of a file, outermost first. */
export async function missingFolders(real: string): Promise<string[]> {
  const { folder } = await nearest(real);
  const missing: string[] = [];
  for (let at = path.dirname(real); at !== folder; at = path.dirname(at)) missing.unshift(at);
  return missing;
}

/**
 * Checks that the file can be replaced with the same permissions and owner.
 * @throws EveryhopError `nginx.file-not-writable`.
 */
export async function checkWritable(file: string, real: string): Promise<void> {
  try {
    const { folder } = await nearest(real);
    await access(folder, constants.W_OK | constants.X_OK); // detects a read-only mount and an immutable folder too
    const found = await statIfThere(real);
    if (!found) return;
    if (!found.isFile()) throw notWritable(file, 'EISDIR');
    if (!isRoot()) {
      if (found.uid !== process.geteuid?.()) throw notWritable(file, `uid ${found.uid}`);
      const groups = [process.getegid?.(), ...(process.getgroups?.() ?? [])];
      if (!groups.includes(found.gid)) throw notWritable(file, `gid ${found.gid}`);
    }
    if (await isMountPoint(real)) throw notWritable(file, 'EBUSY');
    const handle = await open(real, constants.O_RDWR); // fails for an immutable file; writes nothing
    await handle.close();
  } catch (error) {
    const code = systemCode(error);
    throw code === undefined || error instanceof EveryhopError ? error : notWritable(file, code, error);
  }
}

function notWritable(file: string, reason: string, cause?: unknown): EveryhopError<'nginx.file-not-writable'> {
  return nginxError('nginx.file-not-writable', { file, reason }, { cause });
}

/** A bind-mounted file, as in a container, can be written but not replaced. */
async function isMountPoint(real: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  const unescape = (text: string): string =>
    text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return mounts.split('\n').some((line) => unescape(line.split(' ')[1] ?? '') === real);
}

/**
 * Writes a new file and renames it into place; creates missing folders. SELinux labels and POSIX ACLs of a replaced file
 * change to the folder's defaults, because Node cannot copy them.
 * @param names.fresh temporary path in the same folder, with a leading dot, which nginx's globs do not match.
 * @param names.former path that preserves the replaced file, if any.
 */
export async function replaceFile(
  real: string,
  text: string,
  keeping: FileAttributes,
  names: { fresh: string; former: string | undefined },
): Promise<void> {
  const { fresh, former } = names;
  try {
    for (const folder of await missingFolders(real)) await makeFolder(folder, keeping);
    await writeSynced(fresh, text, keeping.mode);
    await giveTo(fresh, keeping);
    if (former !== undefined) await keepFormer(real, former);
    await rename(fresh, real);
    await syncFolder(path.dirname(real));
  } catch (error) {
    throw fileError(error, real);
  }
}

/** Writes a new file and syncs it to disk. The caller syncs the folder. */
export async function writeSynced(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.chmod(mode); // open() applies the umask
    await handle.writeFile(Buffer.from(text, 'latin1'));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Renames a file within its folder. */
export async function moveAside(real: string, former: string): Promise<void> {
  try {
    await rename(real, former);
    await syncFolder(path.dirname(real));
  } catch (error) {
    throw fileError(error, real);
  }
}

/** Removes the files that exist, synced to disk. @throws EveryhopError `file.*`. */
export async function removeFiles(files: readonly string[]): Promise<void> {
  const touched = new Set<string>();
  for (const file of files) {
    try {
      await rm(file);
      touched.add(path.dirname(file));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw fileError(error, file);
    }
  }
  for (const folder of touched) {
    try {
      await syncFolder(folder);
    } catch (error) {
      throw fileError(error, folder);
    }
  }
}

/** Removes a folder if it is empty. @returns false if it is not empty. */
export async function removeEmptyFolder(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return true;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw fileError(error, folder);
  }
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A hard link needs no space, and preserves the file with all its attributes. */
async function keepFormer(real: string, former: string): Promise<void> {
  try {
    await link(real, former);
  } catch (error) {
    // Some file systems have no hard links; the journal has a copy.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS'].includes(systemCode(error) ?? '')) throw error;
  }
}

async function makeFolder(folder: string, owner: FileAttributes): Promise<void> {
  await mkdir(folder);
  await chmod(folder, newFolderMode);
  await giveTo(folder, owner);
  await syncFolder(path.dirname(folder));
}

/** Only root may change the owner. Other users write their own files, and may change the group. */
async function giveTo(file: string, { uid, gid }: FileAttributes): Promise<void> {
  const found = await stat(file);
  if (found.uid === uid && found.gid === gid) return;
  try {
    await chown(file, isRoot() ? uid : found.uid, gid);
    await chmod(file, found.mode & 0o7777); // chown clears the set-id bits
  } catch (error) {
    if (isRoot() || systemCode(error) !== 'EPERM') throw error;
  }
}

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

async function nearest(real: string): Promise<{ folder: string; uid: number; gid: number }> {
  for (let folder = path.dirname(real); ; folder = path.dirname(folder)) {
    const found = await statIfThere(folder);
    if (found) return { folder, uid: found.uid, gid: found.gid };
  }
}

async function statIfThere(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileError(error, file);
  }
}
