import { isIPv6 } from 'node:net';

const hostShape = /^(?:[\w-]{1,63}(?:\.[\w-]{1,63})*\.?|\[([\da-f:.]+)\])(?::(\d{1,5}))?$/i;

/** A host name or address with optional port, as in Host and `:authority`. Allows `_`, which some names contain. */
export function isAuthority(text: string): boolean {
  const match = text.length <= 260 ? hostShape.exec(text) : null;
  if (!match) return false;
  return (match[1] === undefined || isIPv6(match[1])) && (match[2] === undefined || Number(match[2]) <= 65535);
}

/** The host without brackets, and the port; '' for none. */
export function splitAuthority(authority: string): [host: string, port: string] {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority);
  return match ? [match[1]!.replace(/^\[|\]$/g, ''), match[2] ?? ''] : [authority, ''];
}
