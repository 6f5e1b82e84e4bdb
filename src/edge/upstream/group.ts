import type { Fields } from '../http1/head.ts';
import type { EdgeRoute, EdgeUpstream } from '../snapshot.ts';
import { type Balance, Balancer } from './balancer.ts';
import { checkHealth, tryConnection } from './health.ts';
import { Instance, type Trouble } from './instance.ts';
import { Members } from './members.ts';
import type { lookUpName } from './names.ts';
import { cookieName, cookieValue, setCookie, tokenOf } from './sticky.ts';

/** Settings of a route whose app has several instances, health checks, or visitors who wait for it. */
export interface GroupSettings {
  path: string;
  upstreams: readonly EdgeUpstream[];
  balance: Balance;
  health: EdgeRoute['health'];
  waitForAppMs: number | undefined;
  /** Host for health checks of instances that do not require their own. */
  host: string;
  /** For the tokens of sticky cookies. */
  stickyKey: string;
}

/** One instance as one worker sees it, for status. */
export interface InstanceStatus {
  /** Its URL, and its address if several have the same name. */
  instance: string;
  /** Requests, streams and WebSockets under way. */
  streams: number;
  /** Why it gets no requests; '' if it gets them. */
  trouble: Trouble | '';
  /** An `edge.*` code or a status. */
  reason: string;
}

/** For tests. */
interface Means {
  random?: () => number;
  lookUp?: typeof lookUpName;
}

/** The instances of a route's app, as one worker sees them. */
export class Group {
  readonly settings: GroupSettings;
  instances: readonly Instance[];
  readonly #members: readonly Members[];
  readonly #balancer: Balancer;
  readonly #random: () => number;
  /** Since when none accepts requests. */
  #downSinceMs: number | undefined;
  /** When to check each instance next. */
  readonly #checkAtMs = new WeakMap<Instance, number>();
  readonly #checking = new Set<Instance>();
  readonly #cookie: string;
  readonly #byToken = new Map<string, Instance>();
  readonly #tokens = new Map<Instance, string>();

  /** @param former keeps what is known about instances that were there before. */
  constructor(settings: GroupSettings, former: readonly Instance[] = [], { random = Math.random, lookUp }: Means = {}) {
    this.settings = settings;
    this.#random = random;
    this.#members = settings.upstreams.map((upstream) => new Members(upstream, lookUp, addressesIn(former, upstream)));
    this.instances = former;
    this.#balancer = new Balancer(former, settings.balance, random);
    this.#cookie = cookieName(settings.path);
    this.#gather();
  }

  #gather(): void {
    const former = this.instances;
    this.instances = this.#members.flatMap(({ current }) =>
      current.map((upstream) => {
        const key = instanceKey(upstream);
        const known = former.find((one) => instanceKey(one.upstream) === key);
        // The app may meanwhile need its own Host.
        if (known) known.upstream = upstream;
        return known ?? new Instance(upstream, this.#random);
      }),
    );
    this.#balancer.replace(this.instances);
    const { balance, stickyKey } = this.settings;
    this.#byToken.clear();
    this.#tokens.clear();
    if (balance !== 'sticky') return;
    for (const one of this.instances) {
      const token = tokenOf(stickyKey, instanceKey(one.upstream));
      this.#byToken.set(token, one);
      this.#tokens.set(one, token);
    }
  }

  /** The instance for a new request. */
  first(fields: Fields, nowMs: number): Instance {
    if (this.#byToken.size > 0) {
      const token = cookieValue(fields, this.#cookie);
      const own = token === undefined ? undefined : this.#byToken.get(token);
      if (own && own.trouble === undefined) return own;
    }
    return this.#balancer.choose(nowMs)!;
  }

  /** An instance for a request that `tried` did not get. */
  another(tried: readonly Instance[], nowMs: number): Instance | undefined {
    return this.#balancer.choose(nowMs, tried);
  }

  /** An instance in no trouble, for a request that may be repeated. */
  spare(tried: readonly Instance[], nowMs: number): Instance | undefined {
    return this.#balancer.spare(nowMs, tried);
  }

  /** The Set-Cookie value that keeps the visitor at `instance`; undefined: the request has it already. */
  cookieFor(instance: Instance, fields: Fields): string | undefined {
    if (this.#byToken.size < 2) return undefined;
    const token = this.#tokens.get(instance);
    return token === undefined || cookieValue(fields, this.#cookie) === token
      ? undefined
      : setCookie(this.#cookie, token);
  }

  noteUp(): void {
    this.#downSinceMs = undefined;
  }

  noteDown(nowMs: number): void {
    this.#downSinceMs ??= nowMs;
  }

  /** True while the app counts as starting, rather than as failed. */
  isAwaited(nowMs: number): boolean {
    const { waitForAppMs } = this.settings;
    return waitForAppMs !== undefined && this.#downSinceMs !== undefined && nowMs - this.#downSinceMs <= waitForAppMs;
  }

  /** True if every instance accepts connections, but says that it is not ready. */
  isStarting(nowMs: number): boolean {
    return this.settings.health !== undefined && this.isAwaited(nowMs) && this.#all('unhealthy');
  }

  status(): InstanceStatus[] {
    return this.instances.map(({ name, streams, trouble, reason }) => ({
      instance: name,
      streams,
      trouble: trouble ?? '',
      reason,
    }));
  }

  /** Call once a second. */
  watch(nowMs: number): void {
    for (const members of this.#members) members.watch(nowMs, () => this.#gather());
    for (const one of this.instances) {
      one.watch(nowMs);
      if (this.#isDue(one, nowMs)) this.#check(one, nowMs);
    }
    if (this.#all('unhealthy')) this.noteDown(nowMs);
    else if (this.instances.some(({ trouble }) => trouble === undefined)) this.noteUp();
  }

  #all(trouble: string): boolean {
    return this.instances.every((one) => one.trouble === trouble);
  }

  #isDue(one: Instance, nowMs: number): boolean {
    if (this.#checking.has(one)) return false;
    const isRetry = one.trouble !== undefined && nowMs >= one.retryAtMs;
    const { health } = this.settings;
    if (!health) return isRetry;
    let atMs = this.#checkAtMs.get(one);
    // Workers, and the instances of one worker, begin at different moments.
    if (atMs === undefined) {
      atMs = nowMs + this.#random() * Math.min(health.intervalMs, 1000);
      this.#checkAtMs.set(one, atMs);
    }
    return isRetry || nowMs >= atMs;
  }

  #check(one: Instance, nowMs: number): void {
    const { health, host } = this.settings;
    this.#checking.add(one);
    if (health) this.#checkAtMs.set(one, nowMs + health.intervalMs * (0.9 + this.#random() / 5));
    const done: Parameters<typeof tryConnection>[1] = (problem, kind) => {
      this.#checking.delete(one);
      one.onCheck(problem, kind, performance.now());
    };
    if (health) checkHealth(one.upstream, health, host, done);
    else tryConnection(one.upstream, done);
  }
}

/** Those that an entry of `upstreams` has led to. */
function addressesIn(former: readonly Instance[], entry: EdgeUpstream): string[] {
  const key = instanceKey(entry);
  return former.flatMap(({ upstream: { address, ...rest } }) =>
    address !== undefined && instanceKey(rest) === key ? address : [],
  );
}

/** Identifies an instance: the same for the same address in another snapshot. */
export function instanceKey({ protocol, host, port, basePath, socketPath = '', address = '' }: EdgeUpstream): string {
  return `${protocol}://${host}:${port}${socketPath}${basePath} ${address}`;
}
