export type Value = string | number | bigint | Uint8Array | null;

/** A store opened for reading. */
export interface DatabaseReader {
  /** Runs one statement and returns its rows (none for a plain INSERT). */
  query<Row = Record<string, Value>>(sql: string, params?: readonly Value[]): Promise<Row[]>;
}

/**
 * The interface of the store. SQL must run on both SQLite and PostgreSQL, with `$1`, `$2` … as parameters, so that the
 * same schema serves a single machine and a fleet. Integers (INTEGER, BIGINT) are returned as `number`, bytes as
 * `Uint8Array`.
 */
export interface Database extends DatabaseReader {
  /**
   * Runs `work` atomically: commits when it resolves, rolls back when it rejects. Writers wait for each other, also
   * across processes. `work` must use the database passed to it, not the outer one.
   */
  transaction<T>(work: (database: Database) => Promise<T>): Promise<T>;
  /**
   * Runs `work` while holding a named lock between processes. Callers in the same process share it. The lock is
   * released if the process dies. `signal` ends only the waiting, not the work.
   */
  lock<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  close(): Promise<void>;
}
