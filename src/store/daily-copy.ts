/** Daily copies of the store, in `backup/` beside it. */
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileError } from '../base/files.ts';
import { shellWord } from '../base/invocation.ts';
import type { Phrase } from '../base/language.ts';
import { storeWords } from './messages.ts';

const keepCopies = 3;

export interface StoreCopy {
  file: string;
  /** ISO date. */
  date: string;
}

/** The folder of the daily copies, not listable by others. */
export function privateFolder(file: string): string {
  return path.join(path.dirname(file), 'backup');
}

/** Newest first. @param file the store. */
export function copiesOf(file: string): StoreCopy[] {
  const folder = privateFolder(file);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return []; // none yet, or unreadable for this user
  }
  return names
    .flatMap((name) => {
      const date = /^everyhop-(\d{4}-\d\d-\d\d)\.db$/.exec(name)?.[1];
      return date === undefined ? [] : [{ file: path.join(folder, name), date }];
    })
    .sort((a, b) => (a.date < b.date ? 1 : -1));
}

/**
 * Makes today's copy unless it exists: complete and consistent (`VACUUM INTO`), checked, mode 0600, and renamed into
 * place. Keeps the newest three. Blocks the event loop for milliseconds per megabyte.
 * @param isRenewed removes all former copies first.
 * @throws EveryhopError `file.*`; errors of SQLite.
 */
export function copyStore(file: string, nowMs: number, isRenewed = false): void {
  const former = copiesOf(file);
  if (isRenewed) for (const copy of former) rmSync(copy.file, { force: true });
  const date = new Date(nowMs).toISOString().slice(0, 10);
  if (!isRenewed && former[0]?.date === date) return;
  const folder = privateFolder(file);
  const target = path.join(folder, `everyhop-${date}.db`);
  const temporary = path.join(folder, `.copy-${process.pid}.tmp`);
  try {
    vacuumInto(file, temporary);
    renameSync(temporary, target);
    for (const copy of copiesOf(file).slice(keepCopies)) rmSync(copy.file, { force: true });
    sync(folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw fileError(error, target);
  }
}

/**
 * Makes a complete and consistent copy, mode 0600, in place of an earlier one; makes its folder private.
 * @throws errors of SQLite and of the file system.
 */
export function vacuumInto(file: string, target: string): void {
  const folder = path.dirname(target);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  rmSync(target, { force: true });
  closeSync(openSync(target, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600));
  const connection = new DatabaseSync(file, { readOnly: true, timeout: 1_000 });
  try {
    connection.prepare('VACUUM INTO ?').run(target);
  } finally {
    connection.close();
  }
  sync(target);
}

function sync(file: string): void {
  const handle = openSync(file, constants.O_RDONLY);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** How to restore a lost or damaged store: with the newest copy, or from the operator's own backup. */
export function restorePhrase(file: string): Phrase {
  const [copy] = copiesOf(file);
  if (!copy) return storeWords('store.restore.none', {});
  const store = shellWord(file);
  // A log that belongs to another file would damage the copy.
  const words = [
    ...(existsSync(file) && statSync(file).size > 0 ? [`mv ${store} ${store}.damaged`] : []),
    `rm -f ${store}-wal ${store}-shm`,
    `cp ${shellWord(copy.file)} ${store}`,
  ];
  return storeWords('store.restore.copy', { date: copy.date, command: words.join(' && ') });
}
