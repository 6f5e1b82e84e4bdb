import assert from 'node:assert/strict';
import { Encrypter, generateX25519Identity } from 'age-encryption';
import { packTar, type TarEntry } from 'modern-tar';
import { copyFile, lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createBackup, type Key, type Lock, restoreBackup, type RestoredState } from '../../src/app/backup.ts';
import { execute } from '../../src/base/process.ts';
import { openState, readState } from '../../src/store/state.ts';
import { without } from '../support/tools.ts';
import { backupWorld, type BackupWorld, issue, passphrase, treeOf } from './backup-world.ts';

async function backedUp(world: BackupWorld): Promise<string> {
  const target = path.join(world.above, 'everyhop.age');
  await createBackup({ folder: world.state, target, lock: world.lock, version: '0.1.0' });
  return target;
}

function restored(folder: string, file: string, key: Key, force = false): Promise<RestoredState> {
  return restoreBackup({ folder, file, key, force });
}

test('a backup brings the whole state to another folder', async (t) => {
  const world = await backupWorld(t);
  const { above, state, run, key } = world;
  const file = await backedUp(world);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(
    (await readdir(path.join(state, 'backup'))).filter((name) => name.startsWith('.')),
    [],
  );
  // Nothing can be read in it.
  const bytes = (await readFile(file)).toString('latin1');
  for (const word of ['models.internal', 'BEGIN', 'SQLite', 'record.json']) assert.ok(!bytes.includes(word), word);

  const other = path.join(above, 'new/state');
  const umask = process.umask(0);
  const result = await restored(other, file, key).finally(() => process.umask(umask));
  assert.equal(result.certificates, 1);
  assert.equal(result.hasRootKey, true);
  const after = await treeOf(other);
  assert.deepEqual(after, await treeOf(state));
  assert.ok(after.has('live/models.internal') && after.has('nginx/kept/1/record.json') && after.has('root.pem'));
  for (const name of ['everyhop.db', 'live/models.internal/privkey.pem', 'nginx/kept/1/record.json'])
    assert.equal((await stat(path.join(other, name))).mode & 0o777, 0o600, name);
  for (const name of ['', 'nginx']) assert.equal((await stat(path.join(other, name))).mode & 0o006, 0, name);
  const listed = await run('certificates', 'show', 'models.internal', '--state', other);
  assert.equal(listed.code, 0, listed.stderr);
  const issued = await run('certificates', 'obtain', 'more.internal', '--state', other);
  assert.equal(issued.code, 0, issued.stderr);
});

test('restores over a state only by force, and keeps that state aside', async (t) => {
  const world = await backupWorld(t);
  const { state, key, run } = world;
  const file = await backedUp(world);
  await issue(run, state, 'later.internal');
  const before = await treeOf(state);
  await assert.rejects(restored(state, file, key), { code: 'backup.folder-taken' });
  assert.deepEqual(await treeOf(state), before);

  const { former, certificates } = await restored(state, file, key, true);
  assert.equal(certificates, 1);
  assert.deepEqual(await treeOf(former!), before);
  assert.equal((await stat(former!)).mode & 0o777, 0o700);
  // It is no part of a further backup, and the copies of the former store are no advice for this one.
  assert.ok(!(await readdir(state)).includes('backup'));
  const again = path.join(world.above, 'again');
  await restored(again, await backedUp(world), key);
  assert.ok(!(await readdir(again)).some((name) => name.startsWith('replaced')));
});

test('refuses while a program works on the folder', async (t) => {
  const world = await backupWorld(t);
  const { state, key } = world;
  const file = await backedUp(world);
  const open = await openState(state);
  await open.lock();
  await assert.rejects(restored(state, file, key, true), { code: 'store.in-use' });
  await open.close();
  const writer = await openState(state);
  await writer.database.lock('issue', () => assert.rejects(restored(state, file, key, true), { code: 'store.busy' }));
  await writer.close();
});

test('a backup while the store is written to is consistent', async (t) => {
  const world = await backupWorld(t);
  const { state, above, key } = world;
  const open = await openState(state);
  const going = { on: true };
  const writing = (async () => {
    for (let n = 0; going.on; n += 1) {
      await open.database.transaction(async (inner) => {
        const sql = 'INSERT INTO settings (name, value) VALUES ($1, $2)';
        for (const side of ['a', 'b']) await inner.query(sql, [`${side}${n}`, 'x'.repeat(2_000)]);
      });
      await setImmediate(); // queries alone keep the event loop
    }
  })();
  const file = await backedUp(world);
  going.on = false;
  await writing;
  await open.close();
  const other = path.join(above, 'other');
  await restored(other, file, key);
  const rows = await readState(other, (database) =>
    database.query<{ side: string; count: number }>(
      `SELECT substr(name, 1, 1) AS side, count(*) AS count FROM settings WHERE value LIKE 'xx%' GROUP BY side`,
    ),
  );
  assert.equal(rows![0]?.count, rows![1]?.count);
});

