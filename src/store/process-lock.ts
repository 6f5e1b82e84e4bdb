import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileError } from '../base/files.ts';
import { isBusy, sqliteError } from './sqlite-error.ts';

/**
 * A lock between processes of one machine, which the kernel frees when its holder dies, however it dies. Node has no
 * `flock`; an empty SQLite file held in an exclusive transaction is one.
 */
export class ProcessLock {
  readonly #connection: DatabaseSync;

  private constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  /**
   * Takes the lock; undefined if another holder (also in this process) has it.
   * @param waitMs how long to wait for that holder, blocking this thread. Default 0.
   * @throws EveryhopError `file.*` where the lock's file cannot be made.
   */
  static take(file: string, waitMs = 0): ProcessLock | undefined {
    try {
      closeSync(openSync(file, 'a', 0o600));
    } catch (error) {
      throw fileError(error, file);
    }
    const connection = new DatabaseSync(file, { timeout: waitMs });
    try {
      connection.exec('PRAGMA journal_mode = MEMORY'); // no file beside it
      connection.exec('BEGIN EXCLUSIVE');
      return new ProcessLock(connection);
    } catch (error) {
      connection.close();
      if (isBusy(error)) return undefined;
      throw sqliteError(error, file);
    }
  }

  release(): void {
    this.#connection.close();
  }
}
