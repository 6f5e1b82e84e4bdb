import type { HostName } from '../names/host-name.ts';

/**
 * True for a name under which the public registers names: a delegated top-level domain (`chat`, `ai`), or another suffix of the
 * Public Suffix List (`co.uk`, `github.io`). A root that permits it may vouch for all names below it.
 */
export async function isPublicSuffix(name: HostName): Promise<boolean> {
  if (name.kind === 'ip') return false;
  const { parse } = await import('tldts'); // loading its list takes longer than most commands
  const { publicSuffix, isIcann, isPrivate } = parse(name.base, { allowPrivateDomains: true });
  return publicSuffix === name.base && (isIcann === true || isPrivate === true);
}
