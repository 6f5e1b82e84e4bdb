/**
 * One seed for all randomness in the tests, to make failures repeatable. `npm test` chooses and prints it; so does a
 * single test file. `EVERYHOP_TEST_SEED` sets it.
 */
import { hash, randomInt } from 'node:crypto';
import path from 'node:path';
import type { Random } from '../../src/base/random.ts';

export const seedVariable = 'EVERYHOP_TEST_SEED';

/** @throws Error if the variable is not an integer from 0 to 2³¹−1. */
export function chooseSeed(given: string | undefined): number {
  if (given === undefined || given === '') return randomInt(2 ** 31);
  const seed = Number(given);
  if (/^\d+$/.test(given) && seed < 2 ** 31) return seed;
  throw new Error(`${seedVariable}=${given}: expected an integer from 0 to ${2 ** 31 - 1}`);
}

/** The seed of this run. */
export const seed: number = chooseSeed(process.env[seedVariable]);
export const seedNote = `seed: ${seed}; repeat with ${seedVariable}=${seed}`;
if (!process.env[seedVariable]) process.stderr.write(`${seedNote}\n`);

/** The same seed and label always give the same draws. */
export function seededRandom(seed: number, label: string): Random {
  let draws = 0;
  const block = (): Buffer => hash('sha256', `${seed} ${label} ${draws++}`, 'buffer');
  return {
    bytes(length) {
      const blocks = Array.from({ length: Math.ceil(length / 32) }, block);
      return Buffer.concat(blocks, length);
    },
    integer: (below) => block().readUIntBE(0, 6) % below, // from 48 bits: uniform enough for tests
  };
}

/**
 * Differs between test files. Do not use it in a program that a test starts several times: its processes would draw the
 * same identifiers.
 */
export const testRandom: Random = seededRandom(
  seed,
  path.relative(path.resolve(import.meta.dirname, '..'), process.argv[1] ?? ''),
);
