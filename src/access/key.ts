import { hash } from 'node:crypto';
import type { Random } from '../base/random.ts';
import { Secret } from '../base/redact.ts';

/** Programs that look for published secrets find a key by it. */
const keyPrefix = 'eh_';
const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Of 256 bits in base 62. */
const digits = 43;
const keyLength = keyPrefix.length + digits;

/** A key that admits its holder: 256 random bits, in letters and digits alone, so that a double click selects all of it. */
export function makeKey(random: Random): Secret<string> {
  let rest = BigInt(`0x${random.bytes(32).toString('hex')}`);
  let text = '';
  for (let digit = 0; digit < digits; digit += 1) {
    text = letters[Number(rest % 62n)] + text;
    rest /= 62n;
  }
  return new Secret(keyPrefix + text);
}

/**
 * SHA-256, hexadecimal: all that is stored of a key. A slow hash would protect no better, because 2^256 keys are too many to try; and a
 * look-up by digest tells a guesser nothing about keys, however long it takes.
 */
export function digestOf(key: string): string {
  return hash('sha256', key, 'hex');
}

/** Whether a text claims to be a key. Others are not ours: an app may have keys of its own. */
export function isKey(text: string): boolean {
  return text.startsWith(keyPrefix) && text.length < 2 * keyLength;
}
