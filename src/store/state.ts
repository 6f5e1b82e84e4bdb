import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type EveryhopError, systemCode } from '../base/errors.ts';
import { fileError, writeFileAtomic } from '../base/files.ts';
import { baseError } from '../base/messages.ts';
import { copyStore, restorePhrase } from './daily-copy.ts';
import type { Database, DatabaseReader } from './database.ts';
import { checkOwners } from './folder-owner.ts';
import { storeError } from './messages.ts';
import { ProcessLock } from './process-lock.ts';
import { hasContent, publishedIn } from './published.ts';
import { finishReplacement } from './replacement.ts';
import { readSqlite } from './sqlite-read.ts';
import { openSqlite } from './sqlite.ts';
import { databaseFile } from './state-folder.ts';

/** All persistent data on one machine. Several processes may have it open at once. */
export interface State {
  folder: string;
  database: Database;
  /**
   * Claims this folder for `up` in this process, until `close` or its death.
   * @throws EveryhopError `store.in-use` with the pid of the process that holds it.
   */
  lock(): Promise<void>;
  /**
   * Makes the daily copy of the store, unless the store has no content yet.
   * @param isRenewed replaces all copies, because the present ones hold a key that was removed.
   */
  copy(nowMs: number, isRenewed?: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface OpenStateOptions {
  /**
   * Starts over with a new store where the former one is lost or damaged. Keeps the damaged file under another name.
   * Changes nothing otherwise.
   */
  isNew?: boolean | undefined;
}

/**
 * Opens the state in `folder`; creates the folder (0711) and the store (0600) if missing. Other users can traverse the
 * folder, so their programs can read `root.pem`, but not list it.
 * @throws EveryhopError `store.lost` for a missing or empty store beside published files; `store.corrupt`,
 *   `store.too-new`, `store.busy`, `store.foreign-folder`, `file.*`.
 */
export async function openState(folder: string, { isNew = false }: OpenStateOptions = {}): Promise<State> {
  await checkOwners(folder); // before anything is created through the link of another user
  await makeStateFolder(folder);
  await checkOwners(folder);
  await finishReplacement(folder);
  const file = databaseFile(folder);
  if (isNew) {
    await moveDamaged(file);
    return stateOf(folder, await openSqlite(file));
  }
  // Published files come later than the store's content: look for them first.
  const published = await publishedIn(folder);
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (published !== undefined && size === 0) throw lost(file, published);
  const database = await openSqlite(file);
  if (published === undefined || (await hasContent(database))) return stateOf(folder, database);
  await database.close();
  throw lost(file, published);
}

/** A store in memory in place of one that cannot be opened; the lock on the folder is the same. */
export async function openSpareState(folder: string): Promise<State> {
  return { ...stateOf(folder, await openSqlite(':memory:')), copy: async () => {} };
}

function stateOf(folder: string, database: Database): State {
  let lock: ProcessLock | undefined;
  const pidFile = pidFileIn(folder);
  return {
    folder,
    database,
    async lock() {
      lock ??= await takeFolder(folder);
      await writeFileAtomic(pidFile, `${process.pid}\n`, { mode: 0o644 });
    },
    async copy(nowMs, isRenewed) {
      if (await hasContent(database)) copyStore(databaseFile(folder), nowMs, isRenewed);
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
 * Reads a consistent snapshot of the state in `folder`. Creates and changes nothing, so it works on a read-only or full
 * disk; only finishes a restore that was interrupted.
 * @param read must only read; runs again if a writer interferes.
 * @returns undefined if there is no folder or no store, or if it is empty.
 * @throws EveryhopError `store.lost` as `openState`, `store.corrupt`, `store.too-new`, `store.busy`, `file.*`.
 */
export async function readState<T>(
  folder: string,
  read: (database: DatabaseReader) => Promise<T>,
): Promise<T | undefined> {
  await finishReplacement(folder);
  const published = await publishedIn(folder);
  let isEmpty = true;
  const result = await readSqlite(databaseFile(folder), async (database) => {
    isEmpty = published !== undefined && !(await hasContent(database));
    return read(database);
  });
  if (published === undefined || !isEmpty) return result;
  throw lost(databaseFile(folder), published);
}

/** True if `folder` has a store, possibly an empty or damaged one. */
export function hasStore(folder: string): boolean {
  return existsSync(databaseFile(folder));
}

function lost(file: string, published: string): EveryhopError {
  return storeError('store.lost', { file, published, restore: restorePhrase(file) });
}

async function moveDamaged(file: string): Promise<void> {
  try {
    await (await openSqlite(file)).close();
  } catch (error) {
    if (!storeError.is(error, 'store.corrupt')) throw error;
    await rename(file, `${file}.damaged`);
    await rm(`${file}-wal`, { force: true });
    await rm(`${file}-shm`, { force: true });
  }
}

/** Makes a new or empty folder unlistable. A folder with other files (`--state /tmp`) keeps its permissions. */
export async function makeStateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 });
    const entries = await readdir(folder);
    if (entries.length === 0) await chmod(folder, 0o711);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw baseError('file.not-folder', { file: folder }, { cause: error });
    throw fileError(error, folder);
  }
}

async function takeFolder(folder: string): Promise<ProcessLock> {
  const lock = ProcessLock.take(path.join(folder, 'up.lock'));
  if (!lock) throw storeError('store.in-use', { folder, pid: await holderOf(pidFileIn(folder)) });
  return lock;
}

/**
 * Claims a folder for a change of everything in it: no `up`, no command that writes and no change of nginx may be under way.
 * @returns ends the claim.
 * @throws EveryhopError `store.in-use`, `store.busy`, `file.*`.
 */
export async function claimFolder(folder: string): Promise<() => void> {
  const locks = [await takeFolder(folder)];
  const release = (): void => locks.forEach((lock) => lock.release());
  try {
    const names = await readdir(folder);
    const files = names.filter((name) => name.startsWith(`${path.basename(databaseFile(folder))}-lock-`));
    if (existsSync(path.join(folder, 'nginx/lock'))) files.push('nginx/lock');
    for (const name of files) {
      const file = path.join(folder, name);
      const lock = ProcessLock.take(file);
      if (!lock) throw storeError('store.busy', { file });
      locks.push(lock);
    }
    return release;
  } catch (error) {
    release();
    throw fileError(error, folder);
  }
}

function pidFileIn(folder: string): string {
  return path.join(folder, 'up.pid');
}

/** The pid of the holder, which writes it just after taking the lock. */
async function holderOf(pidFile: string): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const pid = await readFile(pidFile, 'utf8').catch(() => '');
    if (/^\d+\n$/.test(pid)) return pid.trim();
    await pause(50);
  }
  return '?';
}
