import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileError } from '../base/files.ts';
import { Queue } from '../base/queue.ts';
import { restorePhrase } from './daily-copy.ts';
import { setAsideForeignLog } from './foreign-log.ts';
import type { Database, Value } from './database.ts';
import { storeError } from './messages.ts';
import { migrations } from './migrations.ts';
import { ProcessLock } from './process-lock.ts';
import { isBusy, sqliteError } from './sqlite-error.ts';

/** Time that a writer waits for another process before it fails. */
const busyTimeoutMs = 10_000;

/** Time that SQLite waits, blocking the event loop, per attempt. */
const blockingWaitMs = 50;

/**
 * Opens the SQLite store at `file`; creates or migrates it if needed. `:memory:` makes a store that ends with the
 * process.
 * @throws EveryhopError `store.corrupt`, `store.too-new`, `store.busy`, `file.*`.
 */
export async function openSqlite(file: string): Promise<Database> {
  if (file !== ':memory:') {
    createPrivate(file);
    setAsideForeignLog(file);
  }
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(file, { timeout: blockingWaitMs, enableForeignKeyConstraints: true });
    const database = new SqliteDatabase(connection, file);
    await database.prepare();
    return database;
  } catch (error) {
    connection?.close();
    throw sqliteError(error, file);
  }
}

/** Before SQLite opens the file: SQLite gives its further files (-wal, -shm) the same permissions. */
function createPrivate(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  } catch (error) {
    throw fileError(error, file);
  }
}

class SqliteDatabase implements Database {
  readonly #connection: DatabaseSync;
  readonly #file: string;
  readonly #statements = new Map<string, StatementSync>();
  readonly #locks = new Map<string, { lock: ProcessLock | undefined; holders: number }>();
  readonly #queue = new Queue();

  constructor(connection: DatabaseSync, file: string) {
    this.#connection = connection;
    this.#file = file;
  }

  query<Row>(sql: string, params: readonly Value[] = []): Promise<Row[]> {
    return this.#inTurn(() => this.#retryWhileBusy(() => this.#run<Row>(sql, params)));
  }

  transaction<T>(work: (database: Database) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.#retryWhileBusy(() => this.#connection.exec('BEGIN IMMEDIATE'));
      try {
        const result = await work(this.#inTransaction());
        this.#connection.exec('COMMIT');
        return result;
      } catch (error) {
        if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
        throw error;
      }
    });
  }

  async lock<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#file === ':memory:') return work();
    const held = this.#locks.get(name) ?? { lock: undefined, holders: 0 };
    this.#locks.set(name, held);
    held.holders += 1;
    try {
      // Without time limit: the other process may be waiting for an authority.
      while (!held.lock) {
        held.lock = ProcessLock.take(`${this.#file}-lock-${name}`);
        if (!held.lock) await pause(20, undefined, signal && { signal });
      }
      return await work();
    } finally {
      held.holders -= 1;
      if (held.holders === 0) {
        this.#locks.delete(name);
        held.lock?.release();
      }
    }
  }

  /** Merges the write-ahead log into the file, so that the file is the whole store. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#connection.isOpen) return;
      this.#statements.clear();
      try {
        // Otherwise SQLite does this only when the last process closes, and deleted data stays readable until then.
        this.#connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      } finally {
        this.#connection.close();
      }
    });
  }

  async prepare(): Promise<void> {
    await this.#inTurn(() =>
      this.#retryWhileBusy(() => {
        this.#connection.exec('PRAGMA journal_mode = WAL');
        this.#connection.exec('PRAGMA synchronous = FULL');
        // Erases deleted private keys from the file.
        this.#connection.exec('PRAGMA secure_delete = ON');
      }),
    );
    this.#check();
    if (this.#version() === migrations.length) return;
    await this.transaction(async () => {
      const version = this.#version(); // another process may have migrated it meanwhile
      if (version > migrations.length) {
        throw storeError('store.too-new', { file: this.#file, found: version, known: migrations.length });
      }
      for (const step of migrations.slice(version)) this.#connection.exec(step);
      this.#connection.exec(`PRAGMA user_version = ${migrations.length}`);
    });
  }

  /** Detects damage when opening, not when a certificate is due. Takes a millisecond per megabyte. */
  #check(): void {
    const [row] = this.#connection.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
    if (row?.quick_check !== 'ok')
      throw storeError('store.corrupt', { file: this.#file, restore: restorePhrase(this.#file) });
  }

  #version(): number {
    const row = this.#connection.prepare('PRAGMA user_version').get() as { user_version: number };
    return row.user_version;
  }

  #run<Row>(sql: string, params: readonly Value[]): Row[] {
    const statement = this.#statements.get(sql) ?? this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement.all(namedParameters(params)) as Row[];
  }

  #inTransaction(): Database {
    const inner: Database = {
      query: async <Row>(sql: string, params: readonly Value[] = []) => this.#run<Row>(sql, params),
      transaction: (work) => work(inner),
      lock: (name, work, signal) => this.lock(name, work, signal),
      close: async () => {},
    };
    return inner;
  }

  /** One caller at a time uses the connection, so that no query runs inside another caller's transaction. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run(work).catch((error: unknown) => {
      throw sqliteError(error, this.#file);
    });
  }

  /** Retries while another process writes. */
  async #retryWhileBusy<T>(attempt: () => T): Promise<T> {
    const deadline = performance.now() + busyTimeoutMs;
    for (;;) {
      try {
        return attempt();
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw error;
      }
      await pause(5);
    }
  }
}

/** Parameters by name, `$1`, `$2` …, as SQLite requires for such placeholders. */
export function namedParameters(params: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(params.map((value, index) => [`$${index + 1}`, value]));
}
