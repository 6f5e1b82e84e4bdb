import type { Fields } from './http1/head.ts';

const segments = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~!$&'()*+;=:@%-]+)+\/?$/;

/**
 * The path that proxies in front have removed, the outermost first, from `X-Forwarded-Prefix`. Each adds a field or a member
 * of the list, or extends the path.
 * @param values of a trusted proxy.
 * @returns '' for none, or for anything that is no path: it becomes part of redirects.
 */
export function prefixIn(values: string | undefined): string {
  if (values === undefined) return '';
  const members = values.split(',').map((member) => member.trim());
  const prefixes = members.filter((member) => member !== '' && member !== '/');
  return prefixes.every((prefix) => segments.test(prefix))
    ? prefixes.map((prefix) => prefix.replace(/\/$/, '')).join('')
    : '';
}

/** The same from the fields of a request. */
export function outerPrefix(fields: Fields, isProxied: boolean): string {
  if (!isProxied) return '';
  const values: string[] = [];
  for (let at = 1; at < fields.length; at += 3) if (fields[at] === 'x-forwarded-prefix') values.push(fields[at + 1]!);
  return prefixIn(values.join());
}
