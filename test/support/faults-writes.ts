/**
 * Makes the n-th write of a process fail, or kills the process before it. Loaded first (`node --import`) or imported by
 * a test: all disk writes of the program go through `node:fs/promises`, `node:fs` and `node:sqlite`, which are wrapped
 * here, so the program needs no change.
 */
import fs, { writeSync } from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';

export type Errno = 'ENOSPC' | 'EACCES';

export interface WriteFault {
  /** Counted from 1. */
  at: number;
  /** `kill` ends this process before that write. */
  kind: 'kill' | Errno;
  /** All later writes fail too, until `disarm`; otherwise only this one. */
  lasting?: boolean;
}

let fault: WriteFault | undefined;
let counted: string[] = [];

/** Starts counting writes; the given one fails. */
export function arm(given?: WriteFault): void {
  fault = given;
  counted = [];
}

/** @returns the writes since `arm` in order, including failed ones. */
export function disarm(): string[] {
  const writes = counted;
  arm();
  return writes;
}

const meanings: Record<Errno, { text: string; sqlite: number; sqliteText: string }> = {
  ENOSPC: { text: 'no space left on device', sqlite: 13, sqliteText: 'database or disk is full' },
  EACCES: { text: 'permission denied', sqlite: 8, sqliteText: 'attempt to write a readonly database' },
};

/** Counts a write; kills the process, or returns the error that it must fail with. */
function meet(what: string, needsSpace = true): Errno | undefined {
  counted.push(what);
  if (!fault || counted.length < fault.at) return undefined;
  if (counted.length > fault.at && !fault.lasting) return undefined;
  const { kind } = fault;
  if (kind === 'kill') {
    writeSync(2, `killed before write ${counted.length}: ${what}\n`);
    process.kill(process.pid, 'SIGKILL');
    for (;;); // wait for the signal
  }
  // A full disk permits operations that take no space, except for the one chosen to fail.
  return kind === 'ENOSPC' && !needsSpace && counted.length > fault.at ? undefined : kind;
}

function meetFile(call: string, file: unknown, needsSpace?: boolean): void {
  const errno = meet(`${call} ${path.basename(String(file)).replace(/\.[0-9a-f]{12}\.tmp$/, '.….tmp')}`, needsSpace);
  if (!errno) return;
  const error = new Error(`${errno}: ${meanings[errno].text}, ${call} '${String(file)}'`);
  throw Object.assign(error, { code: errno, syscall: call, path: String(file) });
}

function meetSql(sql: string): void {
  const words =
    /^\s*(INSERT INTO \w+|UPDATE \w+|DELETE FROM \w+|CREATE TABLE|COMMIT|PRAGMA (?:journal_mode|user_version) = \w+|PRAGMA wal_checkpoint)/;
  const match = words.exec(sql);
  if (!match) return;
  const errno = meet(match[1]!);
  if (!errno) return;
  const { sqlite, sqliteText } = meanings[errno];
  throw Object.assign(new Error(sqliteText), { code: 'ERR_SQLITE_ERROR', errcode: sqlite, errstr: sqliteText });
}

type Call = (...given: never[]) => unknown;

/** Wraps a method so that it calls `before` first. */
function precede(holder: object, name: string, before: (self: unknown, ...given: unknown[]) => void): void {
  const methods = holder as Record<string, Call>;
  const original = methods[name]!;
  methods[name] = function (this: unknown, ...given: never[]): unknown {
    before(this, ...given);
    return original.apply(this, given);
  };
}

/** The same for an async method: an error of `before` becomes its rejection. */
function precedeAsync(holder: object, name: string, before: (self: unknown, ...given: unknown[]) => unknown): void {
  const methods = holder as Record<string, (...given: never[]) => Promise<unknown>>;
  const original = methods[name]!;
  methods[name] = async function (this: unknown, ...given: never[]): Promise<unknown> {
    await before(this, ...given);
    return original.apply(this, given);
  };
}

for (const [name, needsSpace] of [
  ['chmod', false],
  ['chown', false],
  ['mkdir', true],
  ['rename', false],
  ['rm', false],
  ['rmdir', false],
] as const) {
  precedeAsync(promises, name, (_, file) => meetFile(name, file, needsSpace));
}
for (const name of ['link', 'symlink']) precedeAsync(promises, name, (_, _target, link) => meetFile(name, link));
precede(fs, 'chmodSync', (_, file) => meetFile('chmod', file, false));
precede(fs, 'openSync', (_, file, flags) => {
  if (flags === 'a') meetFile('open', file);
});

const openFile = promises.open;
promises.open = async (file, flags, mode) => {
  const isWritten = flags === 'wx';
  if (isWritten) meetFile('open', file);
  const handle = await openFile(file, flags, mode);
  precedeAsync(handle, 'sync', () => meetFile('fsync', file));
  precedeAsync(handle, 'chmod', () => meetFile('chmod', file, false));
  if (isWritten) watchContent(handle, String(file));
  return handle;
};

/** A disk can fill up, and a process can die, in the middle of a file. */
function watchContent(handle: FileHandle, file: string): void {
  precedeAsync(handle, 'writeFile', async (_, data) => {
    meetFile('write', file);
    if (typeof data !== 'string' && !ArrayBuffer.isView(data)) return;
    const bytes = Buffer.from(data as string | Uint8Array);
    await handle.write(bytes, 0, bytes.length >> 1, 0);
    meetFile('write the rest of', file);
    await handle.truncate(0);
  });
}

precede(DatabaseSync.prototype, 'exec', (_, sql) => meetSql(String(sql)));
precede(StatementSync.prototype, 'all', (statement) => meetSql((statement as StatementSync).sourceSQL));
syncBuiltinESMExports();

const killAt = process.env['KILL_AT_WRITE'];
if (killAt !== undefined) arm({ at: Number(killAt), kind: 'kill' });
