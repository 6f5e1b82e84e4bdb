import { PGlite, type Transaction } from '@electric-sql/pglite';
import type { Database, Value } from '../../src/store/database.ts';
import { migrations } from '../../src/store/migrations.ts';

export interface Postgres {
  /** A new, fully migrated store. One at a time: a new store replaces the previous one. */
  openStore(): Promise<Database>;
  /** All statements run in any store. */
  statements: Set<string>;
  close(): Promise<void>;
}

/** Starts PostgreSQL inside this process. */
export async function startPostgres(): Promise<Postgres> {
  const server = await PGlite.create();
  const statements = new Set<string>();
  let stores = 0;
  const query =
    (on: PGlite | Transaction): Database['query'] =>
    async <Row>(sql: string, params: readonly Value[] = []) => {
      statements.add(sql);
      return (await on.query<Row>(sql, [...params])).rows;
    };
  const inside = (transaction: Transaction): Database => {
    const database: Database = {
      query: query(transaction),
      transaction: (work) => work(database),
      lock: (_, work) => work(),
      close: async () => {},
    };
    return database;
  };
  return {
    statements,
    close: () => server.close(),
    async openStore() {
      const schema = `store_${(stores += 1)}`;
      await server.exec(`CREATE SCHEMA ${schema}; SET search_path TO ${schema}`);
      for (const step of migrations) await server.exec(step);
      return {
        query: query(server),
        transaction: (work) => server.transaction((transaction) => work(inside(transaction))),
        lock: (_, work) => work(), // no other process uses it
        close: async () => {},
      };
    },
  };
}
