import { argon2, argon2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** The parameters of a line `$argon2id$v=19$m=…,t=…,p=…$salt$digest`. */
export interface Argon2 {
  variant: 'argon2d' | 'argon2i' | 'argon2id';
  memoryKiB: number;
  passes: number;
  lanes: number;
  salt: Buffer;
  digest: Buffer;
}

const compute = promisify(argon2);

/** Runs in Node's thread pool. */
export async function verifyArgon2(hash: Argon2, password: Buffer): Promise<boolean> {
  return timingSafeEqual(await compute(hash.variant, parametersOf(hash, password)), hash.digest);
}

/** OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane. */
export function hashArgon2(password: Buffer): string {
  const hash: Argon2 = {
    variant: 'argon2id',
    memoryKiB: 19_456,
    passes: 2,
    lanes: 1,
    salt: randomBytes(16),
    digest: Buffer.alloc(32),
  };
  const digest = argon2Sync(hash.variant, parametersOf(hash, password));
  const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  const { memoryKiB, passes, lanes, salt } = hash;
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${base64(salt)}$${base64(digest)}`;
}

function parametersOf(
  { memoryKiB, passes, lanes, salt, digest }: Argon2,
  password: Buffer,
): Parameters<typeof argon2>[1] {
  return { message: password, nonce: salt, parallelism: lanes, tagLength: digest.length, memory: memoryKiB, passes };
}
