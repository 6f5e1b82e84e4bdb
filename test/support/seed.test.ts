import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { execute } from '../../src/base/process.ts';
import * as fc from './fast-check.ts';
import { chooseSeed, seed, seededRandom } from './seed.ts';
import { cleanEnvironment, temporaryFolder } from './up.ts';

test('takes the seed from the environment and requires an integer', () => {
  assert.equal(chooseSeed('7'), 7);
  const drawn = chooseSeed(undefined);
  assert.ok(Number.isInteger(drawn) && drawn >= 0 && drawn < 2 ** 31);
  for (const wrong of ['seven', '-1', '1.5', '2147483648', ' 7']) assert.throws(() => chooseSeed(wrong), /an integer/);
});

test('equal seed and label give equal draws, different ones do not', () => {
  const draw = (seed: number, label: string): string => {
    const random = seededRandom(seed, label);
    const integers = Array.from({ length: 50 }, () => random.integer(6));
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].filter((each) => integers.includes(each)),
      [0, 1, 2, 3, 4, 5],
    );
    assert.equal(random.bytes(0).length, 0);
    return `${integers.join('')} ${random.bytes(100).toString('hex')}`;
  };
  assert.equal(draw(7, 'a'), draw(7, 'a'));
  assert.notEqual(draw(7, 'a'), draw(8, 'a'));
  assert.notEqual(draw(7, 'a'), draw(7, 'b'));
});

test('fast-check uses the seed of the run', () => {
  assert.equal(fc.readConfigureGlobal().seed, seed);
  const draw = (): number[] => fc.sample(fc.nat(), 5);
  assert.deepEqual(draw(), draw());
});

test('a file prints its seed unless the environment sets it', async (t) => {
  const cwd = await temporaryFolder(t, 'seed');
  const args = ['--import', path.join(import.meta.dirname, 'seed.ts'), '--eval', ''];
  const { stderr } = await execute(process.execPath, args, { cwd, env: cleanEnvironment(cwd) });
  const [, printed] = /^seed: (\d+); repeat with EVERYHOP_TEST_SEED=\1\n$/.exec(stderr) ?? assert.fail(stderr);
  const env = { ...cleanEnvironment(cwd), EVERYHOP_TEST_SEED: printed! };
  assert.equal((await execute(process.execPath, args, { cwd, env })).stderr, '');
});
