import { lookup } from 'node:dns/promises';
import { type Configuration, walk } from '../reading/located.ts';
import { isHostName, listensOf } from './listen.ts';

/** Looks up a host's addresses in the system's resolver; empty if there are none. */
export type AddressLookup = (host: string) => Promise<string[]>;

const bySystem: AddressLookup = async (host) => {
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
};

/**
 * The addresses of the host names in `listen` directives. nginx resolves them when it reads its configuration and listens
 * on each.
 */
export async function hostAddresses(
  configuration: Configuration,
  ask: AddressLookup = bySystem,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const hosts = new Set<string>();
  for (const located of walk(configuration)) {
    if (located.directive.name.text !== 'listen') continue;
    for (const { address } of listensOf(located)) if (isHostName(address)) hosts.add(address);
  }
  return new Map(await Promise.all([...hosts].map(async (host) => [host, [...new Set(await ask(host))]] as const)));
}
