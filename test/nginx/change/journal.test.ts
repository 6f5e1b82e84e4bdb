import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import promises, {
  appendFile,
  chmod,
  chown,
  link,
  mkdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { EveryhopError, GatheredError } from '../../../src/base/errors.ts';
import { baseError } from '../../../src/base/messages.ts';
import { execute } from '../../../src/base/process.ts';
import type { FileChange } from '../../../src/nginx/change/journal.ts';
import { nginxError } from '../../../src/nginx/messages.ts';
import { atEnd } from '../../support/up.ts';
import { change, makeWorld, recover, reversed, treeOf, withJournal, type World } from './journal-world.ts';

const isRoot = process.getuid?.() === 0;
const forRoot = isRoot ? false : 'only root may mount and set flags';

/** A change of one file. */
const one = (name: string, before: string | undefined, after: string | undefined): FileChange[] => [
  { path: name, before, after },
];

test('a change and its reverse restore text, permissions, owner, links and folders', async (t) => {
  const world = await makeWorld(t);
  const before = treeOf(world.folder);
  await change(world);
  for (const { path: name, after } of world.changes) {
    const text = await readFile(name, 'latin1').catch(() => undefined);
    assert.equal(text, after, name);
  }
  const during = treeOf(world.folder);
  assert.ok(during['sites-available/chat']!.startsWith(isRoot ? '100640 33:34 ' : '100640 '));
  assert.equal(during['sites-enabled/chat'], before['sites-enabled/chat'], 'the link stays');
  assert.match(during['everyhop']!, /^40755 /);
  assert.match(during['everyhop/chat/server-1.conf']!, /^100644 /);
  assert.deepEqual(
    Object.keys(during).filter((name) => path.basename(name).startsWith('.')),
    [],
  );
  await change(reversed(world));
  assert.deepEqual(treeOf(world.folder), before);
  assert.equal(await recover(world), false);
});

test('a rollback restores the original inodes', async (t) => {
  const world = await makeWorld(t);
  const before = treeOf(world.folder);
  const names = ['nginx.conf', 'sites-available/chat', 'conf.d/old.conf'].map((name) => path.join(world.folder, name));
  const inodes = (): number[] => names.map((name) => statSync(name).ino);
  const inodesBefore = inodes();
  await withJournal(world, async (journal) => {
    const transaction = await journal.begin(world.purpose, world.changes);
    await transaction.apply();
    assert.notDeepEqual(treeOf(world.folder), before);
    await transaction.rollback();
    assert.equal(await journal.pending(), undefined);
  });
  assert.deepEqual(treeOf(world.folder), before);
  assert.deepEqual(inodes(), inodesBefore);
  assert.deepEqual(readdirSync(world.journal).toSorted(), ['kept', 'lock']);
});

test('a rollback without hard links restores the copies', async (t) => {
  const world = await makeWorld(t);
  const before = treeOf(world.folder);
  await withJournal(world, async (journal) => {
    const transaction = await journal.begin(world.purpose, world.changes);
    await transaction.apply();
    const kept = readdirSync(world.folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.old'),
    );
    assert.equal(kept.length, 3);
    for (const name of kept) await rm(path.join(world.folder, name));
    await transaction.rollback();
  });
  assert.deepEqual(treeOf(world.folder), before);
});

test('the journal keeps private copies of all files, but none of renewals', async (t) => {
  const world = await makeWorld(t);
  await change(world);
  const [kept, ...others] = readdirSync(path.join(world.journal, 'kept'));
  assert.deepEqual(others, []);
  assert.match(kept!, /^\d{8}T\d{6}Z-[0-9a-f]{12}$/);
  const folder = path.join(world.journal, 'kept', kept!);
  assert.equal(readFileSync(path.join(folder, '3.before'), 'latin1'), world.changes[2]!.before);
  assert.equal(readFileSync(path.join(folder, '3.after'), 'latin1'), world.changes[2]!.after);
  assert.equal(statSync(world.journal).mode & 0o777, 0o700);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  for (const name of readdirSync(folder)) assert.equal(statSync(path.join(folder, name)).mode & 0o777, 0o600, name);

  const renewal = reversed(world);
  await change({ ...renewal, purpose: { ...renewal.purpose, kind: 'renew' } });
  assert.deepEqual(readdirSync(path.join(world.journal, 'kept')), [kept]);
});

test('a second process cannot open the journal', async (t) => {
  const world = await makeWorld(t);
  await withJournal(world, async () => {
    await assert.rejects(change(world), { code: 'nginx.busy' });
  });
  await change(world);
});

test('a pending change must be recovered before the next one', async (t) => {
  const world = await makeWorld(t);
  const before = treeOf(world.folder);
  await withJournal(world, async (journal) => {
    const transaction = await journal.begin(world.purpose, world.changes);
    await transaction.apply();
  });
  await assert.rejects(
    change(world),
    (error) => nginxError.is(error, 'nginx.unfinished') && error.params.site === 'chat',
  );
  assert.equal(await recover(world), true);
  assert.deepEqual(treeOf(world.folder), before);
  await change(world);
});

test('a file that has changed since it was read stops the change before and during the writes', async (t) => {
  const world = await makeWorld(t);
  const file = path.join(world.folder, 'nginx.conf');
  await appendFile(file, '# mine\n');
  const before = treeOf(world.folder);
  await assert.rejects(
    change(world),
    (error) => nginxError.is(error, 'nginx.changed-meanwhile') && error.params.file === file,
  );
  assert.deepEqual(treeOf(world.folder), before);
  assert.equal(await recover(world), false);

  const other = await makeWorld(t);
  const otherFile = path.join(other.folder, 'conf.d/old.conf');
  const otherBefore = treeOf(other.folder);
  await withJournal(other, async (journal) => {
    const transaction = await journal.begin(other.purpose, other.changes);
    await appendFile(otherFile, '# mine\n');
    await assert.rejects(transaction.apply(), { code: 'nginx.changed-meanwhile' });
    await assert.rejects(transaction.rollback(), { code: 'nginx.rollback-conflict' });
    await writeFile(otherFile, other.changes.at(-1)!.before!, 'latin1');
    await transaction.rollback();
  });
  assert.deepEqual(treeOf(other.folder), otherBefore);
});

test('detects an editor that writes during the change, and keeps its text', async (t) => {
  const world = await makeWorld(t);
  const before = treeOf(world.folder);
  const edited = path.join(world.folder, 'sites-available/chat');
  const { link } = promises;
  promises.link = async (file, name) => {
    await link(file, name);
    if (file === edited) await appendFile(file, '# mine\n');
  };
  syncBuiltinESMExports();
  try {
    await withJournal(world, async (journal) => {
      const transaction = await journal.begin(world.purpose, world.changes);
      await assert.rejects(transaction.apply(), { code: 'nginx.changed-meanwhile' });
      await transaction.rollback();
    });
  } finally {
    promises.link = link;
    syncBuiltinESMExports();
  }
  const name = 'sites-available/chat';
  assert.deepEqual(treeOf(world.folder), { ...before, [name]: `${before[name]}# mine\n` });
});

test('a conflict restores nothing, reports each file with its copy, and the hint resolves it', async (t) => {
  const world = await makeWorld(t);
  const before = treeOf(world.folder);
  const main = path.join(world.folder, 'nginx.conf');
  const linked = path.join(world.folder, 'sites-enabled/chat');
  await withJournal(world, async (journal) => {
    const transaction = await journal.begin(world.purpose, world.changes);
    await transaction.apply();
    await appendFile(main, '# mine\n');
    await rm(path.join(world.folder, 'sites-available/chat'));
    const during = treeOf(world.folder);
    const error: unknown = await transaction.rollback().catch((reason: unknown) => reason);
    assert.ok(error instanceof GatheredError && error.code === 'nginx.rollback-conflict', String(error));
    assert.deepEqual(treeOf(world.folder), during);
    const told = error.problems.map(({ params }) => params as { file: string; copy: string });
    assert.deepEqual(
      told.map(({ file }) => file),
      [path.join(world.folder, 'sites-available/chat'), main],
    );
    for (const { file, copy } of told) await execute('cp', [copy, file]);
  });
  assert.equal(await recover(world), true);
  const after = treeOf(world.folder);
  for (const name of ['nginx.conf', 'conf.d/old.conf', 'sites-enabled/chat']) assert.equal(after[name], before[name]);
  assert.equal(await readFile(linked, 'latin1'), world.changes[2]!.before);
});

test('a rollback keeps later edits if our change can be removed from them', async (t) => {
  const world = await makeWorld(t);
  const main = path.join(world.folder, 'nginx.conf');
  await withJournal(world, async (journal) => {
    const transaction = await journal.begin(world.purpose, world.changes);
    await transaction.apply();
    await appendFile(main, '# mine\n');
    await transaction.rollback(({ path: file, before, after }, today) => {
      assert.equal(file, main);
      return today.replace(after!, before!);
    });
  });
  assert.equal(await readFile(main, 'latin1'), `${world.changes[3]!.before}# mine\n`);
  assert.ok(!('everyhop' in treeOf(world.folder)));
});

test('a created folder stays if it contains other files', async (t) => {
  const world = await makeWorld(t);
  const theirs = path.join(world.folder, 'everyhop/theirs');
  await withJournal(world, async (journal) => {
    const transaction = await journal.begin(world.purpose, world.changes);
    await transaction.apply();
    await writeFile(theirs, '');
    await transaction.rollback();
  });
  assert.deepEqual(readdirSync(path.join(world.folder, 'everyhop')), ['theirs']);
});

test('removes test copies that a killed process left behind', async (t) => {
  const world = await makeWorld(t);
  const before = treeOf(world.folder);
  await writeFile(path.join(world.folder, '.everyhop-check-abc'), 'x');
  await writeFile(path.join(world.folder, 'nginx.conf.bak'), 'x');
  await withJournal(world, (journal) => journal.removeCheckFiles(world.purpose.confFile));
  assert.deepEqual(Object.keys(treeOf(world.folder)).toSorted(), [...Object.keys(before), 'nginx.conf.bak'].toSorted());
});

/** Checks that the change is rejected before anything is written. */
async function refuse(world: World, changes: FileChange[], reason: string): Promise<void> {
  const before = treeOf(world.folder);
  const expected = (error: unknown): boolean => {
    assert.ok(nginxError.is(error, 'nginx.file-not-writable'), String(error));
    assert.equal(error.params.reason, reason);
    return true;
  };
  await assert.rejects(change({ ...world, changes: [...world.changes, ...changes] }), expected);
  assert.deepEqual(treeOf(world.folder), before);
  assert.equal(await recover(world), false);
}

test('rejects a file with two names in one change', async (t) => {
  const world = await makeWorld(t);
  const { before, after } = world.changes[2]!;
  const twin = one(path.join(world.folder, 'sites-available/chat'), before, after);
  await assert.rejects(change({ ...world, changes: [...world.changes, ...twin] }), { code: 'nginx.same-file' });
});

test('rejects a dangling link and a folder', async (t) => {
  const world = await makeWorld(t);
  const dangling = path.join(world.folder, 'conf.d/dangling');
  await symlink('nowhere', dangling);
  await refuse(world, one(dangling, undefined, 'x'), 'ENOENT');
  await refuse(world, one(path.join(world.folder, 'conf.d'), undefined, 'x'), 'EISDIR');
});

test('rejects an immutable file and an immutable folder', { skip: forRoot }, async (t) => {
  const world = await makeWorld(t);
  const file = path.join(world.folder, 'conf.d/fixed.conf');
  await writeFile(file, 'x');
  const flagged = async (name: string, run: () => Promise<void>): Promise<void> => {
    const { code, stderr } = await execute('chattr', ['+i', name]);
    assert.equal(code, 0, stderr);
    try {
      await run();
    } finally {
      await execute('chattr', ['-i', name]);
    }
  };
  await flagged(file, () => refuse(world, one(file, 'x', 'y'), 'EPERM'));
  const folder = path.dirname(file);
  await flagged(folder, () => refuse(world, one(path.join(folder, 'new.conf'), undefined, 'y'), 'EPERM'));
});

test('rejects a read-only mount and a bind-mounted file', { skip: forRoot }, async (t) => {
  const world = await makeWorld(t);
  const mount = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await execute('mount', args);
    assert.equal(code, 0, stderr);
    atEnd(t, () => execute('umount', [args.at(-1)!]));
  };
  const folder = path.join(world.folder, 'read only');
  await mkdir(folder);
  await writeFile(path.join(folder, 'a'), 'x');
  await mount('--bind', '-o', 'ro', folder, folder);
  await refuse(world, one(path.join(folder, 'a'), 'x', 'y'), 'EROFS');
  await refuse(world, one(path.join(folder, 'b/c'), undefined, 'y'), 'EROFS');
  const file = path.join(world.folder, 'one mount');
  await writeFile(file, 'x');
  await mount('--bind', file, file);
  await refuse(world, one(file, 'x', 'y'), 'EBUSY');
});

