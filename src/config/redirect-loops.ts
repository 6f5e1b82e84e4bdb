import type { EveryhopError } from '../base/errors.ts';
import type { Configuration, Route, Site } from './configuration.ts';
import { configError } from './messages.ts';
import type { Path, Source } from './source.ts';

/** Redirects that lead back to themselves, perhaps by way of others. */
export function redirectLoops(
  { sites, httpsPort, httpPort }: Pick<Configuration, 'sites' | 'httpsPort' | 'httpPort'>,
  source: Source,
): EveryhopError[] {
  const ports = ['', '80', '443', String(httpsPort ?? ''), String(httpPort ?? '')];
  const next = (site: Site, route: Route): { site: Site; route: Route } | undefined => {
    if (route.answer?.kind !== 'redirect') return undefined;
    const { to } = route.answer;
    const url = new URL(to, 'https://same.invalid');
    const target = to.startsWith('/') ? site : ports.includes(url.port) ? siteOf(sites, url.hostname) : undefined;
    const reached = target && routeOf(target, url.pathname);
    return reached && { site: target, route: reached };
  };
  return sites.flatMap((site, index) =>
    site.routes.flatMap((start, position) => {
      const seen = new Set<Route>();
      for (let at = next(site, start); at && !seen.has(at.route); at = next(at.site, at.route)) {
        if (at.route !== start) {
          seen.add(at.route);
          continue;
        }
        const base: Path = ['sites', index];
        const own: Path = [...base, 'routes', position, 'redirect'];
        const where = source.has(own) ? own : [...base, 'redirect'];
        const to = start.answer?.kind === 'redirect' ? start.answer.to : '';
        const place = source.placeOf(where);
        return [configError('config.redirect-loop', { key: source.nameOf(where), to }, place ? { place } : {})];
      }
      return [];
    }),
  );
}

function siteOf(sites: readonly Site[], hostname: string): Site | undefined {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const wildcard = host.replace(/^[^.]*/, '*');
  return sites.find(({ hosts }) => hosts.includes(host)) ?? sites.find(({ hosts }) => hosts.includes(wildcard));
}

function routeOf({ routes }: Site, path: string): Route | undefined {
  const matching = routes.filter(
    (route) => route.path === '/' || path === route.path || path.startsWith(`${route.path}/`),
  );
  return matching.toSorted((one, other) => other.path.length - one.path.length)[0];
}
