/** A copy of the store for a backup. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileError } from '../base/files.ts';
import { privateFolder, vacuumInto } from './daily-copy.ts';
import { storeError } from './messages.ts';
import { migrations } from './migrations.ts';
import { sqliteError } from './sqlite-error.ts';

/**
 * A complete and consistent copy of the store for a moment, beside the daily copies: keys stay in the state folder.
 * @returns its path; the caller removes it.
 * @throws EveryhopError `file.*`, `store.corrupt`, `store.busy`.
 */
export function makeSnapshot(file: string): string {
  const snapshot = path.join(privateFolder(file), '.snapshot.tmp');
  try {
    vacuumInto(file, snapshot);
    return snapshot;
  } catch (error) {
    rmSync(snapshot, { force: true });
    throw fileError(sqliteError(error, file), snapshot);
  }
}

/**
 * Whether a store that no process uses is complete and of a version that this program supports. Reads all of it.
 * @throws EveryhopError `store.corrupt`, `store.too-new`.
 */
export function checkSnapshot(file: string): void {
  try {
    const connection = new DatabaseSync(file, { readOnly: true });
    try {
      const { user_version: found } = connection.prepare('PRAGMA user_version').get() as { user_version: number };
      if (found > migrations.length) throw storeError('store.too-new', { file, found, known: migrations.length });
      const { integrity_check: result } = connection.prepare('PRAGMA integrity_check(1)').get() as {
        integrity_check: string;
      };
      if (result !== 'ok') throw Object.assign(new Error(result), { code: 'ERR_SQLITE_ERROR', errcode: 11 });
    } finally {
      connection.close();
    }
  } catch (error) {
    throw sqliteError(error, file);
  }
}
