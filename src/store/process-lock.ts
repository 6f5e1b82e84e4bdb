import { closeSync, constants, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileError } from '../base/files.ts';
import { isBusy, sqliteError } from './sqlite-error.ts';

/**
 * A lock between processes of one machine. The kernel releases it when the holder dies. Node has no `flock`, so the
 * lock is an exclusive transaction on an empty SQLite file.
 */
export class ProcessLock {
  readonly #connection: DatabaseSync;

  private constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  /**
   * Takes the lock; undefined if another holder has it, even in this process.
   * @param waitMs time to wait for that holder; blocks this thread. Default 0.
   * @throws EveryhopError `file.*` if the lock file cannot be created.
   */
  static take(file: string, waitMs = 0): ProcessLock | undefined {
    try {
      // Follows no link: a user who may write in the folder could otherwise have any file created.
      closeSync(openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600));
    } catch (error) {
      throw fileError(error, file);
    }
    const connection = new DatabaseSync(file, { timeout: waitMs });
    try {
      connection.exec('PRAGMA journal_mode = MEMORY'); // creates no further file
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
