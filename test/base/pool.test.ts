import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pool } from '../../src/base/pool.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('starts tasks in call order and never exceeds the limit, also after failures', async () => {
  const pool = new Pool(3);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const work = async (index: number): Promise<number> => {
    begun.push(index);
    most = Math.max(most, (running += 1));
    await nextTurn();
    running -= 1;
    if (index % 5 === 0) throw new Error(`number ${index}`);
    return index;
  };
  const all = Array.from({ length: 500 }, (_, index) => index);
  const outcomes = await Promise.allSettled(all.map((index) => pool.run(() => work(index))));
  assert.deepEqual(begun, all);
  assert.equal(most, 3);
  assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 100);
  // Every slot is free again.
  const again = [1, 2, 3, 4].map((index) => pool.run(() => work(index)));
  assert.deepEqual(begun.slice(all.length), [1, 2, 3]);
  assert.deepEqual(await Promise.all(again), [1, 2, 3, 4]);
});

test('maps items to results in item order, within the limit', async () => {
  let running = 0;
  let most = 0;
  const slowFirst = async (item: number): Promise<number> => {
    most = Math.max(most, (running += 1));
    for (let turns = 10 - item; turns > 0; turns--) await nextTurn();
    running -= 1;
    return item * 2;
  };
  assert.deepEqual(await new Pool(4).map(new Set([1, 2, 3, 4, 5, 6, 7]), slowFirst), [2, 4, 6, 8, 10, 12, 14]);
  assert.equal(most, 4);
  assert.deepEqual(await new Pool(4).map([], slowFirst), []);
  const failing = new Pool(1).map([1, 2], (item) => {
    throw new Error(`item ${item}`);
  });
  await assert.rejects(failing, /item 1/);
});

test('a task that throws synchronously frees its slot', async () => {
  const pool = new Pool(1);
  const failed = pool.run(() => {
    throw new Error('at once');
  });
  const next = pool.run(() => 'next');
  await assert.rejects(failed, /at once/);
  assert.equal(await next, 'next');
});

test('an aborted task leaves the line, and the tasks behind it move up', async () => {
  const pool = new Pool(1);
  const begun: string[] = [];
  let finish = (): void => {};
  const first = pool.run(() => new Promise<void>((resolve) => (finish = resolve)));
  const leaving = new AbortController();
  const second = pool.run(() => void begun.push('second'), leaving.signal);
  const staying = new AbortController();
  const third = pool.run(() => void begun.push('third'), staying.signal);
  const rejected = assert.rejects(second, /no longer wanted/);
  leaving.abort(new Error('no longer wanted'));
  await rejected;
  finish();
  await Promise.all([first, third]);
  assert.deepEqual(begun, ['third']);
  // An abort after the start has no effect.
  staying.abort();
  assert.equal(await pool.run(() => 'free'), 'free');
});

test('an aborted signal prevents the task from starting', async () => {
  const pool = new Pool(1);
  let ran = false;
  await assert.rejects(
    pool.run(() => void (ran = true), AbortSignal.abort(new Error('before'))),
    /before/,
  );
  assert.equal(ran, false);
  assert.equal(await pool.run(() => 'free'), 'free');
});

test('the slot is free after every waiting task has aborted', async () => {
  const pool = new Pool(1);
  let finish = (): void => {};
  const first = pool.run(() => new Promise<void>((resolve) => (finish = resolve)));
  const leaving = new AbortController();
  const line = Array.from({ length: 5 }, () => pool.run(() => assert.fail('started'), leaving.signal));
  leaving.abort();
  await Promise.allSettled(line);
  finish();
  await first;
  let started = false;
  await pool.run(() => void (started = true));
  assert.equal(started, true);
});

// A queue whose cost grows with the square of its length would take hours.
test('works off a hundred thousand waiting tasks', { timeout: 300_000 }, async () => {
  const pool = new Pool(2);
  const results = await pool.map(
    Array.from({ length: 100_000 }, (_, index) => index),
    (index) => index,
  );
  assert.equal(results.length, 100_000);
});
