import assert from 'node:assert/strict';
import { chmod, chown, lchown, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { checkOwners, type Runner } from '../../src/store/folder-owner.ts';
import { openState } from '../../src/store/state.ts';
import { mends } from '../support/outside.ts';
import { temporaryFolder } from '../support/up.ts';

const skip = process.getuid?.() !== 0 && 'needs root, to give folders to other users';
const root: Runner = { uid: 0, sudoUid: undefined };
const ownerCase = 'security/S11-state-folder-of-somebody-else';
const refused = { code: 'store.foreign-folder' };

test('root keeps its state only where no other user can change it', { skip }, async (t) => {
  mends(t, ownerCase);
  const above = await temporaryFolder(t, 'owner'); // in /tmp, which is sticky
  const folder = path.join(above, 'state');
  await mkdir(folder);
  const check = (runner = root): Promise<void> => checkOwners(folder, runner);
  await check();

  await chown(folder, 4242, 4242);
  await assert.rejects(check(), refused);
  await check({ uid: 0, sudoUid: 4242 });
  await check({ uid: 4242, sudoUid: undefined });
  await chown(folder, 0, 0);

  await chmod(folder, 0o777);
  await assert.rejects(check(), refused);
  await chmod(folder, 0o1777);
  await assert.rejects(check(), refused);
  await chmod(folder, 0o775);
  await check();
  await chown(folder, 0, 4242);
  await assert.rejects(check(), refused);
  await chown(folder, 0, 0);

  await chown(above, 4242, 4242);
  await assert.rejects(check(), refused);
  await chown(above, 0, 0);
});

test(
  'a link on the way to the state must belong to root, too: its owner could lead root elsewhere later',
  { skip },
  async (t) => {
    mends(t, ownerCase);
    const above = await temporaryFolder(t, 'owner');
    const folder = path.join(above, 'real', 'state');
    await mkdir(folder, { recursive: true });
    const link = path.join(above, 'link');
    const targets = [folder, 'real/state', './real/../real//state/', 'real/state/..', '.'];
    for (const target of targets) {
      await symlink(target, link);
      await checkOwners(link, root);
      await lchown(link, 4242, 4242);
      await assert.rejects(checkOwners(link, root), refused, target);
      await checkOwners(link, { uid: 0, sudoUid: 4242 });
      const through = path.join(above, 'through');
      await symlink('link', through);
      await assert.rejects(checkOwners(through, root), refused, target);
      await rm(through);
      await rm(link);
    }
    // The target counts as before.
    await symlink(folder, link);
    await chmod(path.dirname(folder), 0o777);
    await assert.rejects(checkOwners(link, root), refused);
    await chmod(path.dirname(folder), 0o1777);
    await checkOwners(link, root);
    await rm(link);
    await symlink('link', link);
    await assert.rejects(checkOwners(link, root), { code: 'ELOOP' });
  },
);

test('in a folder of another user, root creates nothing and follows no link', { skip }, async (t) => {
  const measured = mends(t, ownerCase);
  const above = await temporaryFolder(t, 'owner');
  const target = path.join(above, 'target');
  await writeFile(target, 'of root\n', { mode: 0o644 });
  const folder = path.join(above, 'state');
  await mkdir(folder);
  await symlink(target, path.join(folder, 'everyhop.db'));
  await chown(folder, 4242, 4242);
  await assert.rejects(openState(folder), refused);
  assert.equal((await stat(target)).mode & 0o777, 0o644);
  assert.deepEqual(await readdir(folder), ['everyhop.db']);
  await assert.rejects(openState(path.join(folder, 'deeper', 'state')), refused);
  assert.deepEqual(await readdir(folder), ['everyhop.db']);
  const secret = path.join(above, 'secret');
  await mkdir(secret, { mode: 0o700 });
  const link = path.join(above, 'link');
  await symlink(secret, link);
  await lchown(link, 4242, 4242);
  for (const state of [link, path.join(link, 'state')]) await assert.rejects(openState(state), refused);
  assert.deepEqual(await readdir(secret), []);
  assert.equal((await stat(secret)).mode & 0o777, 0o700);
  Object.assign(measured, { code: refused.code, mode: ((await stat(target)).mode & 0o777).toString(8) });
});
