import { hash } from 'node:crypto';
import { cryptBase64 } from './crypt-base64.ts';

const order = [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5, -1, -1, 11];

/**
 * The digest of `$1$` and of Apache's `$apr1$`. Its 1000 rounds take about a millisecond.
 * @param magic the prefix of the line, which is part of the computation.
 */
export function md5Crypt(magic: '$1$' | '$apr1$', password: Buffer, salt: Buffer): string {
  const digest = (...parts: readonly Buffer[]): Buffer => hash('md5', Buffer.concat(parts), 'buffer');
  const { length } = password;
  const parts = [password, Buffer.from(magic), salt, Buffer.alloc(length, digest(password, salt, password))];
  const nul = Buffer.alloc(1);
  for (let left = length; left > 0; left >>= 1) parts.push((left & 1) === 1 ? nul : password.subarray(0, 1));
  let a = digest(...parts);
  for (let round = 0; round < 1000; round += 1) {
    const isOdd = (round & 1) === 1;
    const input = [isOdd ? password : a];
    if (round % 3 !== 0) input.push(salt);
    if (round % 7 !== 0) input.push(password);
    a = digest(...input, isOdd ? a : password);
  }
  return cryptBase64(a, order);
}
