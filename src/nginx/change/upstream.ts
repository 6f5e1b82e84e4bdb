import type { ServerBlock } from '../model/server.ts';
import { childrenOf, type LocatedDirective } from '../reading/located.ts';
import { argumentsOf, locationsOf, own, rootLocation } from './context.ts';

/** The programs behind a server block. */
export interface Upstreams {
  /** Those with an address that this program can reach, the one of `location /` first. */
  urls: URL[];
  /** All `proxy_pass` targets, including variables and Unix sockets. */
  count: number;
}

export function upstreamsOf({ located }: ServerBlock): Upstreams {
  const root = rootLocation(located);
  const locations = [...(root ? [root] : []), ...locationsOf(located)];
  const targets = [
    ...new Set(locations.flatMap((one) => own(one, 'proxy_pass')).map((pass) => argumentsOf(pass)[0] ?? '')),
  ];
  const found = targets.flatMap((target) => urlOf(target, located.parents[0]) ?? []);
  return { urls: found, count: targets.length };
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