test('a wrong key, and a file cut off or changed anywhere, change nothing', async (t) => {
  const world = await backupWorld(t);
  const { above } = world;
  const file = await backedUp(world);
  const target = path.join(above, 'target');
  const refuses = async (name: string, code: string, key = world.key): Promise<void> => {
    await assert.rejects(restored(target, path.join(above, name), key), { code }, name);
    assert.deepEqual(
      (await readdir(target)).filter((entry) => !entry.includes('lock')),
      [],
      name,
    );
  };
  await refuses('everyhop.age', 'backup.wrong-identity', { identities: [await generateX25519Identity()] });
  const bytes = await readFile(file);
  const broken = path.join(above, 'broken');
  const chunk = 64 * 1024 + 16;
  const lengths = [0, 10, 100, 180, 250, 1_000, chunk + 200, bytes.length - 1_024, bytes.length - 1];
  for (const length of lengths) {
    await writeFile(broken, bytes.subarray(0, length));
    await refuses('broken', 'backup.damaged');
  }
  for (const at of [30, 1_000, bytes.length >> 1, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    await writeFile(broken, changed);
    await refuses('broken', at === 30 ? 'backup.wrong-identity' : 'backup.damaged');
  }
  await refuses('none', 'file.missing');
});

test('archives that are no backup write nothing outside the folder', async (t) => {
  const { above, lock, key } = await backupWorld(t);
  for (const name of await readdir(above)) await rm(path.join(above, name), { recursive: true });
  const file = path.join(above, 'made.age');
  const manifest = { format: 1, version: '9.9.9', created: '2026-01-01T00:00:00.000Z' };
  const entry = (name: string, body = 'x', own: Partial<TarEntry['header']> = {}): TarEntry => ({
    header: { name, size: body.length, ...own },
    body,
  });
  const first = entry('everyhop-backup.json', JSON.stringify(manifest));
  const folder = (name: string): TarEntry => ({ header: { name, size: 0, type: 'directory' } });
  const link = (name: string, linkname: string): TarEntry => ({ header: { name, size: 0, type: 'symlink', linkname } });
  const attempt = async (content: TarEntry[] | string, code: string, what: string): Promise<void> => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(lock.recipients[0]!);
    await writeFile(file, await encrypter.encrypt(typeof content === 'string' ? content : await packTar(content)));
    const target = path.join(above, 'below/target');
    await assert.rejects(restored(target, file, key), { code }, what);
    assert.deepEqual((await readdir(above)).toSorted(), ['below', 'made.age'], what);
    assert.deepEqual(
      (await readdir(target)).filter((name) => !name.includes('lock')),
      [],
      what,
    );
  };
  await attempt('not an archive', 'backup.foreign', 'text');
  await attempt([], 'backup.foreign', 'empty');
  await attempt([entry('hello')], 'backup.foreign', 'another archive');
  await attempt([first], 'backup.foreign', 'manifest alone');
  await attempt([first, entry('everyhop.db', 'no store')], 'store.corrupt', 'no store');
  await attempt([entry(first.header.name, JSON.stringify({ ...manifest, format: 2 }))], 'backup.too-new', 'newer');
  await attempt([entry(first.header.name, '{')], 'backup.foreign', 'manifest without end');
  for (const name of ['../out', '/out', 'live/../../out', 'live/x', 'elsewhere', 'nginx/lock', './root.pem', ''])
    await attempt([first, entry(name)], 'backup.foreign', name);
  await attempt([first, folder('live'), link('live/a', '../../..'), entry('live/a/out')], 'backup.foreign', 'link up');
  await attempt([first, folder('live'), link('live/a', above)], 'backup.foreign', 'absolute link');
  await attempt(
    [first, folder('archive'), folder('live'), link('live/a', '../archive'), entry('live/a/out')],
    'backup.foreign',
    'through a link',
  );
  await attempt([first, entry('root.pem'), entry('root.pem')], 'backup.damaged', 'twice');
  await attempt([first, entry('root.pem', '', { type: 'fifo' })], 'backup.foreign', 'a pipe');
});

