import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { baseError } from '../../src/base/messages.ts';
import { storeError } from '../../src/store/messages.ts';
import { migrations } from '../../src/store/migrations.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { openState } from '../../src/store/state.ts';
import { testRandom } from '../support/seed.ts';

let folder: string;
let last = 0;
const children = new Map<ChildProcess, Promise<number | null>>();
/** A child that hangs must fail the test. */
const limit = { timeout: 60_000 };
const fresh = (): string => path.join(folder, String((last += 1)));
const insert = 'INSERT INTO settings (name, value) VALUES ($1, $2)';

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-store-'));
});
after(async () => {
  for (const child of children.keys()) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function run(stateFolder: string, task: string): ChildProcess {
  const args = [path.join(import.meta.dirname, 'writer.ts'), stateFolder, task];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.set(child, new Promise((resolve) => child.once('close', resolve)));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await children.get(child);
}

test('folder and files are private, including those created by SQLite', async () => {
  const state = await openState(fresh());
  await state.database.query(insert, ['a', 'b']);
  await state.lock();
  assert.equal((await stat(state.folder)).mode & 0o777, 0o711);
  const files = (await readdir(state.folder)).sort();
  assert.deepEqual(files, ['everyhop.db', 'everyhop.db-shm', 'everyhop.db-wal', 'up.lock', 'up.pid']);
  for (const file of files.filter((name) => name !== 'up.pid')) {
    assert.equal((await stat(path.join(state.folder, file))).mode & 0o777, 0o600, file);
  }
  await state.close();
  assert.deepEqual(
    (await readdir(state.folder)).sort(),
    ['everyhop.db', 'up.lock'],
    'close merges the log into the file',
  );
});

test('a folder with other files keeps its permissions', async () => {
  const used = await mkdtemp(path.join(folder, 'used-'));
  await writeFile(path.join(used, 'x'), '');
  await chmod(used, 0o755);
  await (await openState(used)).close();
  assert.equal((await stat(used)).mode & 0o777, 0o755);
});

test('transactions are atomic and isolated', async () => {
  const database = await openSqlite(':memory:');
  const failing = database.transaction(async (inner) => {
    await inner.query(insert, ['a', '1']);
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error('stop');
  });
  const beside = database.query(insert, ['b', '2']);
  await assert.rejects(failing, /stop/);
  await beside;
  assert.deepEqual(
    (await database.query<{ name: string }>('SELECT name FROM settings')).map((row) => row.name),
    ['b'],
  );
});

test('a transaction rejects with the error of the callback, unchanged', async () => {
  const database = await openSqlite(':memory:');
  const ours = baseError(
    'file.missing',
    { file: '/elsewhere' },
    { cause: Object.assign(new Error('x'), { code: 'ENOENT' }) },
  );
  await assert.rejects(
    database.transaction(() => Promise.reject(ours)),
    (error) => error === ours,
  );
});

test('a process killed at any moment loses no committed data and leaves a usable store', limit, async () => {
  const stateFolder = fresh();
  for (let round = 0; round < 6; round += 1) {
    const child = run(stateFolder, 'write');
    let printed = '';
    const enough = 1 + testRandom.integer(8);
    child.stdout!.on('data', (piece) => {
      printed += String(piece);
      if (printed.split('\n').length > enough) child.kill('SIGKILL');
    });
    await children.get(child);
    const committed = printed.split('\n').length - 1;
    const state = await openState(stateFolder);
    const { database } = state;
    const rows = await database.query<{ name: string }>('SELECT name FROM settings');
    const names = new Set(rows.map((row) => row.name));
    for (let number = 1; number <= committed; number += 1)
      assert.ok(names.has(`a${number}`) && names.has(`b${number}`));
    for (const name of names)
      assert.ok(names.has(name.replace(/^./, name.startsWith('a') ? 'b' : 'a')), 'pairs are complete');
    await state.close();
  }
});

test('processes that start and write at the same time wait for each other', limit, async () => {
  const stateFolder = fresh();
  const writers = [1, 2, 3].map(() => run(stateFolder, 'count'));
  const codes = await Promise.all(writers.map((child) => children.get(child)!));
  assert.deepEqual(codes, [0, 0, 0]);
  const state = await openState(stateFolder);
  const { database } = state;
  const rows = await database.query<{ value: string }>("SELECT value FROM settings WHERE name = 'count'");
  assert.equal(rows[0]!.value, '300');
  await state.close();
});

test(
  'one up per folder: others get its pid, can read and write, and can take over once it is killed',
  limit,
  async () => {
    const stateFolder = fresh();
    const holder = run(stateFolder, 'hold');
    await once(holder.stdout!, 'data');
    const state = await openState(stateFolder);
    await state.database.query(insert, ['a', 'b']);
    await assert.rejects(state.lock(), (error) => {
      assert.ok(storeError.is(error, 'store.in-use'));
      assert.equal(error.params.pid, String(holder.pid));
      return true;
    });
    await kill(holder);
    await state.lock();
    assert.equal(await readFile(path.join(stateFolder, 'up.pid'), 'utf8'), `${process.pid}\n`);
    await state.close();
  },
);

test('a lock waits for another process, even a killed one; the wait can be aborted', limit, async () => {
  const stateFolder = fresh();
  const holder = run(stateFolder, 'lock');
  await once(holder.stdout!, 'data');
  const state = await openState(stateFolder);
  const { database } = state;
  const abort = new AbortController();
  const impatient = database.lock('issue', async () => assert.fail('the lock is held'), abort.signal);
  abort.abort();
  await assert.rejects(impatient, { name: 'AbortError' });
  let ran = false;
  const work = database.lock('issue', async () => void (ran = true));
  await database.lock('other', async () => assert.ok(!ran));
  await kill(holder);
  await work;
  assert.ok(ran);
  await state.close();
});

test('rejects a store of a newer Everyhop without changing it', async () => {
  const file = fresh();
  await (await openSqlite(file)).close();
  const raw = new DatabaseSync(file);
  raw.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  raw.close();
  const before = await readFile(file);
  await assert.rejects(openSqlite(file), (error) => storeError.is(error, 'store.too-new'));
  assert.deepEqual(await readFile(file), before);
});

test('rejects a damaged store and other files without changing them', async () => {
  const file = fresh();
  await writeFile(file, 'this is not a database, but a text of some length '.repeat(100));
  const before = await readFile(file);
  await assert.rejects(openSqlite(file), (error) => storeError.is(error, 'store.corrupt'));
  assert.deepEqual(await readFile(file), before);

  const whole = fresh();
  const database = await openSqlite(whole);
  for (let number = 0; number < 50; number += 1) await database.query(insert, [`name ${number}`, 'x'.repeat(3000)]);
  await database.close();
  const bytes = await readFile(whole);
  bytes.fill(0x5a, 8 * 4096, 20 * 4096);
  await writeFile(whole, bytes);
  await copyFile(whole, `${whole}.kept`);
  await assert.rejects(openSqlite(whole), (error) => storeError.is(error, 'store.corrupt'));
  assert.deepEqual(await readFile(whole), await readFile(`${whole}.kept`));
});

test('a state folder below a file is a file error', async () => {
  const file = fresh();
  await writeFile(file, '');
  await assert.rejects(openState(path.join(file, 'below')), (error) => baseError.is(error, 'file.not-folder'));
});

test('erases a deleted private key from the file', async () => {
  const file = fresh();
  const database = await openSqlite(file);
  await database.query(insert, ['key', 'SECRET-'.repeat(300)]);
  await database.query("DELETE FROM settings WHERE name = 'key'");
  await database.close();
  assert.ok(!(await readFile(file)).includes('SECRET-SECRET'));
});
