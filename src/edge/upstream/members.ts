import type { LookupAddress } from 'node:dns';
import { isAddress } from '../../names/address.ts';
import { isLoopbackName } from '../../names/host-name.ts';
import type { EdgeUpstream } from '../snapshot.ts';
import { lookUpName } from './names.ts';

const lookUpEveryMs = 10_000;

/** Where one entry of `upstreams` leads: to itself, or to each address of its name. */
export class Members {
  readonly entry: EdgeUpstream;
  current: readonly EdgeUpstream[];
  readonly #isName: boolean;
  readonly #lookUp: typeof lookUpName;
  #nextMs = 0;

  /** @param addresses of the last look-up, if there was one. */
  constructor(entry: EdgeUpstream, lookUp: typeof lookUpName = lookUpName, addresses: readonly string[] = []) {
    this.entry = entry;
    this.current = membersAt(entry, addresses);
    const { host, socketPath } = entry;
    this.#isName = socketPath === undefined && !isAddress(host) && !isLoopbackName(host);
    this.#lookUp = lookUp;
  }

  /** Call once a second. @param onChange `current` is another list. */
  watch(nowMs: number, onChange: () => void): void {
    if (!this.#isName || nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + lookUpEveryMs;
    this.#lookUp(this.entry.host, (error, addresses) => {
      const found = instancesAt(error ? [] : addresses);
      if (found.join() === this.current.flatMap(({ address }) => address ?? []).join()) return;
      this.current = membersAt(this.entry, found);
      onChange();
    });
  }
}

function membersAt(entry: EdgeUpstream, addresses: readonly string[]): EdgeUpstream[] {
  return addresses.length === 0 ? [entry] : addresses.map((address) => ({ ...entry, address }));
}

/**
 * The replicas of a container have one name and an address each (Compose with `--scale`, a headless Service of Kubernetes). A
 * machine with an IPv4 and an IPv6 address is one instance, so at least two of a kind count; none: the connection chooses.
 */
function instancesAt(addresses: readonly LookupAddress[]): string[] {
  for (const family of [4, 6]) {
    const ofFamily = [...new Set(addresses.filter((each) => each.family === family).map(({ address }) => address))];
    if (ofFamily.length > 1) return ofFamily.sort();
  }
  return [];
}
