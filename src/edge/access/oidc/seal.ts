import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals values into cookies: AES-256-GCM under a separate key for each purpose and scope, so that what was sealed for one site,
 * provider or purpose does not open elsewhere.
 */
export class Seal {
  readonly #keys: readonly KeyObject[];

  /** @param secrets base64; the first seals, all open. @param scope any text. */
  constructor(secrets: readonly string[], scope: string) {
    this.#keys = secrets.map((secret) =>
      createSecretKey(
        Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64'), '', `everyhop cookie\0${scope}`, 32)),
      ),
    );
  }

  /** @param bound authenticated, but not part of the result: `open` needs the same. */
  seal(value: unknown, bound: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#keys[0]!, nonce);
    cipher.setAAD(Buffer.from(bound));
    const sealed = [nonce, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(sealed).toString('base64url');
  }

  /** undefined: changed, truncated, sealed with another key, or for another purpose. */
  open(text: string, bound: string): unknown {
    const sealed = Buffer.from(text, 'base64url');
    // Other spellings of the same bytes would be other cookies.
    if (sealed.length <= nonceBytes + tagBytes || sealed.toString('base64url') !== text) return undefined;
    const end = sealed.length - tagBytes;
    for (const key of this.#keys) {
      const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(bound));
      decipher.setAuthTag(sealed.subarray(end));
      try {
        const content = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()]);
        return JSON.parse(content.toString('utf8'));
      } catch {
        // Not this key.
      }
    }
    return undefined;
  }
}
