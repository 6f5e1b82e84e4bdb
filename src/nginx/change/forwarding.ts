import { type AppProfile, requiredHost } from '../../apps/profiles.ts';
import type { ServerBlock } from '../model/server.ts';
import type { LocatedDirective } from '../reading/located.ts';
import type { Directive } from '../reading/syntax.ts';
import { argumentsOf, inForce, locationsOf, own, written } from './context.ts';
import {
  correction,
  type ForwardingContext,
  type Header,
  headerLine,
  headersFor,
  missing,
  nameOf,
} from './forwarded-headers.ts';
import { hstsHeader } from './managed.ts';
import { upstreamsOf } from './upstream.ts';

/** The additions to a server block, and to the blocks inside it that do not inherit them. */
export interface Forwarding {
  /** As in `ForwardingContext`. */
  ownOrigin: string | undefined;
  settings: string[];
  within: { located: LocatedDirective; directives: string[] }[];
  /** True if we add Strict-Transport-Security. */
  hsts: boolean;
  /** Lines that would break HTTPS or WebSockets, with their replacements. */
  corrections: { located: LocatedDirective; replacement: string }[];
  /** Settings of the user that delay streaming. They stay. */
  buffering: LocatedDirective[];
}

/**
 * The headers that an app behind HTTPS needs, and the settings that streaming needs, unless the block already has them. A
 * block inherits `proxy_set_header` and `add_header` only if it has none itself. An addition to the server block would
 * therefore hide those of `http`, so it repeats them.
 * @param options.hsts true to send Strict-Transport-Security.
 */
export function forwarding(
  server: ServerBlock,
  options: Omit<ForwardingContext, 'hasRealIp' | 'ownOrigin'> & { hsts: boolean },
): Forwarding {
  const hasRealIp = inForce(server.located, 'set_real_ip_from').length > 0;
  const ownOrigin = options.app && ownOriginOf(options.app, upstreamsOf(server).urls[0]);
  return new Forwarder(server.located, { ...options, hasRealIp, ownOrigin }).forwarding(options.hsts);
}

/** @param upstream undefined: nginx takes it from a variable. */
function ownOriginOf(app: AppProfile, upstream: URL | undefined): string | undefined {
  const isHttps = upstream?.protocol === 'https:';
  const port = upstream?.port ? Number(upstream.port) : upstream ? (isHttps ? 443 : 80) : (app.ports[0] ?? 80);
  const host = requiredHost(app, port);
  return host === undefined ? undefined : `${isHttps ? 'https' : 'http'}://${host}`;
}

class Forwarder {
  readonly #server: LocatedDirective;
  readonly #context: ForwardingContext;
  readonly #settings: string[] = [];
  readonly #within = new Map<Directive, { located: LocatedDirective; directives: string[] }>();
  readonly #locations: LocatedDirective[];
  /** Locations with `proxy_pass`. */
  readonly #passing: LocatedDirective[];

  constructor(server: LocatedDirective, context: ForwardingContext) {
    this.#server = server;
    this.#context = context;
    this.#locations = locationsOf(server);
    this.#passing = this.#locations.filter((location) => own(location, 'proxy_pass').length > 0);
  }

