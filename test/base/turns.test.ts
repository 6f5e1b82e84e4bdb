import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '../../src/base/turns.ts';

test('so many at a time, in the order in which they asked, also after failures', async () => {
  const turns = new Turns(3);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const work = async (index: number): Promise<number> => {
    begun.push(index);
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (index % 5 === 0) throw new Error(`number ${index}`);
    return index;
  };
  const all = Array.from({ length: 500 }, (_, index) => index);
  const outcomes = await Promise.allSettled(all.map((index) => turns.take(() => work(index))));
  assert.deepEqual(begun, all);
  assert.equal(most, 3);
  assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 100);
  // All turns are free again.
  const again = [1, 2, 3, 4].map((index) => turns.take(() => work(index)));
  assert.deepEqual(begun.slice(all.length), [1, 2, 3]);
  assert.deepEqual(await Promise.all(again), [1, 2, 3, 4]);
});
