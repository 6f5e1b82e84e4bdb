import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { describeError, systemCode } from './errors.ts';
import { baseError } from './messages.ts';

/** Converts a file system error about `file` to ours. Returns any other error unchanged. */
export function fileError(error: unknown, file: string): unknown {
  switch (systemCode(error)) {
    case 'ENOTDIR':
      return baseError('file.not-folder', { file }, { cause: error });
    case 'EISDIR':
      return baseError('file.is-folder', { file }, { cause: error });
    case 'ENOENT':
      return baseError('file.missing', { file }, { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return baseError('file.denied', { file }, { cause: error });
    case 'ENOSPC':
    case 'EDQUOT':
      return baseError('file.no-space', { file }, { cause: error });
    case 'ELOOP':
    case 'EMFILE':
    case 'ENFILE':
    case 'EIO':
      return baseError('file.failed', { file, reason: describeError(error) }, { cause: error });
    default:
      return error;
  }
}

/**
 * Reads a whole file as UTF-8.
 * @param limitBytes rejects a larger file (default 16 MiB).
 * @throws EveryhopError `file.missing`, `file.is-folder`, `file.denied`, `file.failed`, `file.too-large`.
 */
export async function readText(file: string, limitBytes?: number): Promise<string> {
  return (await readBytes(file, limitBytes)).toString('utf8');
}

/** Reads a whole file, as `readText`. */
export async function readBytes(file: string, limitBytes = 16 * 1024 * 1024): Promise<Buffer> {
  try {
    const handle = await open(file, constants.O_RDONLY);
    try {
      const { size } = await handle.stat();
      if (size > limitBytes) throw baseError('file.too-large', { file, bytes: size, limit: limitBytes });
      return await readFile(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, file);
  }
}

/**
 * Replaces a file atomically: after a crash at any point, readers see either the complete old file or the complete new
 * one. Writes a temporary file in the same folder, fsyncs it, renames it and fsyncs the folder.
 * @param options.mode permissions of the new file (default 0600), set before any data is written.
 * @param options.owner of the new file; only root may give one away. Default: this user.
 * @throws EveryhopError `file.*`; the old file is then unchanged and no temporary file remains. If only the folder's
 *   fsync failed, the new file is in place.
 */
export async function writeFileAtomic(
  file: string,
  data: string | Uint8Array | AsyncIterable<Uint8Array>,
  options: { mode?: number; owner?: { uid: number; gid: number } } = {},
): Promise<void> {
  const mode = options.mode ?? 0o600;
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      // open() applies the umask. By handle, not by name: the folder's owner may have put a link in its place.
      await handle.chmod(mode);
      if (options.owner) await handle.chown(options.owner.uid, options.owner.gid);
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw fileError(error, file);
  }
  try {
    await syncFolder(folder);
  } catch (error) {
    throw fileError(error, file);
  }
}

/** @throws errors of the file system. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows cannot open a folder
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
