import { isAddress } from '../../names/address.ts';
import { listenerFor, listenersOf } from '../model/listeners.ts';
import type { Listen, ServerBlock } from '../model/server.ts';
import { isPlain, listenAddress } from './added-listens.ts';
import { argumentsOf, own, rootLocation } from './context.ts';
import type { LocatedDirective } from '../reading/located.ts';

/** A default server that refuses all names over plain HTTP, with the TLS listeners on which it should refuse them too. */
export interface Refusal {
  server: ServerBlock;
  listens: Listen[];
}

/**
 * The blocks that refuse unknown names over plain HTTP, for each new TLS listener whose default server the secured site would
 * otherwise be. None for an IP address: its clients send no name, so they reach the default server.
 */
export function refusalsFor(
  servers: readonly ServerBlock[],
  blocks: readonly ServerBlock[],
  names: readonly string[],
  added: ReadonlyMap<ServerBlock, readonly Listen[]>,
): Refusal[] {
  if (names.some(isAddress)) return [];
  const refusals = new Map<ServerBlock, Listen[]>();
  const isThere = (listen: Listen): boolean =>
    listenersOf(servers).some(({ address, port, quic }) => !quic && address === listen.address && port === listen.port);
  for (const listen of [...added.values()].flat().filter((one) => !isThere(one))) {
    const plain = blocks
      .flatMap(({ listens }) => listens)
      .find((one) => isPlain(one) && one.address === listen.address);
    const server = plain && listenerFor(servers, plain)?.defaultServer;
    if (!server || blocks.includes(server) || !refusesAll(server)) continue;
    refusals.set(server, [...(refusals.get(server) ?? []), listen]);
  }
  return [...refusals].map(([server, listens]) => ({ server, listens }));
}

/** The parameters of `listen` in a block that refuses names. */
export function refusingListen({ address, port, proxyProtocol }: Listen): string {
  return `${listenAddress(address, port)} ssl default_server${proxyProtocol ? ' proxy_protocol' : ''}`;
}

/** True for a block whose every answer is an error, or a closed connection (444). */
function refusesAll({ located }: ServerBlock): boolean {
  if (refuses(located)) return true;
  const root = rootLocation(located);
  const others = own(located, 'location').filter((location) => location !== root);
  return root !== undefined && refuses(root) && others.every(refuses);
}

function refuses(block: LocatedDirective): boolean {
  const isClosed = own(block, 'return').some((one) => /^[45]\d\d$/.test(argumentsOf(one)[0] ?? ''));
  const isDenied =
    own(block, 'deny').some((one) => argumentsOf(one)[0] === 'all') &&
    own(block, 'allow').length === 0 &&
    own(block, 'satisfy').length === 0;
  return isClosed || isDenied;
}
