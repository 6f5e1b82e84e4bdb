import { Fault } from '../hop/finding.ts';
import { withBrackets } from '../names/address.ts';
import type { HttpFacts } from '../probe/http.ts';
import { appsError, appsWords } from './messages.ts';
import type { AppProfile, SubPath } from './profile.ts';
import { recogniseFrom, visit, type VisitOptions } from './recognise.ts';

/** A route that is not the root of its site. */
export interface SubPathRoute {
  /** Of its site. */
  host: string;
  /** Of HTTPS. Default: 443. */
  port?: number;
  /** Begins with a slash and ends without. */
  path: string;
  stripPath: boolean;
}

/** A start page that uses these at the root of the name still works. */
const dispensable = /^\/(?:manifest\.json|site\.webmanifest|favicon|apple-touch-icon)/;
/** APIs that apps have at these paths, besides a page at the root. */
const apiPath = /^\/(?:v\d+|api)(?:\/|$)/;

/**
 * Warns of an app that will not work under the path of a route, with the line or the setting that helps. Visits it as the edge
 * does.
 * @param chosen the app according to the configuration; undefined: it is recognised by its answers.
 */
export async function findSubPath(
  upstream: URL,
  route: SubPathRoute,
  options: VisitOptions,
  chosen?: AppProfile,
): Promise<Fault | undefined> {
  const { path } = route;
  const fields = { 'x-forwarded-host': route.host, 'x-forwarded-proto': 'https' };
  const [root, below] = await Promise.all([
    visit(upstream, '/', options, route.stripPath ? { ...fields, 'x-forwarded-prefix': path } : fields),
    visit(upstream, `${path}/`, options, fields),
  ]);
  if (root.status === undefined) return undefined;
  const app = chosen ?? (await recogniseFrom(root, upstream, options));
  const conflict = impossible(app, upstream.origin, route);
  if (conflict) return conflict;
  return route.stripPath ? stripped(root, below, app, upstream, route) : whole(root, below, app, upstream, route);
}

/** What is certain without a visit. @param upstream as in the configuration. */
export function conflictWith(app: AppProfile | undefined, upstream: string, route: SubPathRoute): Fault | undefined {
  const { path, stripPath } = route;
  const setting = settingOf(app, path);
  if (!app || !stripPath || !settingsOf(app)?.keepsPath || setting === undefined)
    return impossible(app, upstream, route);
  const remedy = appsWords('apps.remedy.unstrip-and-setting', { path, setting });
  return fault(appsError('apps.path-stripped', { title: app.title, place: placeOf(route), path, remedy }), route);
}

function impossible(app: AppProfile | undefined, upstream: string, route: SubPathRoute): Fault | undefined {
  if (app?.subPath !== 'impossible') return undefined;
  const lines = ownSite(app, upstream, route);
  return fault(appsError('apps.path-impossible', { title: app.title, place: placeOf(route), lines }), route);
}

function stripped(
  root: HttpFacts,
  below: HttpFacts,
  app: AppProfile | undefined,
  upstream: URL,
  route: SubPathRoute,
): Fault | undefined {
  const { path } = route;
  const named = { title: titleOf(app, upstream), place: placeOf(route), path };
  const first = root.before[0] ?? root;
  const goesBelow = first.redirect?.to !== undefined && isBelow(new URL(first.redirect.to).pathname, path);
  const isOnlyBelow = root.status === 404 && below.status !== undefined && below.status < 400;
  if (goesBelow || isOnlyBelow)
    return fault(
      appsError('apps.path-stripped', { ...named, remedy: appsWords('apps.remedy.unstrip', { path }) }),
      route,
    );
  const page = pageOf(root);
  if (page === undefined) return undefined;
  const reference = referencesIn(page).find((one) => !isBelow(one, path) && !dispensable.test(one));
  const isUnaware = settingOf(app, path) !== undefined && !mentions(page, path);
  if (reference === undefined && !isUnaware) return undefined;
  const sign =
    reference === undefined
      ? appsWords('apps.sign.none', { path })
      : appsWords('apps.sign.reference', { reference, path });
  return fault(appsError('apps.prefix-unknown', { ...named, sign, remedy: remedyFor(app, upstream, route) }), route);
}

