import { EveryhopError } from '../../base/errors.ts';
import { answeringServer } from '../model/answering.ts';
import type { ServerBlock } from '../model/server.ts';
import { matchesName } from '../model/servers.ts';
import { placeOf } from './context.ts';

/**
 * The server blocks that name one of the names and are asked for it, in order.
 * @throws EveryhopError `nginx.name-unknown`, `nginx.name-claimed-twice`.
 */
export function claimants(servers: readonly ServerBlock[], names: readonly string[]): ServerBlock[] {
  const found = new Set<ServerBlock>();
  for (const name of names) {
    const own = new Set<ServerBlock>();
    for (const server of servers.filter((one) => matchesName(one, name))) {
      for (const { address, port } of server.listens) {
        const rivals = servers.filter(
          (one) => one !== server && takes(one, address, port) && claimsSame(one, server, name),
        );
        if (rivals.length > 0) {
          const [first, second] = [server, rivals[0]!].toSorted((a, b) => a.index - b.index);
          throw new EveryhopError('nginx.name-claimed-twice', {
            name,
            first: placeOf(first!.located),
            second: placeOf(second!.located),
          });
        }
        if (answeringServer(servers, { address, port, name }) === server) own.add(server);
      }
    }
    if (own.size === 0) throw nobodyAnswers(servers, name);
    for (const server of own) found.add(server);
  }
  return [...found].toSorted((a, b) => a.index - b.index);
}

function takes(server: ServerBlock, address: string, port: number): boolean {
  return server.listens.some((listen) => listen.address === address && listen.port === port);
}

/** nginx warns of two blocks with one name on one listener, and never asks the second. */
function claimsSame(one: ServerBlock, other: ServerBlock, name: string): boolean {
  const exactly = (server: ServerBlock): boolean =>
    server.names.some((own) => own.kind !== 'regex' && own.name === name);
  return exactly(one) && exactly(other);
}

function nobodyAnswers(servers: readonly ServerBlock[], name: string): EveryhopError {
  const byDefault = servers.find((server) => server.listens.some(({ defaultServer }) => defaultServer)) ?? servers[0];
  const known = [
    ...new Set(servers.flatMap((server) => server.names.filter(({ kind }) => kind === 'exact').map((one) => one.name))),
  ];
  return new EveryhopError('nginx.name-unknown', {
    name,
    names: known.filter((one) => one !== '' && one !== '_').join(', ') || '–',
    place: byDefault ? placeOf(byDefault.located) : '–',
  });
}
