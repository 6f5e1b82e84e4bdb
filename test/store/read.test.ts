/** Reads a store concurrently with writers, after a killed writer, and on a read-only disk. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { baseError } from '../../src/base/messages.ts';
import type { DatabaseReader } from '../../src/store/database.ts';
import { storeError } from '../../src/store/messages.ts';
import { migrations } from '../../src/store/migrations.ts';
import { openState, readState } from '../../src/store/state.ts';
import { atEnd, temporaryFolder } from '../support/up.ts';

const limit = { timeout: 60_000 };
const mayMount = process.platform === 'linux' && process.getuid?.() === 0;
const insert = 'INSERT INTO settings (name, value) VALUES ($1, $2)';

async function settingNames(database: DatabaseReader): Promise<string[]> {
  const rows = await database.query<{ name: string }>('SELECT name FROM settings ORDER BY name');
  return rows.map(({ name }) => name);
}

/**
 * The contents of all files, which a reader must not change; only the name for `-shm`, which holds locks of readers.
 */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const content = (name: string): string =>
    name.endsWith('-shm') ? '' : readFileSync(path.join(folder, name)).toString('base64');
  return Object.fromEntries(names.map((name) => [name, content(name)]));
}

function writer(t: TestContext, folder: string, task: string): ChildProcess {
  const args = [path.join(import.meta.dirname, 'writer.ts'), folder, task];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(t, () => child.kill('SIGKILL'));
  return child;
}

async function addSettings(folder: string, ...names: string[]): Promise<void> {
  const state = await openState(folder);
  for (const name of names) await state.database.query(insert, [name, '']);
  await state.close();
}

/** Makes a store whose last commit is only in the log, because its writer was killed. */
async function makeInterruptedStore(t: TestContext, folder: string): Promise<void> {
  await addSettings(folder, 'a');
  const child = writer(t, folder, 'leave');
  await once(child.stdout!, 'data');
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  assert.deepEqual((await readdir(folder)).sort(), ['everyhop.db', 'everyhop.db-shm', 'everyhop.db-wal']);
}

test('returns undefined without a store and creates nothing', async (t) => {
  const folder = await temporaryFolder(t, 'read');
  assert.equal(await readState(path.join(folder, 'none'), settingNames), undefined);
  assert.equal(await readState(folder, settingNames), undefined);
  assert.deepEqual(await readdir(folder), []);
  await writeFile(path.join(folder, 'everyhop.db'), '');
  assert.equal(await readState(folder, settingNames), undefined);
  assert.equal(await readState(path.join(folder, 'everyhop.db'), settingNames), undefined);
  assert.deepEqual(await contentsOf(folder), { 'everyhop.db': '' });
});

const kinds: [string, (t: TestContext, folder: string) => Promise<void>, string[]][] = [
  ['a closed store', (_, folder) => addSettings(folder, 'a', 'b'), ['a', 'b']],
  ['a store whose writer was killed', makeInterruptedStore, ['a', 'left']],
  [
    'a store copied without the index of its log',
    async (t, folder) => {
      await makeInterruptedStore(t, folder);
      await rm(path.join(folder, 'everyhop.db-shm'));
    },
    ['a', 'left'],
  ],
];

for (const [kind, make, names] of kinds) {
  test(`reads ${kind} completely without changing it`, limit, async (t) => {
    const folder = path.join(await temporaryFolder(t, 'read'), 'state');
    await make(t, folder);
    const before = await contentsOf(folder);
    assert.deepEqual(await readState(folder, settingNames), names);
    assert.deepEqual(await contentsOf(folder), before);
    await addSettings(folder, 'z');
    assert.deepEqual(await readState(folder, settingNames), [...names, 'z']);
  });

  test(
    `reads ${kind} on a read-only disk`,
    { ...limit, skip: !mayMount && 'needs root on Linux, to mount a small file system' },
    async (t) => {
      const disk = await temporaryFolder(t, 'read');
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
      atEnd(t, () => execFileSync('umount', ['-l', disk]));
      const folder = path.join(disk, 'state');
      await make(t, folder);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const before = await contentsOf(folder);
      assert.deepEqual(await readState(folder, settingNames), names);
      assert.deepEqual(await contentsOf(folder), before);
    },
  );
}

