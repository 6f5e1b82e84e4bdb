import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemCode } from '../base/errors.ts';
import { fileError, writeFileAtomic } from '../base/files.ts';
import { baseError } from '../base/messages.ts';
import type { Database, DatabaseReader } from './database.ts';
import { storeError } from './messages.ts';
import { ProcessLock } from './process-lock.ts';
import { readSqlite } from './sqlite-read.ts';
import { openSqlite } from './sqlite.ts';
import { databaseFile } from './state-folder.ts';

/** Everything that outlives a process, on one machine. Several processes may have it open at once. */
export interface State {
  folder: string;
  database: Database;
  /**
   * Makes this process the one that runs `up` on this folder, until `close` or its death.
   * @throws EveryhopError `store.in-use` with the process that already does.
   */
  lock(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the state in `folder`; the folder (0711) and the store (0600) are made where they are missing. Others may pass
 * through the folder, so that their programs can read `root.pem`, but not list it.
 * @throws EveryhopError `store.corrupt`, `store.too-new`, `store.busy`, `file.*`.
 */
export async function openState(folder: string): Promise<State> {
  await makeStateFolder(folder);
  const database = await openSqlite(databaseFile(folder));
  let lock: ProcessLock | undefined;
  const pidFile = path.join(folder, 'up.pid');
  return {
    folder,
    database,
    async lock() {
      lock ??= ProcessLock.take(path.join(folder, 'up.lock'));
      if (!lock) throw storeError('store.in-use', { folder, pid: await holderOf(pidFile) });
      await writeFileAtomic(pidFile, `${process.pid}\n`, { mode: 0o644 });
    },
    async close() {
      await database.close();
      if (!lock) return;
      await rm(pidFile, { force: true });
      lock.release();
      lock = undefined;
    },
  };
}

/**
 * Reads the state in `folder` as it is at one moment. Creates and changes nothing, so a read-only or full disk will do.
 * @param read runs again if a writer starts in the middle; reads only.
 * @returns undefined where there is no folder, no store, or an empty one.
 * @throws EveryhopError `store.corrupt`, `store.too-new`, `store.busy`, `file.*`.
 */
export function readState<T>(folder: string, read: (database: DatabaseReader) => Promise<T>): Promise<T | undefined> {
  return readSqlite(databaseFile(folder), read);
}

/** Is there a store in `folder`, whatever is in it? */
export function hasStore(folder: string): boolean {
  return existsSync(databaseFile(folder));
}

/** A folder that is new or empty is closed to listing; one that holds other things (`--state /tmp`) keeps its permissions. */
async function makeStateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 });
    const held = await readdir(folder);
    if (held.length === 0) await chmod(folder, 0o711);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw baseError('file.not-folder', { file: folder }, { cause: error });
    throw fileError(error, folder);
  }
}

/** The holder writes its number just after it took the lock. */
async function holderOf(pidFile: string): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const pid = await readFile(pidFile, 'utf8').catch(() => '');
    if (/^\d+\n$/.test(pid)) return pid.trim();
    await pause(50);
  }
  return '?';
}
