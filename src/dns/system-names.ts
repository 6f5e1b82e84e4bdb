import dns, { type LookupAddress } from 'node:dns';
import type { Clock, Timer } from '../base/clock.ts';

export type AddressesCallback = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** As `dns.lookup` with `all`. */
export type SystemLookUp = (name: string, callback: AddressesCallback) => void;

/** Time limit of one look-up, for each caller. */
export const lookUpLimitMs = 5000;
/** Callers wait this long for a look-up if the name had an address before. */
export const patienceMs = 1000;
/** How long the last good addresses serve while look-ups fail. */
export const staleLimitMs = 60 * 60 * 1000;

const noSuchName = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Looks up names with the system's resolver (`/etc/hosts`, search domains, mDNS and the rest of nsswitch.conf). It
 * blocks a thread for as long as a name server does not answer, so there is one look-up at a time for each name. Nothing
 * is kept while look-ups succeed, so a changed address is followed at once; while they do not, the last good addresses
 * serve. A name that does not exist (any more) is not served from there: its address may belong to another machine now.
 */
export class SystemNames {
  readonly #clock: Clock;
  readonly #lookUp: SystemLookUp;
  readonly #names = new Map<string, NameLookUps>();

  constructor(clock: Clock, lookUp: SystemLookUp = (name, callback) => dns.lookup(name, { all: true }, callback)) {
    this.#clock = clock;
    this.#lookUp = lookUp;
  }

  /** Fails with the resolver's error, or after 5 s with ETIMEDOUT. */
  lookUp(name: string, callback: AddressesCallback): void {
    let lookUps = this.#names.get(name);
    if (!lookUps) this.#names.set(name, (lookUps = new NameLookUps(name, this.#clock, this.#lookUp)));
    lookUps.add(callback);
  }
}

interface Caller {
  callback: AddressesCallback;
  timer: Timer;
}

class NameLookUps {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #lookUp: SystemLookUp;
  readonly #callers = new Set<Caller>();
  /** When the look-up in progress began. */
  #sinceMs: number | undefined;
  #last: { addresses: LookupAddress[]; atMs: number } | undefined;

  constructor(name: string, clock: Clock, lookUp: SystemLookUp) {
    this.#name = name;
    this.#clock = clock;
    this.#lookUp = lookUp;
  }

  add(callback: AddressesCallback): void {
    const nowMs = this.#clock.monotonic();
    const limitMs = this.#lastAddresses() ? patienceMs : lookUpLimitMs;
    // The time that the look-up in progress has already taken counts: a dead name does not delay each caller anew.
    const leftMs = this.#sinceMs === undefined ? limitMs : Math.max(0, this.#sinceMs + limitMs - nowMs);
    const caller: Caller = { callback, timer: this.#clock.after(leftMs, () => this.#giveUp(caller)) };
    this.#callers.add(caller);
    if (this.#sinceMs !== undefined) return;
    this.#sinceMs = nowMs;
    this.#lookUp(this.#name, (error, addresses) => this.#answer(error, addresses));
  }

  #answer(error: NodeJS.ErrnoException | null, addresses: LookupAddress[]): void {
    this.#sinceMs = undefined;
    if (!error) this.#last = { addresses, atMs: this.#clock.monotonic() };
    else if (noSuchName.has(error.code ?? '')) this.#last = undefined;
    const callers = [...this.#callers];
    this.#callers.clear();
    const known = this.#lastAddresses();
    for (const { callback, timer } of callers) {
      timer.cancel();
      if (known) callback(null, known);
      else callback(error, []);
    }
  }

  #giveUp(caller: Caller): void {
    this.#callers.delete(caller);
    const known = this.#lastAddresses();
    if (known) return caller.callback(null, known);
    const seconds = lookUpLimitMs / 1000;
    const error = new Error(`no answer from the name servers for ${this.#name} in ${seconds} s`);
    caller.callback(Object.assign(error, { code: 'ETIMEDOUT', syscall: 'getaddrinfo' }), []);
  }

  #lastAddresses(): LookupAddress[] | undefined {
    if (this.#last && this.#clock.monotonic() - this.#last.atMs <= staleLimitMs) return this.#last.addresses;
    return undefined;
  }
}
