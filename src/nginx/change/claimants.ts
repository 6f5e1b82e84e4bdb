import { EveryhopError } from '../../base/errors.ts';
import { listOf } from '../../base/messages.ts';
import { answeringServer } from '../model/answering.ts';
import type { Listen, ServerBlock } from '../model/server.ts';
import { normaliseHost } from '../model/names.ts';
import { matchesName } from '../model/servers.ts';
import type { Target } from '../proof/target.ts';
import { placeOf } from './context.ts';
import { changeError } from './messages.ts';

/**
 * The server blocks that claim one of the names and answer for it, in order.
 * @throws EveryhopError `nginx.name-unknown`, `nginx.name-claimed-twice`.
 */
export function claimants(servers: readonly ServerBlock[], names: readonly string[]): ServerBlock[] {
  const found = new Set<ServerBlock>();
  for (const name of names) {
    const own = new Set<ServerBlock>();
    for (const server of servers.filter((one) => matchesName(one, name))) {
      for (const listen of server.listens) {
        const { address, port, quic } = listen;
        const rivals = servers.filter((one) => one !== server && takes(one, listen) && claimsSame(one, server, name));
        if (rivals.length > 0) {
          const [first, second] = [server, rivals[0]!].toSorted((a, b) => a.index - b.index);
          throw changeError('nginx.name-claimed-twice', {
            name,
            first: placeOf(first!.located),
            second: placeOf(second!.located),
          });
        }
        if (answeringServer(servers, { address, port, name, quic }) === server) own.add(server);
      }
    }
    if (own.size === 0) throw nobodyAnswers(servers, name);
    for (const server of withoutSubstitutes(own, servers, name)) found.add(server);
  }
  return [...found].toSorted((a, b) => a.index - b.index);
}

/**
 * Removes a block that answers through a wildcard over TLS only because the block with the exact name has no TLS listener
 * yet. Its certificate serves other names.
 */
function withoutSubstitutes(
  own: ReadonlySet<ServerBlock>,
  servers: readonly ServerBlock[],
  name: string,
): ServerBlock[] {
  const answers = (server: ServerBlock): boolean =>
    server.listens.some(
      ({ ssl, address, port }) => !ssl && answeringServer(servers, { address, port, name }) === server,
    );
  const exact = [...own].filter((server) =>
    server.names.some((one) => one.kind === 'exact' && one.name === normaliseHost(name)),
  );
  return exact.length === 0 ? [...own] : [...own].filter((server) => exact.includes(server) || answers(server));
}

function takes(server: ServerBlock, { address, port, quic }: Listen): boolean {
  return server.listens.some((one) => one.address === address && one.port === port && one.quic === quic);
}

/** True if nginx would warn about a conflicting name on a shared listener and ignore the second block. */
function claimsSame(one: ServerBlock, other: ServerBlock, name: string): boolean {
  const exactly = (server: ServerBlock): boolean =>
    server.names.some((own) => own.kind !== 'regex' && own.name === normaliseHost(name));
  return exactly(one) && exactly(other);
}

function nobodyAnswers(servers: readonly ServerBlock[], name: string): EveryhopError {
  const byDefault = servers.find((server) => server.listens.some(({ defaultServer }) => defaultServer)) ?? servers[0];
  const known = [
    ...new Set(servers.flatMap((server) => server.names.filter(({ kind }) => kind === 'exact').map((one) => one.name))),
  ];
  return changeError('nginx.name-unknown', {
    name,
    names: listOf(known.filter((one) => one !== '' && one !== '_')) || '–',
    place: byDefault ? placeOf(byDefault.located) : '–',
  });
}

/** Position of the block that answers a target. */
export function answeringIndex(
  servers: readonly ServerBlock[],
  { address, socketPath, port, name }: Target,
): number | undefined {
  const place = socketPath === undefined ? { address, port } : { address: `unix:${socketPath}`, port: 0 };
  return answeringServer(servers, { ...place, name })?.index;
}
