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
  const policy = `${site.minTls} ${clients.optional ? 'may' : 'must'} ${roots}`;
  // Not the content: a new list must not misdirect the clients that it does not revoke.
  return clients.revocation ? `${policy} ${clients.revocation.files.join()}` : policy;
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
  const paths = new Map(snapshot.sites.map((site) => [site, new SitePaths(site)]));
  const plain = new Set(snapshot.sites.filter((site) => site.routes.length === 1 && site.block.length === 0));
  return {
    site(host) {
      const found = exact.get(host);
      if (found || wildcards.size === 0) return found;
      const dot = host.indexOf('.');
      return dot < 1 ? undefined : wildcards.get(host.slice(dot));
    },
    route(site, target) {
      const { routes } = site;
      if (plain.has(site) && routes[0]!.path === '/') return routes[0];
      const query = target.indexOf('?');
      const path = query < 0 ? target : target.slice(0, query);
      const views = pathViews(path);
      if (!views) return 'ambiguous';
      const rules = paths.get(site)!;
      // One blocked reading suffices: the app might be the program that reads the path in this way.
      if (views.some((view) => rules.isBlocked(view))) return 'blocked';
      const choices = views.map((view) => rules.routeOf(view));
      return choices.every((choice) => choice === choices[0]) ? choices[0] : 'ambiguous';
    },
  };
}

/** The path prefixes of a site. The longest that matches decides; of equal ones, `block`. */
class SitePaths {
  readonly #routes: (Prefix & { route: EdgeRoute })[];
  readonly #blocked: Prefix[];
  readonly #open: Prefix[];

  constructor({ routes, block, allow }: EdgeSite) {
    this.#routes = routes
      .map((route) => ({ ...prefixOf(route.path), route }))
      .sort((one, other) => other.length - one.length);
    this.#blocked = block
      .map(prefixOf)
      .map(({ length, forms }) => ({ length, forms: forms.map((form) => form.toLowerCase()) }));
    this.#open = [...allow.map(prefixOf), ...this.#routes];
  }

  routeOf(view: string): EdgeRoute | undefined {
    return this.#routes.find((prefix) => matches(prefix, view))?.route;
  }

  /** Blocks ignore case, as the app might; what opens a part of them again does not. */
  isBlocked(view: string): boolean {
    const blocked = longest(this.#blocked, view.toLowerCase());
    return blocked > 0 && blocked >= longest(this.#open, view);
  }
}

/** A configured prefix as written and percent-decoded. */
interface Prefix {
  length: number;
  forms: string[];
}

function prefixOf(written: string): Prefix {
  const prefix = withUpperCaseBytes(written);
  return { length: prefix.length, forms: [...new Set([prefix, decoded(prefix) ?? prefix])] };
}

function matches({ forms }: Prefix, path: string): boolean {
  return forms.some((form) => covers(form, path));
}

/** The length of the longest matching prefix, or 0. */
function longest(prefixes: readonly Prefix[], path: string): number {
  return Math.max(0, ...prefixes.map((prefix) => (matches(prefix, path) ? prefix.length : 0)));
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
function pathViews(sent: string): string[] | undefined {
  const path = withUpperCaseBytes(sent);
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

/** Decodes ASCII only: programs agree on the meaning of other bytes, which no rule here can distinguish. */
function decoded(path: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(path)) return undefined;
  const text = path.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return withUpperCaseBytes(text);
}

/** Escapes of bytes beyond ASCII in upper case, as in configured paths. */
function withUpperCaseBytes(path: string): string {
  return path.includes('%') ? path.replace(/%[89a-f][0-9a-f]/gi, (escape) => escape.toUpperCase()) : path;
}

function resolved(path: string): string {
  const kept: string[] = [];
  for (const segment of path.replaceAll('\\', '/').split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`;
}
