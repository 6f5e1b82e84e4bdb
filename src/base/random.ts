import { randomBytes, randomInt } from 'node:crypto';

/** Randomness as an argument, so that a test can name its seed. */
export interface Random {
  bytes(length: number): Buffer;
  /** A whole number, uniform in [0, below). */
  integer(below: number): number;
}

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  integer: (below) => randomInt(below),
};
