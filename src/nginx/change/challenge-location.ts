import path from 'node:path';
import type { ServerBlock } from '../model/server.ts';
import type { Configuration, LocatedDirective } from '../reading/located.ts';
import { isPlain } from './added-listens.ts';
import { argumentsOf, inForce, own, placeOf } from './context.ts';
import { changeError } from './messages.ts';

const challengePath = '/.well-known/acme-challenge';

/**
 * A block's existing location for challenges, as set up for other ACME clients. nginx rejects a second one with the same
 * prefix.
 * @returns `root`: the folder that contains its `.well-known/acme-challenge/`; undefined if it serves none.
 */
export function challengeLocation(
  server: LocatedDirective,
  prefix: Configuration['prefix'],
): { located: LocatedDirective; root: string | undefined } | undefined {
  const located = own(server, 'location').find((location) => {
    const args = argumentsOf(location);
    return (
      args.length <= 2 &&
      args[0] !== '=' &&
      !args[0]?.startsWith('~') &&
      args.at(-1)?.replace(/\/$/, '') === challengePath
    );
  });
  return located && { located, root: rootOf(located, prefix) };
}

function rootOf(location: LocatedDirective, prefix: string): string | undefined {
  if (['proxy_pass', 'return', 'rewrite', 'fastcgi_pass', 'deny'].some((name) => own(location, name).length > 0))
    return undefined;
  const [alias] = own(location, 'alias');
  const folder = alias
    ? argumentsOf(alias)[0]?.replace(/\/$/, '')
    : argumentsOf(inForce(location, 'root')[0] ?? location)[0];
  if (folder === undefined || folder.includes('$')) return undefined;
  const absolute = path.resolve(prefix, folder);
  if (!alias) return inForce(location, 'root').length > 0 ? absolute : path.join(prefix, 'html');
  return absolute.endsWith(challengePath) ? absolute.slice(0, -challengePath.length) || '/' : undefined;
}

/**
 * The folder from which all these blocks serve challenges.
 * @param managed our folder, for blocks without an existing location.
 * @param needed true if challenges will be used.
 * @throws EveryhopError `nginx.challenge-taken` if a block answers challenges in an unusable way.
 */
export function webrootOf(
  { prefix }: Configuration,
  blocks: readonly ServerBlock[],
  managed: string,
  needed: boolean,
): string {
  const roots = new Set<string>();
  for (const { located, listens } of blocks) {
    if (!listens.some(isPlain)) continue;
    const theirs = challengeLocation(located, prefix);
    if (!theirs) continue;
    if (theirs.root === undefined) {
      if (needed) throw changeError('nginx.challenge-taken', { place: placeOf(theirs.located) });
      continue;
    }
    roots.add(theirs.root);
    if (needed && roots.size > 1) throw changeError('nginx.challenge-taken', { place: placeOf(theirs.located) });
  }
  return [...roots][0] ?? managed;
}
