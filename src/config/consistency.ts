import { EveryhopError, renderPlace } from '../base/errors.ts';
import { readHost } from './host.ts';
import { configError } from './messages.ts';
import { readPath } from './path.ts';
import { routeShape, siteShape } from './schema.ts';
import type { Path, Source } from './source.ts';
import { closest } from './spelling.ts';
import { readUpstream, upstreamText } from './upstream.ts';

/**
 * Checks rules that span several keys. They run on the raw content, so they apply even if other parts are invalid. They
 * skip values that they cannot parse: the schema reports those.
 */
export function inconsistencies(content: unknown, source: Source): EveryhopError[] {
  const file = fields(content);
  const sites = items(file['sites']).map((site, index) => ({ site: fields(site), path: ['sites', index] as Path }));
  return [
    ...samePorts(file, source),
    ...proxyProtocolOfNone(file, source),
    ...unknownAuthorities(file, sites, source),
    ...missingDirectories(file, source),
    ...halfBindings(file, source),
    ...duplicateHosts(sites, source),
    ...secondLan(sites, source),
    ...sites.flatMap(({ site, path }) => [
      ...destinations(site, path, source),
      ...duplicatePaths(items(site['routes']), [...path, 'routes'], source),
      ...idleAllows(site, path, source),
      ...certificatesNotAskedFor(site, path, source),
    ]),
  ];
}

interface Mapping {
  [key: string]: unknown;
}

function samePorts(file: Mapping, source: Source): EveryhopError[] {
  const { https_port: https, http_port: http } = file;
  if (typeof https !== 'number' || https !== http) return [];
  return [configError('config.same-ports', { port: https }, at(source, ['http_port']))];
}

/** No connection would be expected to begin with a PROXY header. */
function proxyProtocolOfNone(file: Mapping, source: Source): EveryhopError[] {
  if (file['proxy_protocol'] !== true || file['trusted_proxies'] !== undefined) return [];
  return [configError('config.proxy-protocol-of-none', {}, at(source, ['proxy_protocol']))];
}

/** `private`, and the public authorities whose directories acme/ knows. */
export const wellKnownAuthorities = [
  'private',
  'letsencrypt',
  'letsencrypt-staging',
  'zerossl',
  'google',
  'actalis',
  'sslcom',
  'litessl',
  'freessl',
];

function unknownAuthorities(file: Mapping, sites: { site: Mapping; path: Path }[], source: Source): EveryhopError[] {
  const known = [...wellKnownAuthorities, ...Object.keys(fields(file['authorities']))];
  return sites.flatMap(({ site, path }) => {
    const { certificate } = site;
    const written = Array.isArray(certificate)
      ? certificate.map((name: unknown, index) => ({ name, path: [...path, 'certificate', index] }))
      : [{ name: certificate, path: [...path, 'certificate'] }];
    return written.flatMap(({ name, path: at_ }) => {
      if (typeof name !== 'string' || known.includes(name) || name.startsWith('https://')) return [];
      const params = { key: source.nameOf(at_), value: name, known: known.join(', ') };
      return [configError('config.unknown-authority', params, at(source, at_))];
    });
  });
}

/** Configured authorities without a directory URL that are not well-known. */
function missingDirectories(file: Mapping, source: Source): EveryhopError[] {
  return Object.entries(fields(file['authorities'])).flatMap(([name, value]) => {
    if (fields(value)['directory'] !== undefined || wellKnownAuthorities.includes(name)) return [];
    const path: Path = ['authorities', name];
    const params = { key: source.nameOf(path), value: name, known: wellKnownAuthorities.join(', ') };
    return [configError('config.unknown-authority', params, at(source, path))];
  });
}

/** A key identifier without its MAC key, or vice versa. */
function halfBindings(file: Mapping, source: Source): EveryhopError[] {
  return Object.entries(fields(file['authorities'])).flatMap(([name, value]) => {
    const authority = fields(value);
    const present = ['key_id', 'mac_key_file'].filter((key) => authority[key] !== undefined);
    if (present.length !== 1) return [];
    const path: Path = ['authorities', name, present[0]!];
    return [configError('config.half-a-binding', { key: source.nameOf(path) }, at(source, path))];
  });
}