function whole(
  root: HttpFacts,
  below: HttpFacts,
  app: AppProfile | undefined,
  upstream: URL,
  route: SubPathRoute,
): Fault | undefined {
  const { path } = route;
  if (below.status !== 404 || pageOf(root) === undefined || apiPath.test(path)) return undefined;
  const named = { title: titleOf(app, upstream), place: placeOf(route), path, status: below.status };
  return fault(appsError('apps.path-unknown', { ...named, remedy: remedyFor(app, upstream, route) }), route);
}

/** What to change in the route, and in the app. */
function remedyFor(app: AppProfile | undefined, upstream: URL, route: SubPathRoute): ReturnType<typeof appsWords> {
  const { path, stripPath } = route;
  const { keepsPath = false } = settingsOf(app) ?? {};
  const setting = settingOf(app, path);
  if (app === undefined && stripPath)
    return appsWords('apps.remedy.own-name', { lines: ownSite(app, upstream.origin, route) });
  if (setting === undefined)
    return stripPath
      ? appsWords('apps.remedy.own-name', { lines: ownSite(app, upstream.origin, route) })
      : appsWords('apps.remedy.strip', { path });
  if (keepsPath)
    return stripPath
      ? appsWords('apps.remedy.unstrip-and-setting', { path, setting })
      : appsWords('apps.remedy.setting', { setting });
  return stripPath
    ? appsWords('apps.remedy.setting', { setting })
    : appsWords('apps.remedy.strip-and-setting', { path, setting });
}

function settingsOf(app: AppProfile | undefined): Exclude<SubPath, 'impossible'> | undefined {
  return app?.subPath === 'impossible' ? undefined : app?.subPath;
}

function settingOf(app: AppProfile | undefined, path: string): string | undefined {
  return settingsOf(app)?.setting?.replaceAll('{path}', path);
}

function titleOf(app: AppProfile | undefined, upstream: URL): string | ReturnType<typeof appsWords> {
  return app?.title ?? appsWords('apps.some', { upstream: upstream.origin });
}

function placeOf({ host, port = 443, path }: SubPathRoute): string {
  return `https://${withBrackets(host)}${port === 443 ? '' : `:${port}`}${path}/`;
}

function ownSite(app: AppProfile | undefined, upstream: string, { host, path }: SubPathRoute): string {
  const label =
    app?.id ??
    path
      .slice(1)
      .replaceAll(/[^a-z0-9]+/gi, '-')
      .toLowerCase();
  return `- { host: ${label}.${host}, upstream: "${upstream}" }`;
}

/** undefined: not an HTML page. */
function pageOf({ status, headers, body }: HttpFacts): string | undefined {
  return status === 200 && headers['content-type']?.includes('html') ? body.toString() : undefined;
}

/** The files that a page loads from the root of its host. */
function referencesIn(page: string): string[] {
  const tags = page.matchAll(/<(?:script|link|img)\b([^<>]{0,2000})>/gi);
  return [...tags].flatMap(
    ([, attributes]) => /\s(?:src|href)\s*=\s*["']?(\/(?!\/)[^"'\s]*)/i.exec(attributes!)?.[1] ?? [],
  );
}

/** Not as the beginning of a host. */
function mentions(page: string, path: string): boolean {
  for (let at = page.indexOf(path); at >= 0; at = page.indexOf(path, at + 1)) {
    const next = page[at + path.length];
    if (page[at - 1] !== '/' && (next === undefined || /[^\w.-]/.test(next))) return true;
  }
  return false;
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

function fault(error: ReturnType<typeof appsError>, { host, port = 443 }: SubPathRoute): Fault {
  return new Fault('warning', error, { hop: { from: { role: 'visitor' }, to: { host, port } } });
}
