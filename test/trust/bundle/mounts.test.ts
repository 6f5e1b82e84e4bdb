import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { baseError } from '../../../src/base/messages.ts';
import { makeBundle } from '../../../src/trust/bundle/make.ts';
import type { Bundle } from '../../../src/trust/bundle/merge.ts';
import { publishBundle } from '../../../src/trust/bundle/publish.ts';
import { folderOf } from '../../support/oracles.ts';
import { type Made, makeRoot, nowMs } from './roots.ts';

/** Mounting a small disk needs root. */
const options =
  process.platform === 'linux' && process.getuid?.() === 0 ? {} : { skip: 'needs root, to mount a small disk' };
const made = Array.from({ length: 3 }, () => makeRoot());

async function bundleOf(t: TestContext, roots: readonly Made[]): Promise<Bundle> {
  const folder = await folderOf(t, { 'roots.pem': roots.map(({ pem }) => pem).join('') });
  return makeBundle({ nowMs, publicSet: 'none', rootFiles: [folder] });
}

test('on a read-only mount, reports an equal bundle as unchanged and rejects a different one', options, async (t) => {
  const disk = await mkdtemp(path.join(os.tmpdir(), 'everyhop-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
  t.after(async () => {
    execFileSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true });
  });
  const folder = path.join(disk, 'bundle');
  const first = await bundleOf(t, made.slice(0, 2));
  publishBundle(folder, first, { toolVersion: '0' });
  const full = await readFile(path.join(folder, 'full.pem'), 'utf8');
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  assert.equal(publishBundle(folder, first, { toolVersion: '0' }).changed, false);
  for (const target of [folder, path.join(disk, 'new')]) {
    const other = await bundleOf(t, made);
    assert.throws(
      () => publishBundle(target, other, { toolVersion: '0' }),
      (error) => baseError.is(error, 'file.denied'),
    );
  }
  assert.equal(await readFile(path.join(folder, 'full.pem'), 'utf8'), full);
});

test('reads roots from a ConfigMap, as Kubernetes mounts and updates it', async (t) => {
  const mount = await folderOf(t);
  const renew = async (roots: Record<string, Made>): Promise<void> => {
    const generation = `..2030_${Object.keys(roots).join('_')}`;
    await mkdir(path.join(mount, generation));
    for (const [name, { pem }] of Object.entries(roots)) await writeFile(path.join(mount, generation, name), pem);
    await symlink(generation, path.join(mount, '..data_tmp'));
    await rename(path.join(mount, '..data_tmp'), path.join(mount, '..data'));
    for (const name of Object.keys(roots)) {
      await symlink(path.join('..data', name), path.join(mount, name)).catch(() => {}); // already exists
    }
  };
  const read = async (): Promise<string[]> => {
    const { anchors } = await makeBundle({ nowMs, publicSet: 'none', rootFiles: [mount] });
    return anchors.map(({ certificate }) => certificate.fingerprint);
  };
  const [one, two, three] = made as [Made, Made, Made];
  await renew({ 'a.pem': one });
  assert.deepEqual(await read(), [one.fingerprint]);
  await renew({ 'a.pem': two, 'b.crt': three });
  assert.deepEqual(new Set(await read()), new Set([two.fingerprint, three.fingerprint]));
});
