/**
 * One seed for everything that the tests draw at random, so that a failure can be repeated: `npm test` chooses and prints it;
 * a file that is run alone chooses and prints its own. `EVERYHOP_TEST_SEED` sets it.
 */
import { hash, randomInt } from 'node:crypto';
import path from 'node:path';
import type { Random } from '../../src/base/random.ts';

export const seedVariable = 'EVERYHOP_TEST_SEED';

/** @throws Error where the variable is set to something other than a whole number below 2³¹. */
export function chooseSeed(given: string | undefined): number {
  if (given === undefined || given === '') return randomInt(2 ** 31);
  const seed = Number(given);
  if (/^\d+$/.test(given) && seed < 2 ** 31) return seed;
  throw new Error(`${seedVariable}=${given}: expected a whole number from 0 to ${2 ** 31 - 1}`);
}

/** Of this run. */
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
    integer: (below) => block().readUIntBE(0, 6) % below, // of 2⁴⁸: uniform enough for a test
  };
}

/**
 * For one test file: files draw differently. Not for a program that tests start several times, whose processes would draw the
 * same identifiers.
 */
export const testRandom: Random = seededRandom(
  seed,
  path.relative(path.resolve(import.meta.dirname, '..'), process.argv[1] ?? ''),
);
