import type { AppProfile } from '../../apps/profiles.ts';
import type { ServerBlock } from '../model/server.ts';
import { type Located } from '../reading/located.ts';
import type { Directive } from '../reading/syntax.ts';
import { argumentsOf, inForce, locationsOf, own, rootLocation, written } from './context.ts';
import { hstsHeader } from './managed.ts';

/** What is added to a server block, and to those of its locations that do not inherit it. */
export interface Forwarding {
  settings: string[];
  locations: { located: Located; directives: string[] }[];
  /** Is `$everyhop_upgrade` referred to? */
  upgrades: boolean;
  /** Is Strict-Transport-Security ours to send? */
  hsts: boolean;
  /** Lines that tell the app that it is visited by plain HTTP, whatever the visitor uses. */
  wrong: Located[];
  /** Settings of a location that keep a stream from flowing; they are the user's and stay. */
  doubts: Located[];
}

/**
 * What an app behind HTTPS must be told, and what a stream needs, as far as the block does not say it itself. Lists of
 * `proxy_set_header` and `add_header` are inherited only where a block has none of its own; a new one at the server's level
 * would cut off those of `http`, so these are said again.
 */
export function forwarding({ located: server }: ServerBlock, app: AppProfile | undefined): Forwarding {
  const headers = headersFor(app);
  const missing = (list: readonly Located[]): [string, string][] =>
    headers.filter(([name]) => !list.some((one) => argumentsOf(one)[0]?.toLowerCase() === name.toLowerCase()));
  const passing = locationsOf(server).filter((location) => own(location, 'proxy_pass').length > 0);
  const listsOf = (location: Located): boolean => own(location, 'proxy_set_header').length > 0;
  const inherits = (location: Located): boolean =>
    !listsOf(location) &&
    !location.parents.some((around) => around !== server && isIn(around, server) && listsOf(around));

  const settings = app
    ? streamSettings(app)
        .filter(([name]) => own(server, name).length === 0)
        .map(line)
    : [];
  const hsts = !inForce(server, 'add_header').some(isHsts);
  const needs = new Map<Directive, { located: Located; directives: string[] }>();
  const need = (location: Located, directives: string[]): void => {
    const before = needs.get(location.directive)?.directives ?? [];
    needs.set(location.directive, { located: location, directives: [...before, ...directives] });
  };
  if (passing.some(inherits)) {
    const list = inForce(server, 'proxy_set_header');
    const ours = missing(list);
    if (ours.length > 0 && own(server, 'proxy_set_header').length === 0) settings.push(...list.map(written));
    settings.push(...ours.map(header));
  }
  for (const location of passing.filter((one) => listsOf(one))) {
    const ours = missing(own(location, 'proxy_set_header'));
    if (ours.length > 0) need(location, ours.map(header));
  }
  if (hsts) {
    if (own(server, 'add_header').length === 0) settings.push(...inForce(server, 'add_header').map(written));
    const root = rootLocation(server);
    const edited = [...needs.values()].map(({ located }) => located);
    for (const location of root && !needs.has(root.directive) ? [...edited, root] : edited) {
      const list = own(location, 'add_header');
      if (list.length > 0 && !list.some(isHsts)) need(location, [hstsHeader]);
    }
  }
  const locations = [...needs.values()];
  const everything = [...settings, ...locations.flatMap(({ directives }) => directives)];
  return {
    settings,
    locations,
    upgrades: everything.some((directive) => directive.includes('$everyhop_upgrade')),
    hsts,
    wrong: [server, ...locationsOf(server)].flatMap((block) => own(block, 'proxy_set_header')).filter(saysPlain),
    doubts: app
      ? passing
          .flatMap((location) => ['proxy_buffering', 'proxy_http_version'].flatMap((name) => own(location, name)))
          .filter(holdsBack)
      : [],
  };
}

/** One value each, whatever the client sent (a list would be taken for somebody else's word). */
function headersFor(app: AppProfile | undefined): [string, string][] {
  const always: [string, string][] = [
    ['X-Forwarded-Proto', '$scheme'],
    ['X-Forwarded-Host', '$http_host'],
    ['X-Forwarded-For', '$remote_addr'],
  ];
  if (!app) return always;
  return [
    ['Host', app.upstreamHost ?? '$http_host'],
    ...always,
    ['Upgrade', '$http_upgrade'],
    ['Connection', '$everyhop_upgrade'],
  ];
}

function streamSettings(app: AppProfile): [string, string][] {
  return [
    ['proxy_http_version', '1.1'],
    ['proxy_buffering', 'off'],
    ['proxy_read_timeout', `${app.readTimeoutSeconds}s`],
    ['proxy_send_timeout', `${app.readTimeoutSeconds}s`],
    ['client_max_body_size', String(app.maxBodyBytes)],
  ];
}

function holdsBack(located: Located): boolean {
  const [value] = argumentsOf(located);
  return located.directive.name.text === 'proxy_buffering' ? value !== 'off' : value === '1.0';
}

function saysPlain(located: Located): boolean {
  const [name, value] = argumentsOf(located);
  return name?.toLowerCase() === 'x-forwarded-proto' && value === 'http';
}

function isHsts(located: Located): boolean {
  return argumentsOf(located)[0]?.toLowerCase() === 'strict-transport-security';
}

function isIn(around: Located, server: Located): boolean {
  return around.parents.some(({ directive }) => directive === server.directive);
}

/** What is said in the place of `wrong`. */
export const rightProto = 'proxy_set_header X-Forwarded-Proto $scheme;';

const line = ([name, value]: [string, string]): string => `${name} ${value};`;
const header = ([name, value]: [string, string]): string => `proxy_set_header ${name} ${value};`;
