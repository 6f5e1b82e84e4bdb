import { createReadStream, existsSync, rmSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { fileError, writeFileAtomic } from '../../base/files.ts';
import { archiveFormat, writeArchive } from '../../store/archive.ts';
import { encrypt, keyKind, type Lock } from '../../store/encryption.ts';
import { checkOwners } from '../../store/folder-owner.ts';
import { backupError } from '../../store/messages.ts';
import { makeSnapshot } from '../../store/snapshot.ts';
import { databaseFile } from '../../store/state-folder.ts';
import { clock } from '../system.ts';
import { type BackupContent, contentOf } from './content.ts';

/** A short passphrase can be guessed from a copy of the file. */
const leastPassphrase = 10;

/**
 * Writes an encrypted backup of a state folder, also while Everyhop runs on it. An interrupted backup leaves the former file.
 * @param target a file, which gets mode 0600 and may only replace an earlier backup; or a stream, such as standard output.
 * @throws EveryhopError `backup.nothing`, `backup.weak-passphrase`, `backup.file-taken`, `store.*`, `file.*`.
 */
export async function createBackup(options: {
  folder: string;
  target: string | NodeJS.WritableStream;
  lock: Lock;
  version: string;
}): Promise<BackupContent> {
  const { folder, target, lock, version } = options;
  checkLock(lock);
  if (existsSync(folder)) await checkOwners(folder); // the copy of the store is made there
  if (typeof target === 'string') await checkTarget(target);
  const content = await contentOf(folder);
  if (!content) throw backupError('backup.nothing', { folder });
  const snapshot = makeSnapshot(databaseFile(folder));
  try {
    const manifest = { format: archiveFormat, version, created: new Date(clock.now()).toISOString() };
    const encrypted = await encrypt(writeArchive(folder, snapshot, manifest), lock);
    if (typeof target === 'string') await writeFileAtomic(target, encrypted, { mode: 0o600 });
    else for await (const chunk of encrypted) await written(target, chunk);
    return content;
  } finally {
    rmSync(snapshot, { force: true });
  }
}

function checkLock(lock: Lock): void {
  if (!('passphrase' in lock)) return;
  const { length } = lock.passphrase;
  if (length < leastPassphrase) throw backupError('backup.weak-passphrase', { length, least: leastPassphrase });
}

async function checkTarget(file: string): Promise<void> {
  try {
    const found = await stat(file);
    const head = found.isFile() ? await readHead(file) : Buffer.alloc(0);
    if (found.size > 0 && keyKind(head)) return;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw fileError(error, file);
    const folder = path.dirname(file);
    if (!existsSync(folder)) throw fileError(error, folder);
    return;
  }
  throw backupError('backup.file-taken', { file });
}

/** Enough of a file for `keyKind`. @throws EveryhopError `file.*`. */
export async function readHead(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(200), 0, 200, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, file);
  }
}

/** The content of a file; its errors are ours. */
export async function* contentFrom(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file);
  } catch (error) {
    throw fileError(error, file);
  }
}

function written(stream: NodeJS.WritableStream, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}
