/** A site in the local network: at this machine's addresses, and under names that multicast DNS answers. */
import os from 'node:os';
import { describeError } from '../../base/errors.ts';
import type { Configuration, Site } from '../../config/configuration.ts';
import { Fault, type Finding } from '../../hop/finding.ts';
import { byRoute, lanAddresses } from '../../lan/addresses.ts';
import { isLanName, machineName, numbered } from '../../lan/machine-name.ts';
import { lanError } from '../../lan/messages.ts';
import { type NameOwner, ownerOf } from '../../lan/owner.ts';
import { NameResponder } from '../../lan/responder.ts';
import { clock } from '../system.ts';

/** A name in the local network. `system`: a responder of this machine's system answers for it. */
export interface LanName {
  name: string;
  answeredBy: 'everyhop' | 'system';
}

/** How the local network reaches the site with `lan`. */
export interface LanPlace {
  /** That of the default route first. */
  addresses: string[];
  names: LanName[];
}

export interface LanSurroundings {
  hostname(): string;
  addresses(): Promise<string[]>;
  ownerOf(name: string, addresses: readonly string[]): Promise<NameOwner>;
  respond: typeof NameResponder.start;
}

const thisMachine: LanSurroundings = {
  hostname: () => os.hostname(),
  addresses: () => byRoute(lanAddresses()),
  ownerOf: (name, addresses) => ownerOf(name, { clock, addresses }),
  respond: (names, options) => NameResponder.start(names, options),
};

interface Answering {
  /** Port, addresses and names. */
  key: string;
  responder: NameResponder | undefined;
}

/** Every attempt to apply a change reports its failure. */
const quietAfterFailureMs = 60_000;
/** Substitutes for a name that other machines have. */
const mostNumbers = 20;

export class Lan {
  readonly #machine: LanSurroundings;
  readonly #plain = new WeakMap<Configuration, Configuration>();
  /** Undefined: no site is served in the local network. */
  place: LanPlace | undefined;
  #chosen = new Map<string, LanName | undefined>();
  readonly #taken = new Set<string>();
  #findings: Finding[] = [];
  #unanswered: Finding | undefined;
  #answering: Answering | undefined;
  #conflicts = false;
  #quietUntilMs = 0;

  constructor(machine: LanSurroundings = thisMachine) {
    this.#machine = machine;
  }

  get findings(): Finding[] {
    return [...this.#findings, ...(this.#unanswered ? [this.#unanswered] : [])];
  }

  /**
   * Adds a site with the present addresses and names to a configuration in which a site has `lan`. It is a separate site:
   * certificates of the other names stay as they are when an address changes, or come from public authorities.
   */
  async extend(configuration: Configuration): Promise<Configuration> {
    const plain = this.#plain.get(configuration) ?? configuration;
    const site = plain.sites.find(({ lan }) => lan);
    if (!site) {
      this.place = undefined;
      this.#findings = [];
      return plain;
    }
    const present = await this.#machine.addresses();
    const addresses = present.length > 0 ? present : (this.place?.addresses ?? []);
    if (this.place && addresses.join() !== this.place.addresses.join()) await this.#forget();
    this.#findings = addresses.length === 0 ? [new Fault('warning', lanError('lan.no-address', {}))] : [];
    const names = addresses.length === 0 ? [] : await this.#names(site, addresses);
    this.place = { addresses, names };
    const taken = new Set(plain.sites.flatMap(({ hosts }) => hosts));
    const hosts = [...names.map(({ name }) => name), ...addresses].filter((host) => !taken.has(host));
    if (hosts.length === 0) return plain;
    const copy: Site = {
      ...site,
      hosts,
      certificate: ['private'],
      certificateFiles: undefined,
      // The machine's name belongs to its other services, too.
      hsts: 'off',
    };
    const extended = { ...plain, sites: plain.sites.flatMap((one) => (one === site ? [one, copy] : [one])) };
    this.#plain.set(extended, plain);
    return extended;
  }

  /** Whether the addresses or names are no longer those of the last `extend`. A machine between two networks keeps them. */
  async hasChanged(): Promise<boolean> {
    if (!this.place || clock.monotonic() < this.#quietUntilMs) return false;
    const addresses = await this.#machine.addresses();
    return this.#conflicts || (addresses.length > 0 && addresses.join() !== this.place.addresses.join());
  }

  /** Answers for the names from now on. Call it once the port is known. Never rejects. */
  async announce(port: number): Promise<void> {
    const addresses = this.place?.addresses ?? [];
    const names = (this.place?.names ?? []).flatMap((one) => (one.answeredBy === 'everyhop' ? [one.name] : []));
    const key = [port, ...addresses, ...names].join();
    if (this.#answering?.key === key) return;
    await this.end();
    this.#unanswered = undefined;
    if (names.length === 0) return;
    const answering: Answering = { key, responder: undefined };
    this.#answering = answering;
    const onConflict = (name: string): void => {
      this.#taken.add(name);
      this.#conflicts = true;
    };
    try {
      answering.responder = await this.#machine.respond(names, { clock, addresses, port, onConflict });
    } catch (error) {
      const params = { names: names.join(', '), detail: describeError(error) };
      this.#unanswered = new Fault('warning', lanError('lan.no-mdns', params));
    }
  }

  /** After a change that was not applied. It is tried again, but not at once. */
  async restore(place: LanPlace | undefined, port: number): Promise<void> {
    this.place = place;
    this.#quietUntilMs = clock.monotonic() + quietAfterFailureMs;
    await this.announce(port);
  }

  async end(): Promise<void> {
    const { responder } = this.#answering ?? {};
    this.#answering = undefined;
    await responder?.end();
  }

  /** In another network, other machines have other names. */
  async #forget(): Promise<void> {
    await this.end(); // else this program would answer the question whose the name is
    this.#chosen.clear();
    this.#taken.clear();
  }

  async #names({ hosts }: Site, addresses: readonly string[]): Promise<LanName[]> {
    const own = machineName(this.#machine.hostname());
    this.#conflicts = false;
    const wanted = [...new Set([own, ...hosts.filter(isLanName)])];
    const names = await Promise.all(wanted.map((name) => this.#choose(name, addresses, name === own)));
    return names.filter((name) => name !== undefined);
  }

  /** @param isFlexible another number will do. @returns undefined: another machine has the name. */
  async #choose(wanted: string, addresses: readonly string[], isFlexible: boolean): Promise<LanName | undefined> {
    let chosen = this.#chosen.get(wanted);
    if (!chosen || this.#taken.has(chosen.name))
      chosen = await this.#free(wanted, addresses, isFlexible ? mostNumbers : 1);
    this.#chosen.set(wanted, chosen);
    if (chosen?.name === wanted) return chosen;
    const error = chosen
      ? lanError('lan.name-taken', { name: wanted, instead: chosen.name })
      : lanError('lan.host-taken', { name: wanted });
    this.#findings.push(new Fault('warning', error));
    return chosen;
  }

  async #free(wanted: string, addresses: readonly string[], numbers: number): Promise<LanName | undefined> {
    for (let number = 1; number <= numbers; number += 1) {
      const name = numbered(wanted, number);
      const owner = this.#taken.has(name) ? 'elsewhere' : await this.#machine.ownerOf(name, addresses);
      if (owner !== 'elsewhere') return { name, answeredBy: owner === 'here' ? 'system' : 'everyhop' };
      this.#taken.add(name);
    }
    return undefined;
  }
}