test('refuses the store of a newer version, and a folder without a store', async (t) => {
  const world = await backupWorld(t);
  const { above, state } = world;
  const file = await backedUp(world);
  const newer = path.join(above, 'newer');
  await restored(newer, file, world.key);
  const connection = new DatabaseSync(path.join(newer, 'everyhop.db'));
  connection.exec('PRAGMA user_version = 999');
  connection.close();
  const make = (folder: string): Promise<unknown> =>
    createBackup({ folder, target: path.join(above, 'x.age'), lock: world.lock, version: '0.1.0' });
  await assert.rejects(make(newer), { code: 'store.too-new' });
  await assert.rejects(make(path.join(above, 'none')), { code: 'backup.nothing' });
  await mkdir(path.join(above, 'empty'));
  await assert.rejects(make(path.join(above, 'empty')), { code: 'backup.nothing' });
  await copyFile(path.join(above, 'passphrase'), path.join(state, 'everyhop.db'));
  await assert.rejects(make(state), { code: 'store.corrupt' });
  assert.ok(!(await readdir(above)).includes('x.age'));
});

test('a backup replaces an earlier one only, as a whole', async (t) => {
  const world = await backupWorld(t);
  const { above, state } = world;
  const make = (target: string, own: Lock = world.lock): Promise<unknown> =>
    createBackup({ folder: state, target, lock: own, version: '0.1.0' });
  const file = await backedUp(world);
  const before = await readFile(file);
  await make(file);
  assert.notDeepEqual(await readFile(file), before);
  await assert.rejects(make(path.join(above, 'passphrase')), { code: 'backup.file-taken' });
  await assert.rejects(make(above), { code: 'backup.file-taken' });
  await assert.rejects(make('/dev/null'), { code: 'backup.file-taken' });
  await assert.rejects(make(path.join(above, 'none/x.age')), {
    code: 'file.missing',
    params: { file: path.join(above, 'none') }, // the folder is what is missing
  });
  await assert.rejects(make(file, { passphrase: 'short' }), { code: 'backup.weak-passphrase' });
  assert.deepEqual(
    (await readdir(above)).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('age opens our backups, and we restore what age encrypted', { skip: without('age') }, async (t) => {
  const world = await backupWorld(t);
  const { above, state, run } = world;
  const inFolder = { cwd: above, env: { PATH: process.env['PATH']! } };
  const shell = async (command: string): Promise<string> => {
    const { code, stdout, stderr } = await execute('sh', ['-c', command], inFolder);
    assert.equal(code, 0, `${command}: ${stderr}`);
    return stdout;
  };
  await shell('age-keygen -o key 2>/dev/null && age-keygen -y key > key.pub && age-keygen -o other 2>/dev/null');
  const done = await run('backup', 'a.age', '--recipient-file', 'key.pub', '--state', state);
  assert.equal(done.code, 0, done.stderr);
  const listing = await shell('age -d -i key a.age | tar -tf -');
  for (const name of [
    'everyhop-backup.json',
    'everyhop.db',
    'root.pem',
    'live/models.internal',
    'nginx/kept/1/record.json',
  ])
    assert.ok(listing.split('\n').includes(name), name);
  await shell('mkdir out && age -d -i key a.age | tar -xpf - -C out');
  assert.equal((await lstat(path.join(above, 'out/live/models.internal'))).isSymbolicLink(), true);

  // Encrypted again by age, as by a person who adds a reader.
  await shell('age -d -i key a.age | age -r "$(age-keygen -y other)" > b.age');
  const wrong = await run('restore', 'b.age', '--identity', 'key', '--state', 'fresh', '--json');
  assert.equal(JSON.parse(wrong.stdout).error.code, 'backup.wrong-identity');
  const right = await run('restore', 'b.age', '--identity', 'key', 'other', '--state', 'fresh');
  assert.equal(right.code, 0, right.stderr);
  assert.deepEqual(await treeOf(path.join(above, 'fresh')), await treeOf(state));

  // With a passphrase, which age asks for on its terminal.
  await run('backup', 'c.age', '--passphrase-file', 'passphrase', '--state', state);
  const python = `import pty, sys, os
def read(fd):
    data = os.read(fd, 1024)
    if b'assphrase' in data: os.write(fd, b'${passphrase}\\n')
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], read)))`;
  await writeFile(path.join(above, 'typed.py'), python);
  await shell('python3 typed.py age -d -o c.tar c.age >/dev/null');
  assert.match(await shell('tar -tf c.tar'), /^everyhop\.db$/m);
  await shell('python3 typed.py age -p -o d.age c.tar >/dev/null');
  const last = await run('restore', 'd.age', '--passphrase-file', 'passphrase', '--state', 'last');
  assert.equal(last.code, 0, last.stderr);
});