test('all queries of a reader see the same snapshot, concurrently with a writer', limit, async (t) => {
  const folder = path.join(await temporaryFolder(t, 'read'), 'state');
  const child = writer(t, folder, 'write');
  for (let round = 0; round < 5; round += 1) {
    await once(child.stdout!, 'data');
    await readState(folder, async (database) => {
      const first = await settingNames(database);
      await once(child.stdout!, 'data'); // the writer has committed more
      assert.deepEqual(await settingNames(database), first);
      const pairs = first.map((name) => name.slice(1));
      assert.ok(
        pairs.every((number) => first.includes(`a${number}`) && first.includes(`b${number}`)),
        'pairs are complete',
      );
    });
  }
});

test('reads a closed store again if a writer opens and closes it meanwhile', limit, async (t) => {
  const folder = path.join(await temporaryFolder(t, 'read'), 'state');
  await addSettings(folder, 'a');
  let rounds = 0;
  const seen = await readState(folder, async (database) => {
    const before = await settingNames(database);
    rounds += 1;
    if (rounds === 1) await addSettings(folder, 'b');
    return [before, await settingNames(database)];
  });
  assert.deepEqual(seen, [
    ['a', 'b'],
    ['a', 'b'],
  ]);
  assert.equal(rounds, 2);
});

test('an error in the callback ends the read, even with a concurrent writer', async (t) => {
  const folder = path.join(await temporaryFolder(t, 'read'), 'state');
  const state = await openState(folder);
  await state.database.query(insert, ['a', '']);
  let rounds = 0;
  const failing = readState(folder, async () => {
    rounds += 1;
    await state.database.query(insert, ['b', '']);
    throw new Error('stop');
  });
  await assert.rejects(failing, /stop/);
  assert.equal(rounds, 1);
  await state.close();
});

test('a reader cannot write', async (t) => {
  const folder = path.join(await temporaryFolder(t, 'read'), 'state');
  await addSettings(folder, 'a');
  await assert.rejects(
    readState(folder, (database) => database.query(insert, ['b', ''])),
    (error) => baseError.is(error, 'file.denied'),
  );
  const state = await openState(folder); // creates a log
  await state.database.query(insert, ['c', '']);
  await assert.rejects(
    readState(folder, (database) => database.query(insert, ['b', ''])),
    (error) => baseError.is(error, 'file.denied'),
  );
  await state.close();
});

test('migrates an older store only in memory', async (t) => {
  const folder = await temporaryFolder(t, 'read');
  const file = path.join(folder, 'everyhop.db');
  const old = new DatabaseSync(file);
  old.exec(migrations[0]!);
  old.exec("PRAGMA user_version = 1; INSERT INTO settings VALUES ('a', 'b'); INSERT INTO proofs VALUES ('h', 1, 2)");
  old.close();
  const before = await readFile(file);
  const seen = await readState(folder, async (database) => [
    await settingNames(database),
    await database.query('SELECT * FROM proofs'),
    await database.query('SELECT * FROM attempts'),
  ]);
  assert.deepEqual(JSON.parse(JSON.stringify(seen)), [
    ['a'],
    [{ host: 'h', proven_since_ms: 1, last_proven_ms: 2 }],
    [],
  ]);
  assert.deepEqual(await readFile(file), before);
});

test('rejects a newer store and other files without changing them', async (t) => {
  const folder = await temporaryFolder(t, 'read');
  await mkdir(path.join(folder, 'newer'));
  const newer = new DatabaseSync(path.join(folder, 'newer', 'everyhop.db'));
  newer.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  newer.close();
  await assert.rejects(readState(path.join(folder, 'newer'), settingNames), (error) =>
    storeError.is(error, 'store.too-new'),
  );
  const other = path.join(folder, 'everyhop.db');
  await writeFile(other, 'this is not a database, but a text of some length '.repeat(100));
  const before = await readFile(other);
  await assert.rejects(readState(folder, settingNames), (error) => storeError.is(error, 'store.corrupt'));
  assert.deepEqual(await readFile(other), before);
});
