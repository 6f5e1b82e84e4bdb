import { type AppFacts, examine } from '../../apps/examine.ts';
import { type AppProfile, profileOf, requiredHost } from '../../apps/profiles.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import type { EventBus } from '../../base/events.ts';
import type { Configuration } from '../../config/configuration.ts';
import { type Upstream, upstreamText } from '../../config/upstream.ts';
import { withBrackets } from '../../names/address.ts';
import { probeTcp } from '../../probe/connect.ts';
import type { Upkeep } from './upkeep.ts';

/** An app that answers this slowly is examined again later. */
const answerTimeoutMs = 1_500;
/** The start of the edge waits for the apps no longer than this. */
const patienceMs = 2_000;
/** Time between looks at an app that does not answer. */
const retryMs = 2_000;
/** A connection to an app that is not running fails sooner. */
const slowMs = 1_000;
/** The longest time between looks at an app that accepts connections and answers none, or whose name is not found in good time. */
const longestRetryMs = 60_000;

/** An app, and the visitors' hosts under which it must work. */
interface Visited {
  upstream: Upstream;
  hosts: Set<string>;
  /** From the configuration. */
  app: AppProfile | undefined;
}

/** The answers of the apps behind the sites. An app that does not answer yet is examined as soon as it does. */
export class SeenApps {
  readonly #clock: Clock;
  readonly #textOf: (file: string) => string | undefined;
  readonly #events: EventBus;
  readonly #facts = new Map<string, AppFacts>();
  #configuration: Configuration | undefined;
  #visited = new Map<string, Visited>();
  #timers = new Set<Timer>();
  /** Of the current configuration; looks for a former one no longer count. */
  #round = 0;

  /** @param options.textOf the PEM text of a file of the configuration. */
  constructor(options: {
    clock: Clock;
    textOf: (file: string) => string | undefined;
    events: EventBus;
    upkeep: Pick<Upkeep, 'atEnd'>;
  }) {
    this.#clock = options.clock;
    this.#textOf = options.textOf;
    this.#events = options.events;
    options.upkeep.atEnd(() => this.#forget());
  }

  /**
   * Examines the apps of a configuration, once. Resolves when all have answered, or with what is known after a while. An app that
   * answers later is announced by an event.
   */
  async look(configuration: Configuration, httpsPort: number): Promise<void> {
    if (configuration === this.#configuration) return;
    this.#configuration = configuration;
    const { sites } = configuration;
    this.#forget();
    this.#visited = new Map();
    for (const { hosts, routes } of sites) {
      for (const { upstreams, app } of routes) {
        for (const upstream of upstreams) {
          const known = this.#visited.get(keyOf(upstream));
          const visited = known ?? { upstream, hosts: new Set(), app: app === undefined ? undefined : profileOf(app) };
          for (const host of hosts) visited.hosts.add(authorityOf(host, httpsPort));
          this.#visited.set(keyOf(upstream), visited);
        }
      }
    }
    for (const key of this.#facts.keys()) if (!this.#visited.has(key)) this.#facts.delete(key);
    let isWaiting = true;
    const looks = [...this.#visited.keys()].map((key) => this.#examine(key, () => isWaiting));
    const { promise, resolve } = Promise.withResolvers<void>();
    const patience = this.#clock.after(patienceMs, resolve);
    await Promise.race([Promise.all(looks), promise]);
    patience.cancel();
    isWaiting = false;
  }

  /** undefined: it has not answered yet. */
  at(upstream: Upstream): AppFacts | undefined {
    return this.#facts.get(keyOf(upstream));
  }

  /** Looks under way no longer count. */
  #forget(): void {
    this.#round += 1;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  async #examine(key: string, isAwaited: () => boolean, retryAfterMs = retryMs): Promise<void> {
    const round = this.#round;
    const { upstream, hosts, app } = this.#visited.get(key)!;
    const { host, port, socketPath, protocol, rootFile } = upstream;
    const pem = rootFile === undefined ? undefined : this.#textOf(rootFile);
    const place = socketPath === undefined ? {} : { socketPath };
    const target = { clock: this.#clock, timeoutMs: answerTimeoutMs, ...place };
    const sinceMs = this.#clock.monotonic();
    const { reached } = await probeTcp({ ...target, host, port });
    const isSlow = reached || this.#clock.monotonic() - sinceMs > slowMs;
    const facts = reached
      ? await examine(new URL(`${protocol}://${withBrackets(host)}:${port}/`), [...hosts], {
          ...target,
          ...(pem !== undefined && { roots: [pem] }),
          ...(app && { app }),
        })
      : undefined;
    if (round !== this.#round) return;
    if (facts) {
      const former = this.#facts.get(key);
      this.#facts.set(key, facts);
      const isNews = former?.app !== facts.app || former?.refusal?.accepted !== facts.refusal?.accepted;
      if (!isAwaited() && isNews) this.#announce(upstream, facts);
      if (!facts.isUncertain || retryAfterMs === longestRetryMs) return;
    }
    const timer = this.#clock.after(retryAfterMs, () => {
      this.#timers.delete(timer);
      void this.#examine(key, () => false, isSlow ? Math.min(2 * retryAfterMs, longestRetryMs) : retryMs);
    });
    this.#timers.add(timer);
  }

  #announce(upstream: Upstream, { app, refusal }: AppFacts): void {
    const host = app && refusal ? requiredHost(app, upstream.port) : undefined;
    this.#events.emit({
      type: 'app.answered',
      upstream: keyOf(upstream),
      ...(app && { app: app.title }),
      ...(host !== undefined && { host }),
    });
  }
}

function keyOf(upstream: Upstream): string {
  return upstreamText({ ...upstream, basePath: '' });
}

/** The host as a visitor's browser sends it. */
function authorityOf(host: string, httpsPort: number): string {
  const name = withBrackets(host.replace(/^\*\./, 'everyhop-proof.'));
  return httpsPort === 443 ? name : `${name}:${httpsPort}`;
}
