import { open, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { fileError, readBytes, writeFileAtomic } from '../../base/files.ts';
import { hashPassword, longestPasswordBytes } from '../../passwords/hash.ts';
import { isName, readUsers, withUser } from '../../passwords/htpasswd.ts';
import { passwordsError } from '../../passwords/messages.ts';

/** Another command holds the lock for milliseconds. */
const lockWaitMs = 5000;
const lockPollMs = 20;
/** A command that was killed has left it. */
const lockStaleMs = 60_000;

/**
 * Adds a user to an htpasswd file, or gives an existing one another password. Every other byte of the file stays.
 * @param file created, readable for its owner (as root, also for the folder's group), if there is none.
 * @throws EveryhopError `passwords.*`, `file.*`; the file is then as it was.
 */
export async function setUser(file: string, name: string, password: Buffer): Promise<'added' | 'changed'> {
  const written = Buffer.from(name.normalize('NFC')).toString('latin1');
  if (!isName(written)) throw passwordsError('passwords.bad-name', { name });
  if (password.length === 0) throw passwordsError('passwords.empty', {});
  if (password.length > longestPasswordBytes || password.includes(0))
    throw passwordsError('passwords.unusable', { limit: longestPasswordBytes });
  const target = await realpath(file).catch(() => path.resolve(file));
  return withLock(target, async () => {
    const former = await readBytes(target).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    const wasThere = former !== undefined && readUsers(former).users.some((user) => user.name === written);
    const content = withUser(former ?? Buffer.alloc(0), written, hashPassword(password));
    await writeFileAtomic(target, content, await ownershipOf(target, former !== undefined));
    return wasThere ? 'changed' : 'added';
  });
}

/** Root writes for a server that runs as another user. */
async function ownershipOf(
  file: string,
  exists: boolean,
): Promise<{ mode: number; owner?: { uid: number; gid: number } }> {
  const isRoot = process.getuid?.() === 0;
  const { mode, uid, gid } = await stat(exists ? file : path.dirname(file));
  if (exists) return { mode: mode & 0o777, ...(isRoot && { owner: { uid, gid } }) };
  return isRoot ? { mode: 0o640, owner: { uid: 0, gid } } : { mode: 0o600 };
}

/** Two commands at once must not lose a line of each other. */
async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = path.join(path.dirname(file), `.${path.basename(file)}.lock`);
  for (let waitedMs = 0; ; waitedMs += lockPollMs) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      break;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw fileError(error, file);
      const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Infinity }));
      if (Date.now() - mtimeMs > lockStaleMs) await rm(lock, { force: true });
      if (waitedMs >= lockWaitMs) throw passwordsError('passwords.locked', { file, lock });
      await new Promise((resolve) => setTimeout(resolve, lockPollMs));
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}
