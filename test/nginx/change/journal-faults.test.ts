/** A full or read-only disk at each write of a change. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { EveryhopError } from '../../../src/base/errors.ts';
import { execute } from '../../../src/base/process.ts';
import { arm, disarm, type WriteFault } from '../../support/faults-writes.ts';
import { atEnd } from '../../support/up.ts';
import { makeWorld, recover, reversed, treeOf, type World, withJournal } from './journal-world.ts';

/** Applies the change, or rolls it back after an error, like `applyProven`. */
async function changeOrRollBack(world: World): Promise<void> {
  await withJournal(world, async (journal) => {
    const transaction = await journal.begin(world.purpose, world.changes);
    try {
      await transaction.apply();
      await transaction.commit();
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  });
}

async function runWith(world: World, fault: WriteFault): Promise<{ error: unknown; writes: string[] }> {
  arm(fault);
  try {
    await changeOrRollBack(world);
    return { error: undefined, writes: disarm() };
  } catch (error) {
    return { error, writes: disarm() };
  }
}

const codes = { ENOSPC: 'file.no-space', EACCES: 'file.denied' };

for (const [kind, lasting] of [
  ['ENOSPC', false],
  ['ENOSPC', true],
  ['EACCES', true],
] as const) {
  test(`${kind} ${lasting ? 'from' : 'at'} each write: gives a clear error, and changes all files or none`, async (t) => {
    let [failed, seen] = [0, 0];
    for (let at = 1; at === 1 || seen >= at - 1; at += 1) {
      const world = await makeWorld(t);
      const before = treeOf(world.folder);
      const { error, writes } = await runWith(world, { at, kind, lasting });
      seen = writes.length;
      const where = `${at}: ${writes[at - 1]}: ${inspect(error)}`;
      if (error !== undefined) {
        failed += 1;
        assert.ok(error instanceof EveryhopError, where);
        assert.equal(error.code, codes[kind], where);
      }
      const wasPending = await recover(world);
      const after = treeOf(world.folder);
      const isWhole = world.changes.every(({ path: name, after: meant }) => {
        const text = after[path.relative(world.folder, name)];
        return name.includes('sites-enabled') || (meant === undefined ? text === undefined : text?.endsWith(meant));
      });
      if (wasPending || !isWhole) assert.deepEqual(after, before, where);
      if (error === undefined) assert.ok(isWhole, where);
      else assert.deepEqual(after, before, where);
      const hidden = Object.keys(after).filter((name) => path.basename(name).startsWith('.'));
      assert.deepEqual(hidden, [], where);
      assert.deepEqual(readdirSync(world.journal).toSorted(), ['kept', 'lock'], where);
    }
    assert.ok(failed > 60, `only ${failed} failures`);
  });
}

test('completes a failed cleanup before the next change, also in the same process', async (t) => {
  const world = await makeWorld(t);
  await withJournal(world, async (journal) => {
    const transaction = await journal.begin(world.purpose, world.changes);
    await transaction.apply();
    arm({ at: 3, kind: 'EACCES', lasting: true }); // after the rename and its fsync
    await transaction.commit();
    disarm();
    assert.ok(readdirSync(world.journal).includes('closing'));
    const { changes, purpose } = reversed(world);
    const back = await journal.begin(purpose, changes);
    assert.deepEqual(readdirSync(world.journal).toSorted(), ['kept', 'lock', 'open']);
    await back.apply();
    await back.commit();
    assert.equal(readdirSync(path.join(world.journal, 'kept')).length, 2);
  });
});

test('a recovery that fails at any write can be repeated', async (t) => {
  let seen = 0;
  for (let at = 1; at === 1 || seen >= at - 1; at += 1) {
    const world = await makeWorld(t);
    const before = treeOf(world.folder);
    // Like a crashed process: the lock is free, the change is unfinished.
    await withJournal(world, async (journal) => (await journal.begin(world.purpose, world.changes)).apply());
    arm({ at, kind: 'EACCES', lasting: true });
    const error = await recover(world).catch((reason: unknown) => reason);
    const writes = disarm();
    seen = writes.length;
    const where = `${at}: ${writes[at - 1]}: ${inspect(error)}`;
    await recover(world);
    assert.deepEqual(treeOf(world.folder), before, where);
    assert.equal(await recover(world), false, where);
    assert.deepEqual(readdirSync(world.journal).toSorted(), ['kept', 'lock'], where);
  }
  assert.ok(seen > 15, `only ${seen} writes`);
});

test(
  'rolls back even if the disk has filled up in the meantime',
  {
    skip: process.getuid?.() === 0 ? false : 'only root may mount',
  },
  async (t) => {
    const world = await makeWorld(t);
    const small = path.join(world.folder, 'conf.d', 'small');
    await mkdir(small);
    const mounted = await execute('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small]);
    assert.equal(mounted.code, 0, mounted.stderr);
    atEnd(t, () => execute('umount', [small]));
    const names = ['a', 'b', 'c'].map((name) => path.join(small, name));
    const [first, second] = ['x'.repeat(100_000), 'y'.repeat(100_000)];
    for (const name of names) await writeFile(name, first);
    const before = treeOf(small);
    const changes = names.map((name) => ({ path: name, before: first, after: second }));
    const fill = (): Promise<unknown> => writeFile(path.join(small, 'full'), Buffer.alloc(2 ** 21)).catch(() => {});
    const free = async (): Promise<void> => void (await execute('rm', ['-f', path.join(small, 'full')]));
    await withJournal(world, async (journal) => {
      const applied = await journal.begin(world.purpose, changes);
      await applied.apply();
      await fill();
      await applied.rollback();
      await free();
      assert.deepEqual(treeOf(small), before);

      const refused = await journal.begin(world.purpose, changes);
      await fill();
      await assert.rejects(refused.apply(), { code: 'file.no-space' });
      await refused.rollback();
      await free();
      assert.deepEqual(treeOf(small), before);
    });
  },
);
