import { randomBytes, randomInt } from 'node:crypto';

/** Code that needs randomness takes this as an argument, so tests can set the seed. */
export interface Random {
  bytes(length: number): Buffer;
  /** An integer, uniform in [0, below). */
  integer(below: number): number;
}

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  integer: (below) => randomInt(below),
};
