import type { EdgeRoute } from '../snapshot.ts';
import { type Instance, type Trouble, troubles } from './instance.ts';

export type Balance = NonNullable<EdgeRoute['balance']>;

/** If all are in trouble, the one that is most likely to answer is used: serving something beats serving nothing. */
const lastResorts: readonly (Trouble | undefined)[] = [undefined, ...troubles.toReversed()];

/** Chooses an instance for each request. */
export class Balancer {
  #instances: readonly Instance[];
  readonly #inTurn: boolean;
  readonly #random: () => number;
  #turn = 0;

  constructor(instances: readonly Instance[], balance: Balance, random: () => number = Math.random) {
    this.#instances = instances;
    this.#inTurn = balance === 'round-robin';
    this.#random = random;
  }

  /** Replaces the instances. */
  replace(instances: readonly Instance[]): void {
    this.#instances = instances;
    // Each worker begins elsewhere.
    this.#turn = Math.floor(this.#random() * instances.length);
  }

  /** @param tried instances that the request has already been given to. Undefined: there is no other. */
  choose(nowMs: number, tried?: readonly Instance[]): Instance | undefined {
    for (const trouble of lastResorts) {
      const found = this.#among(trouble, nowMs, tried);
      if (found) return found;
    }
    return undefined;
  }

  /** Another one, only if it is in no trouble. */
  spare(nowMs: number, tried: readonly Instance[]): Instance | undefined {
    return this.#among(undefined, nowMs, tried);
  }

  #among(trouble: Trouble | undefined, nowMs: number, tried: readonly Instance[] | undefined): Instance | undefined {
    const all = this.#instances;
    let best: Instance | undefined;
    /** The best of those that are to get fewer requests for now. */
    let held: Instance | undefined;
    let next = this.#turn;
    for (let step = 0; step < all.length; step += 1) {
      const at = (this.#turn + step) % all.length;
      const one = all[at]!;
      if (one.trouble !== trouble || tried?.includes(one)) continue;
      const share = one.share(nowMs);
      if (share < 1 && this.#random() >= share) {
        if (!held || one.streams < held.streams) held = one;
      } else if (!best || (!this.#inTurn && one.streams < best.streams)) {
        best = one;
        next = at;
      }
      if (best && this.#inTurn) break;
    }
    if (best) this.#turn = (next + 1) % all.length;
    return best ?? held;
  }
}
