import type { Fields } from '../../http1/head.ts';

/**
 * The names of all our cookies begin with this. Browsers accept `__Host-` only over HTTPS from the host itself (RFC 6265bis §4.1.3.2):
 * neither a subdomain nor the network can set one.
 */
export const cookiePrefix = '__Host-everyhop-';

/** The values of a cookie, in the order of the request. */
export function cookieValues(fields: Fields, name: string): string[] {
  const values: string[] = [];
  for (let at = 1; at < fields.length; at += 3) {
    if (fields[at] !== 'cookie') continue;
    const text = fields[at + 1]!;
    for (let from = text.indexOf(name); from >= 0; from = text.indexOf(name, from + 1)) {
      const start = from + name.length + 1;
      if (text[start - 1] !== '=' || !beginsPair(text, from)) continue;
      const end = text.indexOf(';', start);
      values.push((end < 0 ? text.slice(start) : text.slice(start, end)).trim());
    }
  }
  return values;
}

function beginsPair(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === ' ' || text[before] === '\t') before -= 1;
  return before < 0 || text[before] === ';';
}

/** The names of the cookies that begin with `prefix`, oldest first. */
export function cookieNames(fields: Fields, prefix: string): string[] {
  const names: string[] = [];
  for (let at = 1; at < fields.length; at += 3) {
    if (fields[at] !== 'cookie') continue;
    for (const pair of fields[at + 1]!.split(';')) {
      const name = pair.split('=', 1)[0]!.trim();
      if (name.startsWith(prefix)) names.push(name);
    }
  }
  return names;
}

/** Value of `Set-Cookie`. @param seconds 0 deletes the cookie. */
export function cookieText(name: string, value: string, seconds: number): string {
  return `${name}=${value}; Path=/; Max-Age=${Math.max(0, Math.floor(seconds))}; Secure; HttpOnly; SameSite=Lax`;
}

/**
 * A Cookie value without our cookies, which are of no use to an app but would let it act as the visitor; '' if nothing
 * remains.
 */
export function withoutOurCookies(text: string): string {
  if (!text.includes(cookiePrefix)) return text;
  return text
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => !pair.startsWith(cookiePrefix))
    .join('; ');
}
