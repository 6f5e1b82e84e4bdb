import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { baseError } from '../../src/base/messages.ts';
import { openState } from '../../src/store/state.ts';

const options =
  process.platform === 'linux' && process.getuid?.() === 0 ? {} : { skip: 'only root may mount a small disk' };
const insert = 'INSERT INTO settings (name, value) VALUES ($1, $2)';
const noSpace = (error: unknown): boolean => baseError.is(error, 'file.no-space');

test('reports a full disk, loses nothing, and works again once there is space', options, async (context) => {
  const disk = await mkdtemp(path.join(os.tmpdir(), 'everyhop-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  context.after(async () => {
    execFileSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true });
  });
  const folder = path.join(disk, 'state');
  const ballast = path.join(disk, 'ballast');
  const fill = (): Promise<unknown> => writeFile(ballast, Buffer.alloc(2 ** 20)).catch(() => {});

  await fill();
  await assert.rejects(openState(folder), noSpace, 'at the first start');
  await rm(ballast);

  const state = await openState(folder);
  await state.database.query(insert, ['before', 'kept']);
  await fill();
  assert.ok((await stat(ballast)).size > 0);
  const writing = state.database.transaction(async (inner) => {
    for (let number = 0; number < 200; number += 1) await inner.query(insert, [`n${number}`, 'x'.repeat(10_000)]);
  });
  await assert.rejects(writing, noSpace, 'later');
  const names = await state.database.query<{ name: string }>('SELECT name FROM settings');
  assert.deepEqual(
    names.map(({ name }) => name),
    ['before'],
  );
  await rm(ballast);
  await state.database.query(insert, ['after', 'space']);
  await state.close();

  await fill();
  await assert.rejects(
    openState(folder).then((again) => again.close()),
    noSpace,
    'at a later start',
  );
  await rm(ballast);
  const again = await openState(folder);
  assert.equal((await again.database.query('SELECT * FROM settings')).length, 2);
  await again.close();
});
