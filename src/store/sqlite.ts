import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Database, Value } from './database.ts';
import { migrations } from './migrations.ts';

/** Opens (and makes, and migrates) the SQLite store at `file`. */
export async function openSqlite(file: string): Promise<Database> {
  const connection = new DatabaseSync(file, { timeout: 10_000, enableForeignKeyConstraints: true });
  if (file !== ':memory:') chmodSync(file, 0o600);
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const database = new SqliteDatabase(connection);
  await database.migrate();
  return database;
}

class SqliteDatabase implements Database {
  readonly #connection: DatabaseSync;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  async query<Row>(sql: string, params: readonly Value[] = []): Promise<Row[]> {
    return this.#inTurn(async () => this.#run<Row>(sql, params));
  }

  async transaction<T>(work: (database: Database) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      this.#connection.exec('BEGIN IMMEDIATE');
      try {
        const inner: Database = {
          query: async <Row>(sql: string, params: readonly Value[] = []) => this.#run<Row>(sql, params),
          transaction: (nested) => nested(inner),
          close: async () => {},
        };
        const result = await work(inner);
        this.#connection.exec('COMMIT');
        return result;
      } catch (error) {
        if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => this.#connection.close());
  }

  async migrate(): Promise<void> {
    await this.transaction(async () => {
      const row = this.#connection.prepare('PRAGMA user_version').get() as { user_version: number };
      for (const step of migrations.slice(row.user_version)) this.#connection.exec(step);
      this.#connection.exec(`PRAGMA user_version = ${migrations.length}`);
    });
  }

  #run<Row>(sql: string, params: readonly Value[]): Row[] {
    const bound = Object.fromEntries(params.map((value, index) => [`$${index + 1}`, value]));
    return this.#connection.prepare(sql).all(bound) as Row[];
  }

  /** One user of the connection at a time: a query may not slip into somebody else's transaction. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
