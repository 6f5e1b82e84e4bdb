import type { ErrorData } from '../base/errors.ts';
import type { EventBus } from '../base/events.ts';
import type { Certificates } from './certificates.ts';
import type { Generation } from './generation.ts';
import { nameSetKey } from './generation.ts';
import { namesAtFault } from './names-at-fault.ts';

/**
 * Sets of names that get one certificate a name, because an order for all of them failed for some. The former certificate
 * for all serves the names that have none of their own. The store remembers the division by its certificates.
 */
export class DividedSets {
  readonly #certificates: Certificates;
  readonly #parts = new Map<string, string[][]>();
  readonly #note: (names: readonly string[], error: ErrorData) => void;

  /** @param note hears why a name lacks its own certificate. */
  constructor(
    certificates: Certificates,
    events: EventBus,
    note: (names: readonly string[], error: ErrorData) => void,
  ) {
    this.#certificates = certificates;
    this.#note = note;
    events.on('certificate.failed', ({ names, error }) => this.#consider(names, error));
  }

  /** The sets to obtain for these names: themselves, or one a name. */
  partsOf(names: readonly string[]): readonly (readonly string[])[] {
    return this.#parts.get(nameSetKey(names)) ?? [names];
  }

  isDivided(names: readonly string[]): boolean {
    return this.#parts.has(nameSetKey(names));
  }

  /** Loads the certificates for these names: for all, or for each if that is how they were last issued. Issues nothing. */
  async load(names: readonly string[]): Promise<void> {
    const whole = await this.#certificates.load(names);
    const decision = this.#certificates.decision(names);
    if (names.length < 2 || (whole && decision?.action === 'wait')) return;
    const parts = names.map((name) => [name]);
    const stored = await Promise.all(parts.map((part) => this.#certificates.stored(part)));
    if (!stored.some((one) => one && one.createdMs > (whole?.createdMs ?? 0))) return;
    for (const part of parts) await this.#certificates.load(part);
    this.#divide(names, parts);
  }

  /** The certificate to serve for one of the names: its own, unless only the one for all is valid. */
  current(name: string, names: readonly string[], nowMs: number): Generation | undefined {
    const whole = this.#certificates.current(names);
    const own = this.isDivided(names) ? this.#certificates.current([name]) : undefined;
    if (!own || !whole) return own ?? whole;
    return own.notAfterMs <= nowMs && whole.notAfterMs > nowMs ? whole : own;
  }

  /** Obtains the certificates of the names that are not at fault; the others wait, as after any failure. */
  #consider(names: readonly string[], error: ErrorData): void {
    const atFault = namesAtFault(error, names);
    if (!atFault || this.isDivided(names)) return;
    const parts = names.map((name) => [name]);
    this.#divide(names, parts);
    for (const name of atFault) {
      this.#certificates.holdOff([name]);
      this.#note([name], error);
    }
    for (const part of parts) {
      // The failure is an event.
      if (!atFault.includes(part[0]!)) this.#certificates.ensureAlso(part).catch(() => {});
    }
  }

  #divide(names: readonly string[], parts: string[][]): void {
    this.#parts.set(nameSetKey(names), parts);
    this.#certificates.rest(names);
  }
}
