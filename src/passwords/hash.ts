import { timingSafeEqual } from 'node:crypto';
import { type Argon2, hashArgon2, verifyArgon2 } from './argon2.ts';
import { verifyBcrypt } from './bcrypt.ts';
import { md5Crypt } from './md5-crypt.ts';
import { shaCrypt } from './sha-crypt.ts';

/** A password hash of a form that Everyhop verifies. */
export type PasswordHash =
  | { form: 'bcrypt'; encoded: string }
  | { form: 'argon2'; argon2: Argon2 }
  | { form: 'sha-crypt'; bits: 256 | 512; rounds: number; salt: Buffer; digest: string }
  /** Weak: a graphics card tries millions of passwords a second. */
  | { form: 'md5-crypt'; magic: '$1$' | '$apr1$'; salt: Buffer; digest: string };

/** Why a hash is not accepted. `costly`: it would take seconds and block other visitors' log-ins. */
export type HashProblem = 'plain' | 'weak' | 'unknown' | 'damaged' | 'costly';

/** libxcrypt and Apache stop at such lengths, too. A longer password is wrong without a computation. */
export const longestPasswordBytes = 512;

/** About a second on a slow core. */
const limits = { bcryptCost: 14, shaRounds: 500_000, memoryKiB: 262_144, memoryPassesKiB: 1_048_576, lanes: 16 };
/** SHA-crypt without `rounds=`. */
const standardRounds = 5000;
const fewestRounds = 1000;

/** Reads the hash of a line. */
export function readHash(text: string): PasswordHash | HashProblem {
  const [, id = ''] = /^\$([\w-]+)\$/.exec(text) ?? [];
  if (/^2[aby]$/.test(id)) return readBcrypt(text);
  if (id === '5' || id === '6') return readShaCrypt(id === '5' ? 256 : 512, text);
  if (id === '1' || id === 'apr1') return readMd5Crypt(`$${id}$`, text);
  if (/^argon2(?:d|i|id)$/.test(id)) return readArgon2(text);
  if (/^\{SHA\}|^\{SSHA\}/.test(text)) return 'weak';
  if (text.startsWith('$')) return 'unknown';
  // Traditional crypt: two characters of salt.
  return /^[./0-9A-Za-z]{13}$/.test(text) ? 'weak' : 'plain';
}

/** @returns false for a wrong password, and for an empty one. @throws Error if the computation cannot run */
export async function verifyPassword(hash: PasswordHash, password: Buffer): Promise<boolean> {
  const { length } = password;
  if (length === 0 || length > longestPasswordBytes || password.includes(0)) return false;
  switch (hash.form) {
    case 'bcrypt':
      return verifyBcrypt(hash.encoded, password);
    case 'argon2':
      return verifyArgon2(hash.argon2, password);
    case 'sha-crypt':
      return isSame(await shaCrypt(hash.bits, password, hash.salt, hash.rounds), hash.digest);
    default:
      return isSame(md5Crypt(hash.magic, password, hash.salt), hash.digest);
  }
}

/** A new hash for a line: Argon2id. Takes about 50 ms. */
export function hashPassword(password: Buffer): string {
  return hashArgon2(password);
}

function readBcrypt(encoded: string): PasswordHash | HashProblem {
  const cost = Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(encoded)?.[1]);
  if (!(cost >= 4 && cost <= 31)) return 'damaged';
  return cost > limits.bcryptCost ? 'costly' : { form: 'bcrypt', encoded };
}

function readShaCrypt(bits: 256 | 512, text: string): PasswordHash | HashProblem {
  const match = /^\$[56]\$(?:rounds=(\d{1,9})\$)?([^$:]*)\$([./0-9A-Za-z]+)$/.exec(text);
  if (!match || match[3]!.length !== (bits === 512 ? 86 : 43)) return 'damaged';
  const rounds = match[1] === undefined ? standardRounds : Number(match[1]);
  if (rounds < fewestRounds) return 'damaged';
  if (rounds > limits.shaRounds) return 'costly';
  const salt = Buffer.from(match[2]!, 'latin1').subarray(0, 16);
  return { form: 'sha-crypt', bits, rounds, salt, digest: match[3]! };
}

function readMd5Crypt(magic: '$1$' | '$apr1$', text: string): PasswordHash | HashProblem {
  const match = /^([^$:]*)\$([./0-9A-Za-z]{22})$/.exec(text.slice(magic.length));
  if (!match) return 'damaged';
  return { form: 'md5-crypt', magic, salt: Buffer.from(match[1]!, 'latin1').subarray(0, 8), digest: match[2]! };
}

function readArgon2(text: string): PasswordHash | HashProblem {
  const match = /^\$(argon2(?:d|i|id))\$v=19\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,8})\$([\w+/-]+)\$([\w+/-]+)$/.exec(
    text,
  );
  if (!match) return 'damaged';
  const [memoryKiB, passes, lanes] = match.slice(2, 5).map(Number) as [number, number, number];
  const [salt, digest] = match.slice(5).map((part) => Buffer.from(part, 'base64')) as [Buffer, Buffer];
  if (salt.length < 8 || digest.length < 16 || passes < 1 || lanes < 1 || memoryKiB < 8 * lanes) return 'damaged';
  const isCostly = memoryKiB > limits.memoryKiB || memoryKiB * passes > limits.memoryPassesKiB || lanes > limits.lanes;
  if (isCostly || salt.length > 64 || digest.length > 128) return 'costly';
  const variant = match[1] as Argon2['variant'];
  return { form: 'argon2', argon2: { variant, memoryKiB, passes, lanes, salt, digest } };
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
