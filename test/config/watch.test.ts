import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Clock } from '../../src/base/clock.ts';
import { FileWatch } from '../../src/config/watch.ts';
import { FakeClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/up.ts';

interface WatchFixture {
  file: string;
  watch: FileWatch;
  changes: () => number;
  /** Advances the clock second by second and waits for each poll to finish. */
  pass: (seconds: number) => Promise<void>;
}

async function watchFile(t: TestContext): Promise<WatchFixture> {
  const file = path.join(await temporaryFolder(t, 'watch'), 'everyhop.yaml');
  await writeFile(file, 'a');
  const fake = new FakeClock();
  let polled!: () => void;
  let poll = new Promise<void>((resolve) => (polled = resolve));
  const clock: Clock = {
    now: () => fake.now(),
    monotonic: () => fake.monotonic(),
    after(delayMs, run) {
      polled();
      return fake.after(delayMs, run);
    },
  };
  let changes = 0;
  const watch = new FileWatch([file], clock, () => (changes += 1));
  t.after(() => watch.end());
  await poll;
  return {
    file,
    watch,
    changes: () => changes,
    async pass(seconds) {
      for (let second = 0; second < seconds; second += 1) {
        poll = new Promise((resolve) => (polled = resolve));
        fake.advance(1000);
        await poll;
      }
    },
  };
}

test('reports a change once, after a second without another', async (t) => {
  const { file, changes, pass } = await watchFile(t);
  await pass(3);
  assert.equal(changes(), 0);
  await writeFile(file, 'half');
  await pass(1);
  await writeFile(file, 'complete');
  await pass(1);
  assert.equal(changes(), 0);
  await pass(1);
  assert.equal(changes(), 1);
  await pass(3);
  assert.equal(changes(), 1);
});

test('reports when a file is replaced, removed or recreated', async (t) => {
  const { file, changes, pass } = await watchFile(t);
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

test('does not report an acknowledged change, but a later one', async (t) => {
  const { file, watch, changes, pass } = await watchFile(t);
  await writeFile(file, 'saved, then reloaded by hand');
  await watch.acknowledge();
  await pass(3);
  assert.equal(changes(), 0);
  await writeFile(file, 'saved');
  await pass(2);
  assert.equal(changes(), 1);
});
