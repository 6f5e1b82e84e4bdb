export type Value = string | number | bigint | Uint8Array | null;

/** A store that is open to be read. */
export interface DatabaseReader {
  /** Runs one statement and returns its rows (none for a plain INSERT). */
  query<Row = Record<string, Value>>(sql: string, params?: readonly Value[]): Promise<Row[]>;
}

/**
 * What rooms see of the store. SQL is kept to what SQLite and PostgreSQL both read, with `$1`, `$2` … as parameters, so
 * that one schema serves one machine and a fleet. Whole numbers (INTEGER, BIGINT) come as `number`, bytes as `Uint8Array`.
 */
export interface Database extends DatabaseReader {
  /**
   * All or nothing: commits when `work` resolves, rolls back when it rejects. Writers wait for each other, here and in
   * other processes. `work` uses the database that it is given, not the outer one.
   */
  transaction<T>(work: (database: Database) => Promise<T>): Promise<T>;
  /**
   * Keeps other processes out while `work` runs: they wait for it under the same name. Callers in this process do not
   * wait for each other. Freed when the process dies. `signal` ends the waiting, not the work.
   */
  lock<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  close(): Promise<void>;
}
