import { createHash } from 'node:crypto';
import { canonicalAddress } from '../names/address.ts';
import type { EdgeRoute, EdgeSite, EdgeSnapshot } from './snapshot.ts';

export type RouteChoice = EdgeRoute | 'blocked' | 'ambiguous' | undefined;

/** Finds the site for a host and the route for a path. Compiled once per snapshot. */
export interface Router {
  /** Exact name or address first, then a wildcard for one label. `host` is as `hostName` returns it. */
  site(host: string): EdgeSite | undefined;
  /** The longest matching prefix. `ambiguous`: apps could interpret the path differently and thus get another route. */
  route(site: EdgeSite, target: string): RouteChoice;
}

const routers = new WeakMap<EdgeSnapshot, Router>();

export function compile(snapshot: EdgeSnapshot): Router {
  let router = routers.get(snapshot);
  if (!router) routers.set(snapshot, (router = makeRouter(snapshot)));
  return router;
}

/**
 * A key for the site's TLS settings. Sites with the same key may share connections; a request for a site whose key
 * differs from the connection's is misdirected (RFC 9110 §7.4).
 */
export function tlsPolicyOf(site: EdgeSite): string {
  const clients = site.clientCertificates;
  if (!clients) return site.minTls;
  const roots = createHash('sha256').update(clients.rootsPem).digest('base64url');
  return `${site.minTls} ${clients.optional ? 'may' : 'must'} ${roots}`;
}

/** The host without port and trailing dot, in lower case; an address in canonical form. */
export function hostName(authority: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d*)?$/.exec(authority);
  if (bracketed) return canonicalAddress(bracketed[1]!) ?? bracketed[1]!.toLowerCase();
  const colon = authority.indexOf(':');
  const name = (colon < 0 ? authority : authority.slice(0, colon)).toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function makeRouter(snapshot: EdgeSnapshot): Router {
  const exact = new Map<string, EdgeSite>();
  const wildcards = new Map<string, EdgeSite>();
  for (const site of snapshot.sites) {
    for (const host of site.hosts) {
      if (host.startsWith('*.')) wildcards.set(host.slice(1), site);
      else exact.set(host, site);
    }
  }
  const routes = new Map(snapshot.sites.map((site) => [site, longestFirst(site.routes)]));
  const plain = new Set(snapshot.sites.filter((site) => site.routes.length === 1 && site.block.length === 0));
  return {
    site(host) {
      const found = exact.get(host);
      if (found || wildcards.size === 0) return found;
      const dot = host.indexOf('.');
      return dot < 1 ? undefined : wildcards.get(host.slice(dot));
    },
    route(site, target) {
      const ordered = routes.get(site)!;
      if (plain.has(site) && ordered[0]!.path === '/') return ordered[0];
      const query = target.indexOf('?');
      const path = query < 0 ? target : target.slice(0, query);
      const views = pathViews(path);
      if (!views) return 'ambiguous';
      // Block every spelling of the path, and ignore case, as the app might.
      if (views.some((view) => site.block.some((prefix) => covers(prefix.toLowerCase(), view.toLowerCase())))) {
        return 'blocked';
      }
      const choices = views.map((view) => ordered.find((route) => covers(route.path, view)));
      return choices.every((choice) => choice === choices[0]) ? choices[0] : 'ambiguous';
    },
  };
}

function longestFirst(routes: readonly EdgeRoute[]): EdgeRoute[] {
  return [...routes].sort((a, b) => b.path.length - a.path.length);
}

function covers(prefix: string, path: string): boolean {
  if (prefix === '/') return true;
  const bare = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path.startsWith(bare) && (path.length === bare.length || path[bare.length] === '/');
}

/**
 * All the ways in which a program might interpret a path: as is, percent-decoded once or twice, backslashes as slashes,
 * slashes merged, parameters (`;a=b`) stripped before or after decoding, dot segments resolved. undefined: an invalid
 * path.
 */
function pathViews(path: string): string[] | undefined {
  if (!/[%;\\]|\/\/|\/\.{1,2}(\/|$)/.test(path)) return [path];
  const once = decoded(path);
  if (once === undefined || once.includes('\0')) return undefined;
  const views = new Set([path]);
  for (const start of [path, withoutParameters(path)]) {
    const decodedOnce = decoded(start) ?? start;
    for (const view of [start, decodedOnce, decoded(decodedOnce) ?? decodedOnce]) {
      views.add(resolved(view));
      views.add(resolved(withoutParameters(view)));
    }
  }
  return [...views];
}

function withoutParameters(path: string): string {
  return path.replace(/;[^/\\]*/g, '');
}

function decoded(path: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(path)) return undefined;
  return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function resolved(path: string): string {
  const kept: string[] = [];
  for (const segment of path.replaceAll('\\', '/').split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`;
}
