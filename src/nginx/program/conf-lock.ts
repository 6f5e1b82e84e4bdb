import { createHash } from 'node:crypto';
import { lstat, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { ProcessLock } from '../../store/process-lock.ts';
import { nginxError } from '../messages.ts';

/**
 * Prevents any other Everyhop on this machine, with any state folder, from changing the same nginx. Only a process that may write
 * the configuration can take the lock, and the kernel releases it when the process dies.
 * @returns a function that releases the lock.
 * @throws EveryhopError `nginx.busy-elsewhere`, `file.*`.
 */
export async function holdConfiguration(confFile: string): Promise<() => void> {
  const file = await realpath(confFile).catch(() => confFile);
  const lockFile = await lockOf(file);
  const lock = ProcessLock.take(lockFile);
  if (lock === undefined) throw nginxError('nginx.busy-elsewhere', { lock: lockFile });
  return () => lock.release();
}

const runFolder = '/run/everyhop';

/** For root's configuration a file in root's own folder; otherwise a hidden file beside the configuration. */
async function lockOf(confFile: string): Promise<string> {
  const folder = path.dirname(confFile);
  const owner = await stat(folder)
    .then(({ uid }) => uid)
    .catch(() => undefined);
  if (process.getuid?.() === 0 && owner === 0 && (await isRootOnly(runFolder))) {
    return path.join(runFolder, `nginx-${createHash('sha256').update(confFile).digest('hex').slice(0, 16)}.lock`);
  }
  return path.join(folder, '.everyhop.lock');
}

/** Creates the folder if it is missing. False if anyone else may write in it, or if it cannot be created. */
async function isRootOnly(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700, recursive: true });
    const found = await lstat(folder);
    return found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
  } catch {
    return false;
  }
}
