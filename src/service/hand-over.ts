import { lchown, lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../base/errors.ts';
import { fileError } from '../base/files.ts';
import { ProcessLock } from '../store/process-lock.ts';
import { databaseFile } from '../store/state-folder.ts';
import type { Account } from './account.ts';
import { serviceError } from './messages.ts';

/**
 * Gives a state folder of root to the service user; creates a missing one. The folder itself changes hands last, so a call
 * after an interrupted one completes it. Only files of root change hands, and links are not followed.
 * @param holder the pid of the `up` that runs there, for the error.
 * @returns true if anything changed hands.
 * @throws EveryhopError `service.state-in-use`, `service.state-foreign`, `file.*`.
 */
export async function handOver(folder: string, user: Account, holder: () => Promise<string>): Promise<boolean> {
  const owner = await ownerOf(folder);
  if (owner === undefined) {
    await mkdir(folder, { recursive: true, mode: 0o711 });
  } else if (owner === user.uid) return false;
  else if (owner !== 0) throw serviceError('service.state-foreign', { folder, uid: owner, user: user.name });
  const hasStore = (await ownerOf(databaseFile(folder))) !== undefined;
  const lock = hasStore ? ProcessLock.take(path.join(folder, 'up.lock')) : undefined;
  if (hasStore && !lock) throw serviceError('service.state-in-use', { folder, pid: await holder() });
  try {
    await changeOwner(folder, user);
  } catch (error) {
    throw fileError(error, folder);
  } finally {
    lock?.release();
  }
  return owner !== undefined;
}

async function changeOwner(file: string, user: Account): Promise<void> {
  const found = await lstat(file);
  if (found.isDirectory()) for (const name of await readdir(file)) await changeOwner(path.join(file, name), user);
  if (found.uid === 0) await lchown(file, user.uid, user.gid);
}

async function ownerOf(file: string): Promise<number | undefined> {
  try {
    return (await lstat(file)).uid;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileError(error, file);
  }
}
