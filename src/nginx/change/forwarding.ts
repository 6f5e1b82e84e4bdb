import type { AppProfile } from '../../apps/profiles.ts';
import type { ServerBlock } from '../model/server.ts';
import type { LocatedDirective } from '../reading/located.ts';
import type { Directive } from '../reading/syntax.ts';
import { argumentsOf, inForce, locationsOf, own, rootLocation, written } from './context.ts';
import { hstsHeader } from './managed.ts';

/** The additions to a server block, and to the blocks inside it that do not inherit them. */
export interface Forwarding {
  settings: string[];
  within: { located: LocatedDirective; directives: string[] }[];
  /** True if an addition uses `$everyhop_upgrade`. */
  upgrades: boolean;
  /** True if an addition uses `$everyhop_proto`. */
  protos: boolean;
  /** True if we add Strict-Transport-Security. */
  hsts: boolean;
  /** Lines that would break HTTPS or WebSockets, with their replacements. */
  corrections: { located: LocatedDirective; replacement: string }[];
  /** Settings of the user that delay streaming. They stay. */
  buffering: LocatedDirective[];
}

type Header = readonly [name: string, value: string];

/**
 * The headers that an app behind HTTPS needs, and the settings that streaming needs, unless the block already has them. A
 * block inherits `proxy_set_header` and `add_header` only if it has none itself. An addition to the server block would
 * therefore hide those of `http`, so it repeats them.
 */
export function forwarding(server: ServerBlock, app: AppProfile | undefined): Forwarding {
  return new Forwarder(server.located, app).forwarding();
}

class Forwarder {
  readonly #server: LocatedDirective;
  readonly #app: AppProfile | undefined;
  readonly #settings: string[] = [];
  readonly #within = new Map<Directive, { located: LocatedDirective; directives: string[] }>();
  /** Locations with `proxy_pass`. */
  readonly #passing: LocatedDirective[];

  constructor(server: LocatedDirective, app: AppProfile | undefined) {
    this.#server = server;
    this.#app = app;
    this.#passing = locationsOf(server).filter((location) => own(location, 'proxy_pass').length > 0);
  }