function duplicateHosts(sites: { site: Mapping; path: Path }[], source: Source): EveryhopError[] {
  const written = sites.flatMap(({ site, path }) => {
    const { host } = site;
    return Array.isArray(host)
      ? host.map((item: unknown, index) => ({ host: item, path: [...path, 'host', index] }))
      : [{ host, path: [...path, 'host'] }];
  });
  const first = new Map<string, Path>();
  return written.flatMap(({ host, path }) => {
    const reading = typeof host === 'string' ? readHost(host) : undefined;
    if (!reading || !('value' in reading)) return [];
    const before = first.get(reading.value);
    if (!before) {
      first.set(reading.value, path);
      return [];
    }
    const params = { key: source.nameOf(path), host: reading.value, first: placeText(source, before) };
    return [configError('config.duplicate-host', params, at(source, path))];
  });
}

/** This machine's addresses lead to one site. */
function secondLan(sites: { site: Mapping; path: Path }[], source: Source): EveryhopError[] {
  const [first, ...others] = sites
    .filter(({ site }) => site['lan'] === true)
    .map(({ path }) => [...path, 'lan'] satisfies Path);
  return others.map((path) => {
    const params = { key: source.nameOf(path), first: placeText(source, first!) };
    return configError('config.second-lan', params, at(source, path));
  });
}

function destinations(site: Mapping, path: Path, source: Source): EveryhopError[] {
  const has = (key: string): boolean => site[key] !== undefined;
  const problems: EveryhopError[] = [];
  const own = destinationKeys.find(has);
  if (own !== undefined && has('routes')) {
    problems.push(configError('config.upstream-and-routes', { own }, at(source, [...path, own])));
  } else if (Object.keys(site).length > 0 && own === undefined && !has('routes') && !isMistyped(site)) {
    problems.push(configError('config.no-upstream', {}, at(source, path)));
  }
  const routes = items(site['routes']).map((route, index) => ({ at: fields(route), path: [...path, 'routes', index] }));
  for (const route of routes) if (lacksUpstream(route.at)) problems.push(missingUpstream(route.path, source));
  for (const owner of [{ at: site, path }, ...routes]) {
    problems.push(...upstreamLists(owner.at, owner.path, source), ...twoDestinations(owner.at, owner.path, source));
    const written = [owner.at['upstream'], ...items(owner.at['upstreams'])].filter((one) => one !== undefined);
    if (owner.at['upstream_root'] === undefined || written.some(isHttps)) continue;
    const rootPath = [...owner.path, 'upstream_root'];
    const params = { key: source.nameOf(rootPath) };
    problems.push(configError('config.root-without-https', params, at(source, rootPath)));
  }
  return problems;
}

/** What happens to a request. */
const destinationKeys = ['upstream', 'upstreams', 'redirect', 'respond'];

function lacksUpstream(route: Mapping): boolean {
  if (Object.keys(route).length === 0 || destinationKeys.some((key) => route[key] !== undefined)) return false;
  const known = Object.keys(routeShape);
  return !Object.keys(route).some((key) => !known.includes(key) && destinationKeys.includes(closest(key, known) ?? ''));
}

/** `upstream` beside `upstreams` has a mistake for itself. */
function twoDestinations(owner: Mapping, path: Path, source: Source): EveryhopError[] {
  const present = destinationKeys.filter((key) => owner[key] !== undefined);
  const [other, key] = [present[0], present.findLast((one) => !one.startsWith('upstream'))];
  if (other === undefined || key === undefined || other === key) return [];
  const here = [...path, key];
  return [configError('config.two-destinations', { key: source.nameOf(here), other }, at(source, here))];
}

function missingUpstream(path: Path, source: Source): EveryhopError {
  return configError('config.missing-key', { key: source.nameOf([...path, 'upstream']) }, at(source, path));
}

