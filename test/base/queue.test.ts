import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Queue } from '../../src/base/queue.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('runs one task at a time, in call order', async () => {
  const queue = new Queue();
  const steps: string[] = [];
  const work = async (name: string): Promise<string> => {
    steps.push(`${name} begins`);
    await nextTurn();
    steps.push(`${name} ends`);
    return name;
  };
  assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((name) => queue.run(() => work(name)))), ['a', 'b', 'c']);
  assert.deepEqual(steps, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('a rejection reaches its caller and does not stop the queue', async () => {
  const queue = new Queue();
  const failed = queue.run(() => Promise.reject(new Error('one')));
  const second = queue.run(() => 'two');
  await assert.rejects(failed, /one/);
  assert.equal(await second, 'two');
});

test('an abort removes a waiting task from the queue', async () => {
  const queue = new Queue();
  let finish = (): void => {};
  const first = queue.run(() => new Promise<void>((resolve) => (finish = resolve)));
  const leaving = new AbortController();
  const second = queue.run(() => assert.fail('started'), leaving.signal);
  const rejected = assert.rejects(second, /gone/);
  leaving.abort(new Error('gone'));
  await rejected;
  finish();
  await first;
  assert.equal(await queue.run(() => 'next'), 'next');
});
