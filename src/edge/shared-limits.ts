import type { Clock } from '../base/clock.ts';
import { Buckets, type RateUses } from './rate.ts';
import { StreamCounts, type StreamNumbers } from './stream-counts.ts';

/** A worker's report to the others, about limits that hold for all of them together. */
export interface LimitUses {
  /** Of buckets of addresses. */
  addresses?: RateUses | undefined;
  /** Of buckets of identified visitors. */
  identities?: RateUses | undefined;
  streams?: StreamNumbers | undefined;
}

/** After a use, a worker gathers this long before it reports; requests that two of them admit meanwhile may exceed a limit. */
const gatherMs = 250;

/** The counts behind rates and limits of streams, in a worker. */
export class LimitCounts {
  /** Named by addresses, which anyone with an IPv6 network has many of … */
  readonly addresses: Buckets;
  /** … and by identities, so that a flood of addresses cannot make the edge forget theirs. */
  readonly identities: Buckets;
  readonly streams: StreamCounts;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #report: (uses: LimitUses) => void;
  #isGathering = false;

  /**
   * @param workers of this edge. One alone reports nothing.
   * @param report tells the others.
   */
  constructor(clock: Pick<Clock, 'monotonic' | 'after'>, workers = 1, report: (uses: LimitUses) => void = () => {}) {
    this.#clock = clock;
    this.#report = report;
    const onUse = (): void => this.#gather();
    this.addresses = new Buckets(clock, workers, onUse);
    this.identities = new Buckets(clock, workers, onUse);
    this.streams = new StreamCounts(workers, onUse);
  }

  /** Takes the report of another worker. */
  add({ addresses, identities, streams }: LimitUses): void {
    if (addresses) this.addresses.add(addresses);
    if (identities) this.identities.add(identities);
    if (streams) this.streams.set(streams);
  }

  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#clock.after(gatherMs, () => {
      this.#isGathering = false;
      this.#report({
        addresses: this.addresses.uses(),
        identities: this.identities.uses(),
        streams: this.streams.changes(),
      });
    });
  }
}

/** A worker whose report names more visitors than this runs foreign code, or is flooded. */
const mostNames = 200_000;

/** In the control process: passes on to each worker what the others report, and what is left when one ends. */
export class SharedLimits {
  readonly #send: (worker: number, uses: LimitUses) => void;
  /** The streams of each worker, by visitor. */
  readonly #streams = new Map<number, Map<string, number>>();

  constructor(send: (worker: number, uses: LimitUses) => void) {
    this.#send = send;
  }

  /** A worker has started. It gets the streams that the others have open; its buckets are full. */
  join(worker: number): void {
    this.#streams.set(worker, new Map());
    const names = new Set([...this.#streams.values()].flatMap((counts) => [...counts.keys()]));
    if (names.size > 0) this.#send(worker, { streams: this.#sums(names, worker) });
  }

  hear(worker: number, { addresses, identities, streams }: LimitUses): void {
    const own = this.#streams.get(worker);
    if (!own) return;
    const names: string[] = [];
    for (let at = 0; at + 1 < (streams?.length ?? 0); at += 2) {
      const [name, count] = [streams![at] as string, streams![at + 1] as number];
      if (count <= 0) own.delete(name);
      else if (own.size < mostNames) own.set(name, count);
      names.push(name);
    }
    for (const other of this.#streams.keys()) {
      if (other === worker) continue;
      this.#send(other, {
        ...(addresses && { addresses }),
        ...(identities && { identities }),
        ...(names.length > 0 && { streams: this.#sums(names, other) }),
      });
    }
  }

  /** A worker has ended, and its streams with it. */
  leave(worker: number): void {
    const names = [...(this.#streams.get(worker)?.keys() ?? [])];
    this.#streams.delete(worker);
    if (names.length === 0) return;
    for (const other of this.#streams.keys()) this.#send(other, { streams: this.#sums(names, other) });
  }

  #sums(names: Iterable<string>, except: number): StreamNumbers {
    const numbers: StreamNumbers = [];
    for (const name of names) {
      let sum = 0;
      for (const [worker, counts] of this.#streams) if (worker !== except) sum += counts.get(name) ?? 0;
      numbers.push(name, sum);
    }
    return numbers;
  }
}

/** Of a visitor and what is limited. */
export const longestName = 1000;

/** Whether a worker's report has the form of one. */
export function isLimitUses(value: unknown): value is LimitUses {
  if (typeof value !== 'object' || value === null) return false;
  const { addresses, identities, streams } = value as Record<string, unknown>;
  return [addresses, identities, streams].every((list) => list === undefined || isList(list));
}

function isList(value: unknown): boolean {
  if (!Array.isArray(value) || value.length % 2 === 1 || value.length > 2 * mostNames) return false;
  return value.every((each: unknown, at) =>
    at % 2 === 0
      ? typeof each === 'string' && each.length <= longestName
      : typeof each === 'number' && each >= 0 && each < 1e12,
  );
}
