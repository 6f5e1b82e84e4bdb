import { withBrackets } from '../../names/address.ts';
import { listenerFor } from '../model/listeners.ts';
import type { Listen, ServerBlock } from '../model/server.ts';
import type { NginxProgram } from '../program/inspect.ts';
import { placeOf } from './context.ts';
import { changeError } from './messages.ts';

export function isPlain({ ssl, quic, port }: Listen): boolean {
  return !ssl && !quic && port !== 0;
}

/**
 * The TLS listeners to add: for each plain listener whose address has no TLS yet, the same address on the TLS port, in the
 * block that already has TLS for these names, or else in the same block. Ignores Unix sockets.
 * @param now the current server blocks, including the additions of an earlier plan.
 * @throws EveryhopError `nginx.tls-port-plain` if another block listens there without TLS; `nginx.address-shadowed` if the
 *   new listener would take connections away from another block.
 */
export function addedListens(
  servers: readonly ServerBlock[],
  blocks: readonly ServerBlock[],
  tlsPort: number,
  now: readonly ServerBlock[],
): Map<ServerBlock, Listen[]> {
  const secured = blocks.filter(({ listens }) => listens.some(({ ssl }) => ssl));
  const added = new Map<ServerBlock, Listen[]>();
  const there = secured.flatMap(({ listens }) => listens.filter(({ ssl }) => ssl));
  for (const server of blocks) {
    for (const plain of server.listens.filter(isPlain).flatMap((one) => byFamily(one, servers, tlsPort))) {
      if (there.some((listen) => covers(listen, plain))) continue;
      const carrier = server.listens.some(({ ssl }) => ssl) ? server : (secured[0] ?? server);
      const listen: Listen = {
        ...plain,
        ...placeFor(plain, tlsPort, servers, blocks, now),
        port: tlsPort,
        ssl: true,
        http2: false,
        defaultServer: false,
        located: undefined,
      };
      added.set(carrier, [...(added.get(carrier) ?? []), listen]);
      there.push(listen);
    }
  }
  return added;
}

/** Splits a dual-stack listener if others use TLS on IPv4 alone: the system allows only one socket to bind IPv4. */
function byFamily(listen: Listen, servers: readonly ServerBlock[], tlsPort: number): Listen[] {
  // A socket's parameters are shared by all its blocks.
  const plain = { ...listen, ipv6Only: listenerFor(servers, listen)?.ipv6Only ?? listen.ipv6Only };
  const isTaken = servers.some(({ listens }) =>
    listens.some(({ address, port }) => address === '0.0.0.0' && port === tlsPort),
  );
  if (plain.address !== '::' || plain.ipv6Only || !isTaken) return [plain];
  return [
    { ...plain, address: '0.0.0.0' },
    { ...plain, ipv6Only: true },
  ];
}

/**
 * The address on which TLS can serve the clients of a plain listener. nginx passes a connection to the listener on its
 * exact address, if any, and then considers only the blocks of that listener.
 */
function placeFor(
  plain: Listen,
  tlsPort: number,
  servers: readonly ServerBlock[],
  blocks: readonly ServerBlock[],
  now: readonly ServerBlock[],
): Pick<Listen, 'address' | 'ipv6Only'> {
  const { address, ipv6Only } = plain;
  const there = listenerFor(servers, { address, port: tlsPort });
  if (!there) return { address, ipv6Only };
  const listen = listenAddress(address, tlsPort);
  if (!there.ssl) throw changeError('nginx.tls-port-plain', { listen, place: placeOf(there.servers[0]!.located) });
  if (there.address === address) return { address, ipv6Only };
  // The system allows only one of the two to bind IPv4.
  if (address === '0.0.0.0') return { address: there.address, ipv6Only: there.ipv6Only };
  // A listener from an earlier plan already exists, so keeping it takes nothing away.
  if (listenerFor(now, { address, port: tlsPort })?.address === address) return { address, ipv6Only };
  const other = there.servers.find((server) => !blocks.includes(server));
  if (other) throw changeError('nginx.address-shadowed', { listen, port: tlsPort, place: placeOf(other.located) });
  return { address, ipv6Only };
}

/** True if the TLS listener accepts connections to every address of the plain one. */
function covers(tls: Listen, plain: Listen): boolean {
  if (tls.port === 0) return false;
  if (tls.address === plain.address) return true;
  const isSix = plain.address.includes(':');
  return isSix
    ? tls.address === '::' && plain.address !== '::'
    : tls.address === '0.0.0.0' || (tls.address === '::' && !tls.ipv6Only);
}

/** Arguments to keep the implicit listener of a block without `listen`, which the first explicit one would replace. */
export function implicitListens({ listens }: ServerBlock): string[] {
  return listens.filter(({ located }) => located === undefined).map(({ port }) => String(port));
}

export function listenText(listen: Listen, servers: readonly ServerBlock[], nginx: NginxProgram): string {
  const others = servers.flatMap(({ listens }) =>
    listens.filter(({ address, port }) => address === listen.address && port === listen.port),
  );
  const words = [listenAddress(listen.address, listen.port), 'ssl'];
  // http2 applies to the whole socket: blocks there without it would start using it too.
  const http2 = nginx.hasModule('http_v2_module') && !nginx.atLeast(1, 25, 1);
  if (http2 && (others.length === 0 || others.some((other) => other.http2))) words.push('http2');
  if (listen.proxyProtocol) words.push('proxy_protocol');
  if (listen.address === '::' && !listen.ipv6Only && others.length === 0) words.push('ipv6only=off');
  return words.join(' ');
}

/** In the usual notation of `listen`. */
export function listenAddress(address: string, port: number): string {
  if (address === '0.0.0.0') return String(port);
  return `${withBrackets(address)}:${port}`;
}

export function redirectPort(
  server: ServerBlock,
  blocks: readonly ServerBlock[],
  added: ReadonlyMap<ServerBlock, Listen[]>,
  tlsPort: number,
): number {
  const tlsOf = (one: ServerBlock): Listen[] => [
    ...one.listens.filter(({ ssl, port }) => ssl && port !== 0),
    ...(added.get(one) ?? []),
  ];
  const ports = [server, ...blocks].flatMap(tlsOf).map(({ port }) => port);
  return ports.includes(443) ? 443 : ports.includes(tlsPort) ? tlsPort : (ports[0] ?? tlsPort);
}