test('another user: rejects files of other owners, preserves the group', { skip: forRoot }, async (t) => {
  const world = await makeWorld(t);
  const own = path.join(world.folder, 'own');
  await mkdir(own);
  const mine = path.join(own, 'mine');
  const theirs = path.join(own, 'theirs');
  const strange = path.join(own, 'strange');
  for (const file of [mine, theirs, strange]) {
    await writeFile(file, 'x');
    await chmod(file, 0o664);
  }
  await chown(own, 65534, 65534);
  await chown(mine, 65534, 33);
  await chown(strange, 65534, 34);
  await chmod(theirs, 0o666);
  const script = path.join(own, 'other-user.ts');
  const at = (file: string): string => JSON.stringify(path.resolve(import.meta.dirname, file));
  await writeFile(
    script,
    `import { change } from ${at('journal-world.ts')};
    process.setgroups([33]); process.setgid(65534); process.setuid(65534);
    for (const name of ['mine', 'theirs', 'strange']) {
      const world = { folder: '', journal: ${JSON.stringify(`${own}/journal`)},
        purpose: ${JSON.stringify(world.purpose)},
        changes: [{ path: ${JSON.stringify(own)} + '/' + name, before: 'x', after: 'y' }] };
      await change(world).then(() => console.log('done'), (error) => console.log(error.code, error.params.reason));
    }`,
  );
  const { stdout, stderr } = await execute(process.execPath, [script]);
  assert.equal(stdout, 'done\nnginx.file-not-writable uid 0\nnginx.file-not-writable gid 34\n', stderr);
  const { mode, uid, gid } = await stat(mine);
  assert.deepEqual([mode & 0o7777, uid, gid], [0o664, 65534, 33]);
});

