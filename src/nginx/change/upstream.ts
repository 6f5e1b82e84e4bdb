import type { ServerBlock } from '../model/server.ts';
import { childrenOf, type LocatedDirective } from '../reading/located.ts';
import { argumentsOf, locationsOf, own, rootLocation } from './context.ts';

/** The app behind a server block: the `proxy_pass` target of its `location /`, or else of the first location with one. */
export function upstreamOf({ located }: ServerBlock): URL | undefined {
  const root = rootLocation(located);
  const locations = [...(root ? [root] : []), ...locationsOf(located)];
  for (const location of locations) {
    const [pass] = own(location, 'proxy_pass');
    const url = pass && urlOf(argumentsOf(pass)[0] ?? '', located.parents[0]);
    if (url) return url;
  }
  return undefined;
}

function urlOf(text: string, http: LocatedDirective | undefined): URL | undefined {
  if (text.includes('$') || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.hostname.startsWith('unix')) return undefined;
  const group = http && own(http, 'upstream').find((upstream) => argumentsOf(upstream)[0] === url.hostname);
  if (!group) return url;
  const member = childrenOf(group).find(({ directive }) => directive.name.text === 'server');
  const address = member && argumentsOf(member)[0];
  if (address === undefined || address.startsWith('unix:')) return undefined;
  const resolved = `${url.protocol}//${address}${url.pathname}`;
  return URL.canParse(resolved) ? new URL(resolved) : undefined;
}
