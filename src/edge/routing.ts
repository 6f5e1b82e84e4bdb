import { createHash } from 'node:crypto';
import { canonicalAddress } from '../names/address.ts';
import {
  afterPrefix,
  folded,
  longest,
  matches,
  mayNameHost,
  pathViews,
  type Prefix,
  prefixOf,
  trimmed,
} from './path-views.ts';
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
      const [choice] = choices;
      if (choices.some((other) => other !== choice)) return 'ambiguous';
      if (choice && views.some((view) => rules.mayBeStricter(view, choice))) return 'ambiguous';
      const isStripped = choice?.stripPath && choice.path !== '/';
      return isStripped && mayNameHost(afterPrefix(path, choice.path)) ? 'ambiguous' : choice;
    },
  };
}

interface GuardedPrefix extends Prefix {
  path: string;
  access: string;
}

/** The path prefixes of a site. The longest that matches decides; of equal ones, `block`. */
class SitePaths {
  readonly #routes: (Prefix & { route: EdgeRoute })[];
  readonly #blocked: Prefix[];
  readonly #open: Prefix[];
  /** Routes with access, if not all have the same. */
  readonly #guarded: GuardedPrefix[];
  /** The prefixes of all routes, as `folded` and `trimmed` read them; empty without such routes. Lists of addresses are long: as text once. */
  readonly #readings: ReadonlyMap<EdgeRoute, Prefix & { access: string | undefined }>;

  constructor({ routes, block, allow }: EdgeSite) {
    this.#routes = routes
      .map((route) => ({ ...prefixOf(route.path), route }))
      .sort((one, other) => other.length - one.length);
    this.#blocked = block.map(prefixOf).map(({ length, forms }) => ({ length, forms: forms.map(folded) }));
    this.#open = [...allow.map(prefixOf), ...this.#routes];
    const isSame = new Set(routes.map(({ access }) => JSON.stringify(access))).size < 2;
    this.#guarded = isSame
      ? []
      : routes
          .filter(({ access }) => access !== undefined)
          .map(({ path, access }) => {
            const { length, forms } = prefixOf(path);
            return { length, forms: forms.map(folded), path, access: JSON.stringify(access) };
          });
    this.#readings = new Map(
      (isSame ? [] : this.#routes).map(({ route, length, forms }) => {
        const seen = forms.map(folded);
        return [route, { length, forms: [...seen, ...seen.map(trimmed)], access: JSON.stringify(route.access) }];
      }),
    );
  }

  /**
   * Whether a program could take the path for one of a route with other access than the chosen one. Access holds for every spelling,
   * as blocks do.
   */
  mayBeStricter(view: string, choice: EdgeRoute): boolean {
    if (this.#guarded.length === 0) return false;
    const { path } = choice;
    const own = this.#readings.get(choice)!;
    const isGuarded = (prefix: GuardedPrefix, seen: string, shortest: number): boolean =>
      prefix.path !== path && prefix.length >= shortest && matches(prefix, seen) && prefix.access !== own.access;
    const seen = folded(view);
    const cut = trimmed(seen);
    // A reading that leads out of the chosen route may end in any other.
    const shortest = matches(own, cut) ? path.length : 0;
    return this.#guarded.some((prefix) => isGuarded(prefix, seen, path.length) || isGuarded(prefix, cut, shortest));
  }

  routeOf(view: string): EdgeRoute | undefined {
    return this.#routes.find((prefix) => matches(prefix, view))?.route;
  }

  /** Blocks hold for every spelling that an app might take for the path; `allow` and routes open only the exact one. */
  isBlocked(view: string): boolean {
    const seen = folded(view);
    const blocked = Math.max(longest(this.#blocked, seen), longest(this.#blocked, trimmed(seen)));
    return blocked > 0 && blocked >= longest(this.#open, view);
  }
}