  forwarding(wantsHsts: boolean): Forwarding {
    const { app } = this.#context;
    if (app) this.#stream(app);
    this.#passHeaders();
    const hsts = wantsHsts && !inForce(this.#server, 'add_header').some(isHsts);
    if (hsts) this.#sendHsts();
    return {
      ownOrigin: this.#context.ownOrigin,
      settings: this.#settings,
      within: [...this.#within.values()],
      hsts,
      corrections: this.#corrections(),
      buffering: app ? this.#buffering() : [],
    };
  }

  /** Skips a setting that the block has itself, or that an outer block sets to an equal or larger value. */
  #stream(app: AppProfile): void {
    const settings = streamSettings(app).filter(([name, value]) => {
      if (own(this.#server, name).length > 0) return false;
      const [around] = inForce(this.#server, name).flatMap((located) => argumentsOf(located));
      if (around !== undefined && allowsAsMuch(name, around, value)) return false;
      // Without buffering, nginx does not cache.
      return name !== 'proxy_buffering' || !isCached(this.#server);
    });
    this.#settings.push(...settings.map(line));
    if (!settings.some(([name]) => name === 'proxy_buffering')) return;
    for (const location of this.#passing) {
      const isOwnCache = this.#around(location).some((block) => own(block, 'proxy_cache').length > 0);
      const isBuffered = this.#around(location).some((block) => own(block, 'proxy_buffering').length > 0);
      if (isOwnCache && isCached(location) && !isBuffered) this.#need(location, ['proxy_buffering on;']);
    }
  }

  #passHeaders(): void {
    const inheriting = this.#passing.filter((location) => !this.#listHolder(location));
    const asked = inheriting.filter((location) => this.#isAskedWithin(location));
    const list = inForce(this.#server, 'proxy_set_header');
    if (inheriting.length > asked.length) {
      const ours = missing(headersFor(this.#context), list);
      if (ours.length > 0 && own(this.#server, 'proxy_set_header').length === 0)
        this.#settings.push(...rightOf(list, this.#context));
      this.#settings.push(...ours.map((one) => headerLine(one)));
      // Subrequests of nginx are never WebSocket requests of a visitor.
      for (const location of asked) {
        const ours = missing(headersFor(this.#subrequests), list);
        this.#need(location, [...rightOf(list, this.#subrequests), ...ours.map((one) => headerLine(one))]);
      }
    }
    // The headers in effect may come from an outer location without `proxy_pass`.
    const holders = this.#passing.map((location) => this.#listHolder(location)).filter((one) => one !== undefined);
    for (const holder of new Map(holders.map((one) => [one.directive, one])).values()) {
      const headers = headersFor(this.#isAskedWithin(holder) ? this.#subrequests : this.#context);
      const ours = missing(headers, own(holder, 'proxy_set_header'));
      if (ours.length > 0)
        this.#need(
          holder,
          ours.map((one) => headerLine(one)),
        );
    }
  }

  get #subrequests(): ForwardingContext {
    return { ...this.#context, app: undefined };
  }

  /** The location and the locations around it, inside this server. */
  #around(location: LocatedDirective): LocatedDirective[] {
    const around = location.parents.filter(({ parents }) =>
      parents.some((one) => one.directive === this.#server.directive),
    );
    return [location, ...around.toReversed()];
  }

  /** The location or its nearest outer location with `proxy_set_header`. */
  #listHolder(location: LocatedDirective): LocatedDirective | undefined {
    return this.#around(location).find((block) => own(block, 'proxy_set_header').length > 0);
  }

  /** True for a location of subrequests, such as those of `auth_request`. */
  #isAskedWithin(location: LocatedDirective): boolean {
    if (own(location, 'internal').length > 0) return true;
    const asking = [this.#server, ...this.#locations].flatMap((block) => own(block, 'auth_request'));
    const path = argumentsOf(location).at(-1);
    return asking.some((one) => argumentsOf(one)[0] === path);
  }

  /**
   * In every block with `add_header`: a request may end in any of them, after `try_files`, `index`, `error_page` or a
   * rewrite.
   */
  #sendHsts(): void {
    const merges = (block: LocatedDirective): boolean =>
      inForce(block, 'add_header_inherit').some((one) => argumentsOf(one)[0] === 'merge');
    if (own(this.#server, 'add_header').length === 0 && !merges(this.#server))
      this.#settings.push(...inForce(this.#server, 'add_header').map(written));
    // An `if` is a separate block for inheritance.
    for (const block of this.#locations.flatMap((location) => [location, ...own(location, 'if')])) {
      const list = own(block, 'add_header');
      const isAlone = own(block, 'add_header_inherit').some((one) => argumentsOf(one)[0] === 'off');
      if ((list.length > 0 && !merges(block) && !list.some(isHsts)) || (isAlone && list.length === 0))
        this.#need(block, [hstsHeader]);
    }
  }

  #need(located: LocatedDirective, directives: string[]): void {
    const before = this.#within.get(located.directive)?.directives ?? [];
    this.#within.set(located.directive, { located, directives: [...before, ...directives] });
  }

  #corrections(): Forwarding['corrections'] {
    return [this.#server, ...this.#locations].flatMap((block) => {
      const context = this.#isAskedWithin(block) ? this.#subrequests : this.#context;
      return ['proxy_set_header', 'grpc_set_header'].flatMap((name) =>
        own(block, name).flatMap((located) => {
          const right = correction(located, context);
          return right ? [{ located, replacement: headerLine(right, name) }] : [];
        }),
      );
    });
  }

  #buffering(): LocatedDirective[] {
    const blocks = [this.#server, ...this.#passing];
    return blocks
      .flatMap((block) => ['proxy_buffering', 'proxy_http_version'].flatMap((name) => own(block, name)))
      .filter(holdsBack);
  }
}

function isCached(block: LocatedDirective): boolean {
  return inForce(block, 'proxy_cache').some((one) => argumentsOf(one)[0] !== 'off');
}

/** Repeats lines at another level: as written, or corrected. */
function rightOf(list: readonly LocatedDirective[], context: ForwardingContext): string[] {
  return list.map((located) => {
    const right = correction(located, context);
    return right ? headerLine(right) : written(located);
  });
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
