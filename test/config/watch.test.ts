import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Clock } from '../../src/base/clock.ts';
import { FileWatch } from '../../src/config/watch.ts';
import { FakeClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/up.ts';

interface Watched {
  file: string;
  watch: FileWatch;
  changes: () => number;
  /** Lets so many seconds pass, and every look that falls due come to its end. */
  pass: (seconds: number) => Promise<void>;
}

async function watched(t: TestContext): Promise<Watched> {
  const file = path.join(await temporaryFolder(t, 'watch'), 'everyhop.yaml');
  await writeFile(file, 'a');
  const fake = new FakeClock();
  let looked!: () => void;
  let look = new Promise<void>((resolve) => (looked = resolve));
  const clock: Clock = {
    now: () => fake.now(),
    monotonic: () => fake.monotonic(),
    after(delayMs, run) {
      looked();
      return fake.after(delayMs, run);
    },
  };
  let changes = 0;
  const watch = new FileWatch([file], clock, () => (changes += 1));
  t.after(() => watch.end());
  await look;
  return {
    file,
    watch,
    changes: () => changes,
    async pass(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        look = new Promise((resolve) => (looked = resolve));
        fake.advance(1000);
        await look;
      }
    },
  };
}

test('a change is told once, after a second in which nothing more came', async (t) => {
  const { file, changes, pass } = await watched(t);
  await pass(3);
  assert.equal(changes(), 0);
  await writeFile(file, 'half');
  await pass(1);
  await writeFile(file, 'whole of it');
  await pass(1);
  assert.equal(changes(), 0);
  await pass(1);
  assert.equal(changes(), 1);
  await pass(3);
  assert.equal(changes(), 1);
});

test('a file that is replaced, goes and comes back is told of each time', async (t) => {
  const { file, changes, pass } = await watched(t);
  await writeFile(`${file}.new`, 'b');
  await rename(`${file}.new`, file);
  await pass(2);
  assert.equal(changes(), 1);
  await rm(file);
  await pass(2);
  assert.equal(changes(), 2);
  await writeFile(file, 'c');
  await pass(2);
  assert.equal(changes(), 3);
});

test('a change that was read already is not told, a later one is', async (t) => {
  const { file, watch, changes, pass } = await watched(t);
  await writeFile(file, 'saved, then reloaded by hand');
  await watch.seen();
  await pass(3);
  assert.equal(changes(), 0);
  await writeFile(file, 'saved');
  await pass(2);
  assert.equal(changes(), 1);
});
