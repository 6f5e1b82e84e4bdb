import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { baseError } from '../../../src/base/messages.ts';
import { mergeRoots } from '../../../src/trust/bundle/merge.ts';
import { publishBundle } from '../../../src/trust/bundle/publish.ts';
import { readRoots } from '../../../src/trust/bundle/read-roots.ts';
import { makeRoot, nowMs } from './roots.ts';

/** Mounting a small disk needs root. */
const options =
  process.platform === 'linux' && process.getuid?.() === 0 ? {} : { skip: 'needs root, to mount a small disk' };

test('reports a full disk, keeps the published bundle, and leaves no partial files', options, async (t) => {
  const disk = await mkdtemp(path.join(os.tmpdir(), 'everyhop-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  t.after(async () => {
    execFileSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true });
  });
  const { key } = makeRoot();
  const pems = Array.from({ length: 30 }, () => makeRoot({ key }).pem);
  const bundleOf = (count: number): ReturnType<typeof mergeRoots> =>
    mergeRoots([readRoots(Buffer.from(pems.slice(0, count).join('')), { kind: 'file' })], { nowMs });
  const folder = path.join(disk, 'bundle');
  const publish = (count: number): void =>
    void publishBundle(folder, bundleOf(count), { toolVersion: '0', allowSmaller: true });

  publish(20);
  const before = readdirSync(folder).sort();
  const content = readFileSync(path.join(folder, 'full.pem'));
  const ballast = path.join(disk, 'ballast');
  for (const spareBytes of [0, 40_000]) {
    await writeFile(ballast, Buffer.alloc(2 ** 20)).catch(() => {});
    const held = readFileSync(ballast).length;
    await rm(ballast);
    await writeFile(ballast, Buffer.alloc(held - spareBytes));
    assert.throws(
      () => publish(30),
      (error) => baseError.is(error, 'file.no-space'),
      `${spareBytes} bytes left`,
    );
    assert.deepEqual(readdirSync(folder).sort(), before);
    assert.deepEqual(readFileSync(path.join(folder, 'full.pem')), content);
  }
  await rm(ballast);
  publish(30);
  assert.equal(readdirSync(path.join(folder, 'certs')).length, 30);
});
