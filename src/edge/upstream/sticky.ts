import { createHash, createHmac } from 'node:crypto';
import type { Fields } from '../http1/head.ts';

/** Each route of a site has its own instances, but every `__Host-` cookie has the path /, so the name tells the routes apart. */
export function cookieName(path: string): string {
  return `__Host-everyhop-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`;
}

/** Tells the instance to this program alone. Without the key, not even a guessed address can be confirmed. */
export function tokenOf(key: string, instance: string): string {
  return createHmac('sha256', key).update(instance).digest('base64url').slice(0, 16);
}

/**
 * Lasts until the browser closes. Apps are shown inside other sites, so it goes there, too, but apart for each (Partitioned);
 * it grants nothing.
 */
export function setCookie(name: string, token: string): string {
  return `${name}=${token}; Path=/; Secure; HttpOnly; SameSite=None; Partitioned`;
}

/** The value of the first cookie of that name (RFC 6265 §4.2.1). */
export function cookieValue(fields: Fields, name: string): string | undefined {
  for (let at = 1; at < fields.length; at += 3) {
    if (fields[at] !== 'cookie') continue;
    for (const pair of fields[at + 1]!.split(';')) {
      const sign = pair.indexOf('=');
      if (sign > 0 && pair.slice(0, sign).trim() === name) return pair.slice(sign + 1).trim();
    }
  }
  return undefined;
}
