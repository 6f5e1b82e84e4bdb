const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The base64 of crypt(3), least significant bits first.
 * @param order the bytes of the digest, three to a group, most significant first; −1 for none.
 */
export function cryptBase64(digest: Buffer, order: readonly number[]): string {
  let text = '';
  for (let at = 0; at < order.length; at += 3) {
    const group = order.slice(at, at + 3);
    let bits = group.reduce((value, index) => (value << 8) | (index < 0 ? 0 : digest[index]!), 0);
    for (let left = group.filter((index) => index >= 0).length + 1; left > 0; left -= 1) {
      text += alphabet[bits & 63];
      bits >>= 6;
    }
  }
  return text;
}