  forwarding(): Forwarding {
    const server = this.#server;
    const app = this.#app;
    if (app) this.#settings.push(...this.#streamSettings(app).map(line));
    this.#passHeaders();
    const hsts = !inForce(server, 'add_header').some(isHsts);
    if (hsts) this.#sendHsts();
    const within = [...this.#within.values()];
    const corrections = this.#corrections();
    const said = [
      ...this.#settings,
      ...within.flatMap(({ directives }) => directives),
      ...corrections.map(({ replacement }) => replacement),
    ];
    return {
      settings: this.#settings,
      within,
      upgrades: said.some((directive) => directive.includes('$everyhop_upgrade')),
      protos: said.some((directive) => directive.includes('$everyhop_proto')),
      hsts,
      corrections,
      buffering: app ? this.#buffering() : [],
    };
  }

  /** Skips a setting that the block has itself, or that an outer block sets to an equal or larger value. */
  #streamSettings(app: AppProfile): Header[] {
    return streamSettings(app).filter(([name, value]) => {
      if (own(this.#server, name).length > 0) return false;
      const [around] = inForce(this.#server, name).flatMap((located) => argumentsOf(located));
      return around === undefined || !allowsAsMuch(name, around, value);
    });
  }

  #passHeaders(): void {
    const inheriting = this.#passing.filter((location) => !this.#listHolder(location));
    const asked = inheriting.filter((location) => this.#isAskedWithin(location));
    if (inheriting.length > asked.length) {
      const list = inForce(this.#server, 'proxy_set_header');
      const ours = missing(headersFor(this.#app), list);
      if (ours.length > 0 && own(this.#server, 'proxy_set_header').length === 0)
        this.#settings.push(...rightOf(list, this.#app));
      this.#settings.push(...ours.map(header));
      // Subrequests of nginx are never WebSocket requests of a visitor.
      for (const location of asked) {
        this.#need(location, [...rightOf(list, undefined), ...missing(headersFor(undefined), list).map(header)]);
      }
    }
    // The headers in effect may come from an outer location without `proxy_pass`.
    const holders = this.#passing.map((location) => this.#listHolder(location)).filter((one) => one !== undefined);
    for (const holder of new Map(holders.map((one) => [one.directive, one])).values()) {
      const headers = headersFor(this.#isAskedWithin(holder) ? undefined : this.#app);
      const ours = missing(headers, own(holder, 'proxy_set_header'));
      if (ours.length > 0) this.#need(holder, ours.map(header));
    }
  }

  /** The location or its nearest outer location with `proxy_set_header`. */
  #listHolder(location: LocatedDirective): LocatedDirective | undefined {
    const around = location.parents.filter(({ parents }) =>
      parents.some((one) => one.directive === this.#server.directive),
    );
    return [location, ...around.toReversed()].find((block) => own(block, 'proxy_set_header').length > 0);
  }

  /** True for a location of subrequests, such as those of `auth_request`. */
  #isAskedWithin(location: LocatedDirective): boolean {
    if (own(location, 'internal').length > 0) return true;
    const asking = [this.#server, ...locationsOf(this.#server)].flatMap((block) => own(block, 'auth_request'));
    const path = argumentsOf(location).at(-1);
    return asking.some((one) => argumentsOf(one)[0] === path);
  }

  #sendHsts(): void {
    if (own(this.#server, 'add_header').length === 0) {
      this.#settings.push(...inForce(this.#server, 'add_header').map(written));
    }
    const root = rootLocation(this.#server);
    const edited = [...this.#within.values()].map(({ located }) => located);
    const locations = root && !this.#within.has(root.directive) ? [...edited, root] : edited;
    // An `if` is a separate block for inheritance.
    for (const block of locations.flatMap((location) => [location, ...own(location, 'if')])) {
      const list = own(block, 'add_header');
      if (list.length > 0 && !list.some(isHsts)) this.#need(block, [hstsHeader]);
    }
  }

  #need(located: LocatedDirective, directives: string[]): void {
    const before = this.#within.get(located.directive)?.directives ?? [];
    this.#within.set(located.directive, { located, directives: [...before, ...directives] });
  }

  #corrections(): Forwarding['corrections'] {
    const blocks = [this.#server, ...locationsOf(this.#server)];
    return blocks.flatMap((block) => {
      const app = this.#isAskedWithin(block) ? undefined : this.#app;
      return own(block, 'proxy_set_header').flatMap((located) => {
        const right = correction(located, app);
        return right ? [{ located, replacement: header(right) }] : [];
      });
    });
  }

  #buffering(): LocatedDirective[] {
    const blocks = [this.#server, ...this.#passing];
    return blocks
      .flatMap((block) => ['proxy_buffering', 'proxy_http_version'].flatMap((name) => own(block, name)))
      .filter(holdsBack);
  }
}

/** Replaces the client's values: an app might trust the first entry of a list, which the client can forge. */
function headersFor(app: AppProfile | undefined): Header[] {
  const always: Header[] = [
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

function missing(headers: readonly Header[], list: readonly LocatedDirective[]): Header[] {
  return headers.filter(([name]) => !list.some((one) => nameOf(one) === name.toLowerCase()));
}

/** Repeats lines at another level: as written, or corrected. */
function rightOf(list: readonly LocatedDirective[], app: AppProfile | undefined): string[] {
  return list.map((located) => {
    const right = correction(located, app);
    return right ? header(right) : written(located);
  });
}

/**
 * The correction of a line that breaks HTTPS or an app's WebSockets; undefined if the line is fine. Without an upgrade
 * `$everyhop_upgrade` is empty, which allows keep-alive connections to the upstream.
 */
function correction(located: LocatedDirective, app: AppProfile | undefined): Header | undefined {
  const [, value] = argumentsOf(located);
  if (nameOf(located) === 'x-forwarded-proto') {
    if (value === 'http') return ['X-Forwarded-Proto', '$scheme'];
    // Set by a proxy in front. There is none if visitors connect to this nginx over TLS.
    if (value === '$http_x_forwarded_proto') return ['X-Forwarded-Proto', '$everyhop_proto'];
  }
  const isPlain = value === '' || value?.toLowerCase() === 'close';
  if (app && nameOf(located) === 'connection' && isPlain) return ['Connection', '$everyhop_upgrade'];
  return undefined;
}

function nameOf(located: LocatedDirective): string | undefined {
  return argumentsOf(located)[0]?.toLowerCase();
}

function streamSettings(app: AppProfile): Header[] {
  return [
    ['proxy_http_version', '1.1'],
    ['proxy_buffering', 'off'],
    ['proxy_read_timeout', `${app.readTimeoutSeconds}s`],
    ['proxy_send_timeout', `${app.readTimeoutSeconds}s`],
    ['client_max_body_size', String(app.maxBodyBytes)],
  ];
}

const sizeUnits: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const timeUnits: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Compares two values of a directive. Only sizes and durations are comparable; a size of 0 means no limit. */
function allowsAsMuch(name: string, one: string, other: string): boolean {
  const isSize = name === 'client_max_body_size';
  if (one === other || (isSize && one === '0')) return true;
  if (isSize && other === '0') return false;
  const amount = (text: string): number => {
    const [, digits, unit] = /^(\d+)([a-z]?)$/.exec(isSize ? text.toLowerCase() : text) ?? [];
    return Number(digits) * ((isSize ? sizeUnits : timeUnits)[unit ?? ''] ?? NaN);
  };
  return amount(one) >= amount(other);
}

function holdsBack(located: LocatedDirective): boolean {
  const [value] = argumentsOf(located);
  return located.directive.name.text === 'proxy_buffering' ? value !== 'off' : value === '1.0';
}

function isHsts(located: LocatedDirective): boolean {
  return nameOf(located) === 'strict-transport-security';
}

const line = ([name, value]: Header): string => `${name} ${value};`;
const header = ([name, value]: Header): string => `proxy_set_header ${name} ${value};`;
