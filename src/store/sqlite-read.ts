import { type BigIntStats, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { systemCode } from '../base/errors.ts';
import { fileError } from '../base/files.ts';
import type { DatabaseReader } from './database.ts';
import { hasForeignLog } from './foreign-log.ts';
import { storeError } from './messages.ts';
import { migrations } from './migrations.ts';
import { sqliteError } from './sqlite-error.ts';
import { namedParameters } from './sqlite.ts';

/** Time that SQLite waits while another process recovers the log of a killed one. */
const waitMs = 2_000;

/** File systems round modification times, so two changes within this time may have the same one. */
const clockTickMs = 20;

const attempts = 50;

/**
 * Reads a consistent snapshot of the SQLite store at `file`, concurrently with writers. Creates and changes nothing, so
 * it also works on a read-only or full disk. Migrates an older store in memory.
 * @param read must only read; runs again if a writer interferes.
 * @returns undefined if there is no store or it is empty.
 * @throws EveryhopError `store.corrupt`, `store.too-new`, `store.busy`, `file.*`.
 */
export async function readSqlite<T>(
  file: string,
  read: (database: DatabaseReader) => Promise<T>,
): Promise<T | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const before = filesOf(file);
    if (!before.main) return undefined;
    const mode = readModeFor(before);
    if (!mode.isIsolated && wasJustChanged(before)) await pause(clockTickMs);
    let connection: DatabaseSync | undefined;
    const isConsistent = (): boolean =>
      (mode.isIsolated && connection !== undefined) || isUnchanged(before, filesOf(file));
    try {
      connection = begin(file, mode);
      const result = await readCurrent(connection, file, read);
      if (isConsistent()) return result;
    } catch (error) {
      if (isConsistent()) throw sqliteError(error, file);
    } finally {
      connection?.close();
    }
  }
  throw storeError('store.busy', { file });
}

interface StoreFiles {
  main: BigIntStats | undefined;
  log: BigIntStats | undefined;
  hasIndex: boolean;
}

function filesOf(file: string): StoreFiles {
  const main = statOf(file);
  const isForeign = main !== undefined && hasForeignLog(file);
  return { main, log: isForeign ? undefined : statOf(`${file}-wal`), hasIndex: statOf(`${file}-shm`) !== undefined };
}

function statOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw fileError(error, file);
  }
}

function isUnchanged(before: StoreFiles, after: StoreFiles): boolean {
  const marks = ({ main, log }: StoreFiles): string =>
    [main, log].map((stat) => stat && [stat.ino, stat.size, stat.mtimeNs].join()).join(' ');
  return marks(before) === marks(after);
}

function wasJustChanged({ main, log }: StoreFiles): boolean {
  const changedMs = [main, log].map((stat) => Number(stat?.mtimeMs ?? 0n));
  return changedMs.some((ms) => Math.abs(Date.now() - ms) < clockTickMs);
}

interface ReadMode {
  parameters: Record<string, string>;
  pragma?: string;
  /** SQLite isolates the reader from concurrent writers. */
  isIsolated: boolean;
}

/**
 * Even for reading, SQLite creates missing files of the write-ahead log (https://sqlite.org/wal.html#readonly). This
 * avoids it: without a log, the file is the whole store; for a log without its index (`-shm`), SQLite makes an index in
 * memory.
 */
function readModeFor({ log, hasIndex }: StoreFiles): ReadMode {
  if (!log || log.size === 0n) return { parameters: { immutable: '1' }, isIsolated: false };
  if (hasIndex || process.platform === 'win32') return { parameters: {}, isIsolated: true };
  return { parameters: { vfs: 'unix-none' }, pragma: 'PRAGMA locking_mode = EXCLUSIVE', isIsolated: false };
}

/** Opens a connection on which all queries see the same snapshot. */
function begin(file: string, { parameters, pragma = '' }: ReadMode): DatabaseSync {
  const url = pathToFileURL(file);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const connection = new DatabaseSync(url, { readOnly: true, timeout: waitMs });
  try {
    connection.exec(pragma);
    connection.exec('BEGIN');
    versionOf(connection); // BEGIN alone does not open the file
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function readCurrent<T>(
  connection: DatabaseSync,
  file: string,
  read: (database: DatabaseReader) => Promise<T>,
): Promise<T | undefined> {
  const version = versionOf(connection);
  if (version === 0) return undefined;
  if (version === migrations.length) return read(readerOf(connection, file));
  if (version > migrations.length) {
    throw storeError('store.too-new', { file, found: version, known: migrations.length });
  }
  const copy = migratedCopy(connection, version);
  try {
    return await read(readerOf(copy, file));
  } finally {
    copy.close();
  }
}

function versionOf(connection: DatabaseSync): number {
  return (connection.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

function migratedCopy(connection: DatabaseSync, version: number): DatabaseSync {
  const copy = new DatabaseSync(':memory:');
  const parts = connection.prepare('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL').all() as {
    type: string;
    name: string;
    sql: string;
  }[];
  for (const { sql } of parts) copy.exec(sql);
  for (const { name } of parts.filter(({ type }) => type === 'table')) {
    const rows = connection.prepare(`SELECT * FROM "${name}"`).all();
    const places = Object.keys(rows[0] ?? {}).map(() => '?');
    if (rows.length === 0) continue;
    const insert = copy.prepare(`INSERT INTO "${name}" VALUES (${places.join(', ')})`);
    for (const row of rows) insert.run(...Object.values(row));
  }
  for (const step of migrations.slice(version)) copy.exec(step);
  return copy;
}

function readerOf(connection: DatabaseSync, file: string): DatabaseReader {
  return {
    async query<Row>(sql: string, params: Parameters<typeof namedParameters>[0] = []): Promise<Row[]> {
      try {
        return connection.prepare(sql).all(namedParameters(params)) as Row[];
      } catch (error) {
        throw sqliteError(error, file);
      }
    },
  };
}
