import { createHash, hash } from 'node:crypto';
import { cryptBase64 } from './crypt-base64.ts';
import { Slices } from './slices.ts';

const roundsBetweenLooks = 64;

/**
 * The digest of SHA-crypt (`$5$`, `$6$`), as in the file, computed in slices.
 * The steps are those of https://www.akkadia.org/drepper/SHA-crypt.txt.
 */
export async function shaCrypt(bits: 256 | 512, password: Buffer, salt: Buffer, rounds: number): Promise<string> {
  const algorithm = `sha${bits}`;
  const size = bits / 8;
  const { length } = password;
  const digest = (...parts: readonly Buffer[]): Buffer => hash(algorithm, Buffer.concat(parts), 'buffer');
  const b = digest(password, salt, password);
  const first = createHash(algorithm).update(password).update(salt).update(repeated(b, length));
  for (let left = length; left > 0; left >>= 1) first.update((left & 1) === 1 ? b : password);
  let a = first.digest();
  const p = repeated(digest(...Array<Buffer>(length).fill(password)), length);
  const s = repeated(digest(...Array<Buffer>(16 + a[0]!).fill(salt)), salt.length);
  const slices = new Slices();
  const input = Buffer.alloc(2 * size + 3 * Math.max(length, 1) + salt.length);
  for (let round = 0; round < rounds; round += 1) {
    let end = 0;
    const add = (part: Buffer): void => void (end += part.copy(input, end));
    add((round & 1) === 1 ? p : a);
    if (round % 3 !== 0) add(s);
    if (round % 7 !== 0) add(p);
    add((round & 1) === 1 ? a : p);
    a = hash(algorithm, input.subarray(0, end), 'buffer');
    if (round % roundsBetweenLooks === 0 && slices.over) await slices.pause();
  }
  return cryptBase64(a, bits === 512 ? order512 : order256);
}

function repeated(bytes: Buffer, length: number): Buffer {
  return Buffer.alloc(length, bytes);
}

/** Each group is the one before, turned by one place, and one further. */
function orderOf(size: number, turn: 'left' | 'right'): number[] {
  const third = Math.floor(size / 3);
  const order: number[] = [];
  let group = [0, third, 2 * third];
  for (let at = 0; at < third; at += 1) {
    order.push(...group);
    const [x, y, z] = group.map((index) => index + 1) as [number, number, number];
    group = turn === 'left' ? [y, z, x] : [z, x, y];
  }
  return order;
}

const order512 = [...orderOf(64, 'left'), -1, -1, 63];
const order256 = [...orderOf(32, 'right'), -1, 31, 30];