/** `upstreams` beside `upstream`, and instances that are listed twice. */
function upstreamLists(owner: Mapping, path: Path, source: Source): EveryhopError[] {
  const list = [...path, 'upstreams'];
  if (owner['upstreams'] === undefined) return [];
  const problems: EveryhopError[] = [];
  if (owner['upstream'] !== undefined)
    problems.push(configError('config.upstream-and-upstreams', { key: source.nameOf(list) }, at(source, list)));
  const first = new Map<string, Path>();
  for (const [index, written] of items(owner['upstreams']).entries()) {
    const reading =
      typeof written === 'string' || typeof written === 'number' ? readUpstream(String(written)) : undefined;
    if (!reading || !('value' in reading)) continue;
    const here = [...list, index];
    const value = upstreamText(reading.value);
    const before = first.get(value);
    if (before) {
      const params = { key: source.nameOf(here), value, first: placeText(source, before) };
      problems.push(configError('config.duplicate-upstream', params, at(source, here)));
    } else first.set(value, here);
  }
  return problems;
}

/** True for a mistyped `upstream` or `routes`, which the schema reports. */
function isMistyped(site: Mapping): boolean {
  const known = Object.keys(siteShape);
  return Object.keys(site).some(
    (key) => !known.includes(key) && ['routes', ...destinationKeys].includes(closest(key, known) ?? ''),
  );
}

function duplicatePaths(routes: unknown[], path: Path, source: Source): EveryhopError[] {
  const first = new Map<string, Path>();
  return routes.flatMap((route, index) => {
    const written = fields(route)['path'];
    const reading = typeof written === 'string' ? readPath(written) : undefined;
    if (!reading || !('value' in reading)) return [];
    const here = [...path, index, 'path'];
    const before = first.get(reading.value);
    if (!before) {
      first.set(reading.value, here);
      return [];
    }
    const params = { key: source.nameOf(here), path: reading.value, first: placeText(source, before) };
    return [configError('config.duplicate-path', params, at(source, here))];
  });
}

/** `access` by client certificates on a site that asks for none. */
function certificatesNotAskedFor(site: Mapping, path: Path, source: Source): EveryhopError[] {
  if (site['client_certificates'] !== undefined) return [];
  const routes = items(site['routes']).map((route, index) => ({ at: fields(route), path: [...path, 'routes', index] }));
  return [{ at: site, path }, ...routes].flatMap((owner) => {
    if (fields(owner.at['access'])['client_certificates'] === undefined) return [];
    const here = [...owner.path, 'access', 'client_certificates'];
    return [configError('config.access-without-certificates', { key: source.nameOf(here) }, at(source, here))];
  });
}

/** Readers could take `allow` for a list of everything that is open. */
function idleAllows(site: Mapping, path: Path, source: Source): EveryhopError[] {
  const blocked = items(site['block']).flatMap((written) => pathOf(written) ?? []);
  return items(site['allow']).flatMap((written, index) => {
    const allowed = pathOf(written);
    if (allowed === undefined) return [];
    const isWithin = (prefix: string): boolean =>
      allowed !== prefix && (prefix === '/' || allowed.toLowerCase().startsWith(`${prefix.toLowerCase()}/`));
    if (blocked.some(isWithin)) return [];
    const here = [...path, 'allow', index];
    return [configError('config.allow-without-block', { key: source.nameOf(here), path: allowed }, at(source, here))];
  });
}

function pathOf(written: unknown): string | undefined {
  const reading = typeof written === 'string' ? readPath(written) : undefined;
  return reading && 'value' in reading ? reading.value : undefined;
}

/** True for an invalid upstream, too: it gets no second error. */
function isHttps(upstream: unknown): boolean {
  if (typeof upstream !== 'string' && typeof upstream !== 'number') return false;
  const reading = readUpstream(String(upstream));
  return 'value' in reading ? reading.value.protocol === 'https' : true;
}

function at(source: Source, path: Path): { place?: NonNullable<ReturnType<Source['placeOf']>> } {
  const place = source.placeOf(path);
  return place ? { place } : {};
}

function placeText(source: Source, path: Path): string {
  const place = source.placeOf(path);
  return place ? renderPlace(place) : source.nameOf(path);
}

function fields(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}

function items(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