test('a file with a hard link: changes only the name that nginx reads', async (t) => {
  const world = await makeWorld(t);
  const file = path.join(world.folder, 'nginx.conf');
  const backup = path.join(world.folder, 'backup');
  await link(file, backup);
  await change(world);
  assert.equal(await readFile(backup, 'latin1'), world.changes[3]!.before);
});

test('detects a full disk before it writes anything', { skip: forRoot }, async (t) => {
  const world = await makeWorld(t);
  const small = path.join(world.folder, 'small');
  await mkdir(small);
  const { code, stderr } = await execute('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', small]);
  assert.equal(code, 0, stderr);
  atEnd(t, () => execute('umount', [small]));
  const changes = [...world.changes, ...one(path.join(small, 'a'), undefined, 'x'.repeat(400_000))];
  const before = treeOf(world.folder);
  await assert.rejects(change({ ...world, changes }), (error) => {
    return error instanceof EveryhopError && baseError.is(error, 'file.no-space') && error.params.file === small;
  });
  assert.deepEqual(treeOf(world.folder), before);
});

test('handles a long name, and a name with all unusual bytes', async (t: TestContext) => {
  const world = await makeWorld(t);
  const names = ['x'.repeat(255), 'a b\n"\'*[?]\\\u4f60'].map((name) => path.join(world.folder, 'conf.d', name));
  for (const name of names) await writeFile(name, 'x');
  const changes = names.flatMap((name) => one(name, 'x', 'y'));
  await change({ ...world, changes });
  for (const name of names) assert.equal(await readFile(name, 'latin1'), 'y');
});
