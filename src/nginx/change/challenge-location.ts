import path from 'node:path';
import type { ServerBlock } from '../model/server.ts';
import type { Configuration, LocatedDirective } from '../reading/located.ts';
import { isPlain } from './added-listens.ts';
import { argumentsOf, inForce, own, placeOf } from './context.ts';
import { changeError } from './messages.ts';

const challengePath = '/.well-known/acme-challenge';

/**
 * A block's own location for challenges, such as other ACME clients advise. nginx takes no second one of the same prefix.
 * @returns `root`: the folder in which `.well-known/acme-challenge/` is served by it; undefined if it serves no such folder.
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
 * The folder in which challenges of all these blocks are found.
 * @param managed ours, which serves the blocks that have none of their own.
 * @param needed does anything depend on it?
 * @throws EveryhopError `nginx.challenge-taken` where a block answers challenges in a way that we cannot use.
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
