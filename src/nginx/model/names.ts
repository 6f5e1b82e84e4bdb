import { translatePattern } from './pattern.ts';
import type { ServerName } from './server.ts';
import { shown } from '../reading/bytes.ts';
import type { Located } from '../reading/located.ts';

/**
 * The names of a `server_name` directive.
 * @param hostname what `$hostname` stands for
 */
export function serverNames({ directive }: Located, hostname: string): ServerName[] {
  return directive.args.flatMap(({ text }) => serverName(shown(text), hostname));
}

/** The name of a block that has no `server_name`. */
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

/** A Host or server name indication as nginx compares it: lower case, without the dot at its end. */
export function normaliseHost(host: string): string {
  return lowerCase(host).replace(/\.$/, '');
}

/** nginx knows no other letters. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * Does this name take that host?
 * @param host as `normaliseHost` gives it
 * @returns undefined where it is a regular expression that cannot be told
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
