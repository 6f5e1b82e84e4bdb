/** Reading a store: beside writers, after one that died, and on a disk that takes no writes. */
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

/** The content of every file: what a reader must leave alone. `-shm` holds the locks of readers, so its name counts alone. */
async function picture(folder: string): Promise<Record<string, string>> {
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

async function written(folder: string, ...names: string[]): Promise<void> {
  const state = await openState(folder);
  for (const name of names) await state.database.query(insert, [name, '']);
  await state.close();
}

/** A store whose last commit is in the log alone, because its writer was killed. */
async function leftBehind(t: TestContext, folder: string): Promise<void> {
  await written(folder, 'a');
  const child = writer(t, folder, 'leave');
  await once(child.stdout!, 'data');
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  assert.deepEqual((await readdir(folder)).sort(), ['everyhop.db', 'everyhop.db-shm', 'everyhop.db-wal']);
}

test('where there is nothing, nothing is read and nothing is made', async (t) => {
  const folder = await temporaryFolder(t, 'read');
  assert.equal(await readState(path.join(folder, 'none'), settingNames), undefined);
  assert.equal(await readState(folder, settingNames), undefined);
  assert.deepEqual(await readdir(folder), []);
  await writeFile(path.join(folder, 'everyhop.db'), '');
  assert.equal(await readState(folder, settingNames), undefined);
  assert.equal(await readState(path.join(folder, 'everyhop.db'), settingNames), undefined);
  assert.deepEqual(await picture(folder), { 'everyhop.db': '' });
});

const kinds: [string, (t: TestContext, folder: string) => Promise<void>, string[]][] = [
  ['a closed store', (_, folder) => written(folder, 'a', 'b'), ['a', 'b']],
  ['a store whose writer was killed', leftBehind, ['a', 'left']],
  [
    'a store that was copied without the index of its log',
    async (t, folder) => {
      await leftBehind(t, folder);
      await rm(path.join(folder, 'everyhop.db-shm'));
    },
    ['a', 'left'],
  ],
];

for (const [kind, make, names] of kinds) {
  test(`${kind} is read whole, and left as it is`, limit, async (t) => {
    const folder = path.join(await temporaryFolder(t, 'read'), 'state');
    await make(t, folder);
    const before = await picture(folder);
    assert.deepEqual(await readState(folder, settingNames), names);
    assert.deepEqual(await picture(folder), before);
    await written(folder, 'z');
    assert.deepEqual(await readState(folder, settingNames), [...names, 'z']);
  });

  test(
    `${kind} is read on a read-only disk`,
    { ...limit, skip: !mayMount && 'needs root on Linux, to mount a small file system' },
    async (t) => {
      const disk = await temporaryFolder(t, 'read');
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
      atEnd(t, () => execFileSync('umount', ['-l', disk]));
      const folder = path.join(disk, 'state');
      await make(t, folder);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const before = await picture(folder);
      assert.deepEqual(await readState(folder, settingNames), names);
      assert.deepEqual(await picture(folder), before);
    },
  );
}

test('beside a writer, every query of a reader sees the same moment', limit, async (t) => {
  const folder = path.join(await temporaryFolder(t, 'read'), 'state');
  const child = writer(t, folder, 'write');
  for (let round = 0; round < 5; round += 1) {
    await once(child.stdout!, 'data');
    await readState(folder, async (database) => {
      const first = await settingNames(database);
      await once(child.stdout!, 'data'); // it has committed more
      assert.deepEqual(await settingNames(database), first);
      const pairs = first.map((name) => name.slice(1));
      assert.ok(
        pairs.every((number) => first.includes(`a${number}`) && first.includes(`b${number}`)),
        'pairs are whole',
      );
    });
  }
});

test('a writer that starts and ends while a closed store is read makes the reader begin again', limit, async (t) => {
  const folder = path.join(await temporaryFolder(t, 'read'), 'state');
  await written(folder, 'a');
  let rounds = 0;
  const seen = await readState(folder, async (database) => {
    const before = await settingNames(database);
    rounds += 1;
    if (rounds === 1) await written(folder, 'b');
    return [before, await settingNames(database)];
  });
  assert.deepEqual(seen, [
    ['a', 'b'],
    ['a', 'b'],
  ]);
  assert.equal(rounds, 2);
});

test('an error of the work ends the reading, also beside a writer', async (t) => {
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
  await written(folder, 'a');
  await assert.rejects(
    readState(folder, (database) => database.query(insert, ['b', ''])),
    (error) => baseError.is(error, 'file.denied'),
  );
  const state = await openState(folder); // with a log beside it
  await state.database.query(insert, ['c', '']);
  await assert.rejects(
    readState(folder, (database) => database.query(insert, ['b', ''])),
    (error) => baseError.is(error, 'file.denied'),
  );
  await state.close();
});

test('a store of an older Everyhop is brought up to date in memory alone', async (t) => {
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

test('a newer store, and a file that is none, are refused and left as they are', async (t) => {
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
