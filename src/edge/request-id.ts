import { randomBytes } from 'node:crypto';

const idBytes = 6;
let pool = Buffer.alloc(0);
let at = 0;

/** Six random bytes, base64url, to find a request in the access log. Random bytes are generated in bulk. */
export function requestId(): string {
  if (at + idBytes > pool.length) {
    pool = randomBytes(idBytes * 512);
    at = 0;
  }
  at += idBytes;
  return pool.toString('base64url', at - idBytes, at);
}
