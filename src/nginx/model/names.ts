import { withBrackets } from '../../names/address.ts';
import { translatePattern } from './pattern.ts';
import type { ServerName } from './server.ts';
import { fromLatin1 } from '../reading/latin1.ts';
import type { LocatedDirective } from '../reading/located.ts';

/**
 * The names of a `server_name` directive.
 * @param hostname the value of `$hostname`
 */
export function serverNames({ directive }: LocatedDirective, hostname: string): ServerName[] {
  return directive.args.flatMap(({ text }) => serverName(fromLatin1(text), hostname));
}

/** The name of a block without `server_name`. */
export const noName: ServerName = { kind: 'catch-all', name: '', written: '' };

function serverName(written: string, hostname: string): ServerName[] {
  if (written.startsWith('~')) return [{ kind: 'regex', name: written.slice(1), written }];
  const name = lowerCase(lowerCase(written) === '$hostname' ? hostname : written);
  if (name === '' || name === '_') return [{ kind: 'catch-all', name, written }];
  if (name.startsWith('.') && name.length > 1) {
    return [
      { kind: 'exact', name: name.slice(1), written },
      { kind: 'leading-wildcard', name: `*${name}`, written },
    ];
  }
  if (name.startsWith('*.')) return [{ kind: 'leading-wildcard', name, written }];
  if (name.endsWith('.*')) return [{ kind: 'trailing-wildcard', name, written }];
  return [{ kind: 'exact', name, written }];
}

/**
 * Converts a Host header or server name indication to the form that nginx compares: lower case, without a trailing dot. An
 * IPv6 address has brackets there, as in a URL.
 */
export function normaliseHost(host: string): string {
  return withBrackets(lowerCase(host).replace(/\.$/, ''));
}

/** nginx folds ASCII letters only. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * True if the name matches the host.
 * @param host from `normaliseHost`
 * @returns undefined for a regular expression that JavaScript cannot evaluate
 */
export function takesHost({ kind, name }: ServerName, host: string): boolean | undefined {
  switch (kind) {
    case 'exact':
    case 'catch-all':
      return host === name;
    case 'leading-wildcard':
      return host.endsWith(name.slice(1));
    case 'trailing-wildcard':
      return host.startsWith(name.slice(0, -1));
    default:
      return host === '' ? false : translatePattern(name)?.test(host);
  }
}
