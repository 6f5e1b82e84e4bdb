/** Writing the files of a configuration: each is at any moment the whole old or the whole new one. */
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

/** Permissions of a file, and whose it is. */
export interface FileAttributes {
  mode: number;
  uid: number;
  gid: number;
}

export const newFileMode = 0o644;
const newFolderMode = 0o755;

/** The text, one character a byte; undefined: there is none. @throws EveryhopError `file.*`. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'latin1');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileError(error, file);
  }
}

/**
 * The file itself, behind all links on the way to it; it, and folders on the way, need not exist.
 * @throws EveryhopError `nginx.file-not-writable` where it is a link that leads nowhere; `file.*`.
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
 * What a file's permissions are; of one that is not there, those of whoever the folder it comes into belongs to.
 * @param newMode of one that is not there (default 0644).
 */
export async function attributesOf(real: string, newMode = newFileMode): Promise<FileAttributes> {
  const found = await statIfThere(real);
  if (found) return { mode: found.mode & 0o7777, uid: found.uid, gid: found.gid };
  const { uid, gid } = await nearest(real);
  return { mode: newMode, uid, gid };
}

/** The folders that a new file needs and that are not there, outermost first. */
export async function missingFolders(real: string): Promise<string[]> {
  const { folder } = await nearest(real);
  const missing: string[] = [];
  for (let at = path.dirname(real); at !== folder; at = path.dirname(at)) missing.unshift(at);
  return missing;
}

/**
 * May it be replaced by another file of the same permissions and owner?
 * @throws EveryhopError `nginx.file-not-writable`.
 */
export async function checkWritable(file: string, real: string): Promise<void> {
  try {
    const { folder } = await nearest(real);
    await access(folder, constants.W_OK | constants.X_OK); // says so, too, of a read-only mount and of an immutable folder
    const found = await statIfThere(real);
    if (!found) return;
    if (!found.isFile()) throw notWritable(file, 'EISDIR');
    if (!isRoot()) {
      if (found.uid !== process.geteuid?.()) throw notWritable(file, `uid ${found.uid}`);
      const groups = [process.getegid?.(), ...(process.getgroups?.() ?? [])];
      if (!groups.includes(found.gid)) throw notWritable(file, `gid ${found.gid}`);
    }
    if (await isMountPoint(real)) throw notWritable(file, 'EBUSY');
    const handle = await open(real, constants.O_RDWR); // nothing is written: an immutable file refuses it
    await handle.close();
  } catch (error) {
    const code = systemCode(error);
    throw code === undefined || error instanceof EveryhopError ? error : notWritable(file, code, error);
  }
}

function notWritable(file: string, reason: string, cause?: unknown): EveryhopError<'nginx.file-not-writable'> {
  return nginxError('nginx.file-not-writable', { file, reason }, { cause });
}

/** A single file that is mounted (a container's) cannot be replaced, only written into. */
async function isMountPoint(real: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  const unescape = (text: string): string =>
    text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return mounts.split('\n').some((line) => unescape(line.split(' ')[1] ?? '') === real);
}

/**
 * Writes a whole new file and puts it in place, with the folders that it needs. Labels and lists of access rights
 * (SELinux, POSIX ACLs) of a file that is replaced are what the folder gives to new ones: Node cannot copy them.
 * @param fresh its name until it is whole: in the same folder, beginning with a dot, so that no glob of nginx takes it.
 * @param former where the file that it replaces is kept; undefined: not kept.
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

/** Writes a file that is not there yet, down to the disk; its folder is the caller's. */
export async function writeSynced(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.chmod(mode); // open() leaves the umask's bits out
    await handle.writeFile(Buffer.from(text, 'latin1'));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts a file elsewhere in its folder. */
export async function moveAside(real: string, former: string): Promise<void> {
  try {
    await rename(real, former);
    await syncFolder(path.dirname(real));
  } catch (error) {
    throw fileError(error, real);
  }
}

/** Removes those that are there, down to the disk. @throws EveryhopError `file.*`. */
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

/** Removes it if it is there and holds nothing; tells whether it is gone. */
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

/** A second name needs no room, and brings back the very file, with all that hangs on it. */
async function keepFormer(real: string, former: string): Promise<void> {
  try {
    await link(real, former);
  } catch (error) {
    // Some file systems have no second names; the copy in the journal serves as well.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS'].includes(systemCode(error) ?? '')) throw error;
  }
}

async function makeFolder(folder: string, owner: FileAttributes): Promise<void> {
  await mkdir(folder);
  await chmod(folder, newFolderMode);
  await giveTo(folder, owner);
  await syncFolder(path.dirname(folder));
}

/** Only root may give files away; whoever else is here writes files of their own, and may share them with a group. */
async function giveTo(file: string, { uid, gid }: FileAttributes): Promise<void> {
  const found = await stat(file);
  if (found.uid === uid && found.gid === gid) return;
  try {
    await chown(file, isRoot() ? uid : found.uid, gid);
    await chmod(file, found.mode & 0o7777); // a new owner takes the set-id bits away
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
