import { withBrackets } from '../../names/address.ts';
import { listenerFor } from '../model/listeners.ts';
import { toLatin1 } from '../reading/latin1.ts';
import type { Listen, ServerBlock } from '../model/server.ts';
import { matchesName } from '../model/servers.ts';
import { localPortsOf, streamAt, type StreamServer } from '../model/streams.ts';
import type { NginxProgram } from '../program/inspect.ts';
import { hasContentOf, leadsToHttps } from './content.ts';
import { placeOf } from './context.ts';
import { quoted } from './edit.ts';
import { changeError } from './messages.ts';

export function isPlain({ ssl, quic, port }: Listen): boolean {
  return !ssl && !quic && port !== 0;
}

/** A TCP listener with TLS. HTTP/3 uses UDP and does not count: browsers and all other clients begin over TCP. */
export function isTls({ ssl, quic, port }: Listen): boolean {
  return ssl && !quic && port !== 0;
}

/** The blocks that serve HTTPS after a change. */
export interface TlsPlan {
  /** The listeners to add to each block. */
  added: ReadonlyMap<ServerBlock, readonly Listen[]>;
  /**
   * The port of HTTPS for each block whose content HTTPS serves: the block has TLS itself, or another block of the name has
   * its content.
   */
  ports: ReadonlyMap<ServerBlock, number>;
  /** Blocks whose content HTTPS does not serve, as another block of the name has the TLS port. */
  left: readonly ServerBlock[];
}

/**
 * Plans the TLS listeners: for each plain listener whose address has no TLS yet, the same address on the TLS port, in the
 * block with TLS for the same content, or else in the same block. Ignores Unix sockets.
 * @param names the names to secure.
 * @param now the current server blocks, including the additions of an earlier plan.
 * @param streams the server blocks of `stream`.
 * @throws EveryhopError `nginx.tls-port-plain` if another block listens there without TLS; `nginx.address-shadowed` if the
 *   new listener would take connections away from another block; `nginx.stream-port` if a stream block has the port.
 */
export function planTls(
  servers: readonly ServerBlock[],
  blocks: readonly ServerBlock[],
  names: readonly string[],
  tlsPort: number,
  now: readonly ServerBlock[],
  streams: readonly StreamServer[] = [],
): TlsPlan {
  const added = new Map<ServerBlock, Listen[]>();
  const tlsOf = (block: ServerBlock): Listen[] => [...block.listens.filter(isTls), ...(added.get(block) ?? [])];
  const sharesName = (one: ServerBlock, other: ServerBlock): boolean =>
    names.some((name) => matchesName(one, name) && matchesName(other, name));
  const partnersOf = (block: ServerBlock): ServerBlock[] =>
    blocks.filter(
      (other) =>
        other !== block &&
        tlsOf(other).length > 0 &&
        sharesName(other, block) &&
        (leadsToHttps(block) || hasContentOf(other, block)),
    );
  const ports = new Map<ServerBlock, number>();
  const sendsProxyLine = streams.some((one) => one.sendsProxyLine && localPortsOf(one).includes(tlsPort));
  const left: ServerBlock[] = [];
  for (const server of blocks.filter(({ listens }) => listens.some(isPlain)).toSorted(byClaimToTls)) {
    const hasTls = server.listens.some(isTls);
    const partners = hasTls ? [] : partnersOf(server);
    const carrier = partners[0] ?? server;
    const there = [server, ...partners].flatMap(tlsOf);
    const missing = server.listens
      .filter(isPlain)
      .flatMap((one) => byFamily(one, servers, now, tlsPort))
      .filter((plain) => !there.some((listen) => covers(listen, plain)));
    const rivals = blocks.filter(
      (other) => other !== carrier && !partners.includes(other) && sharesName(other, server),
    );
    const isTaken = missing.some((plain) =>
      rivals.flatMap(tlsOf).some((listen) => listen.port === tlsPort && covers(listen, plain)),
    );
    if (isTaken && !hasTls && partners.length === 0) {
      left.push(server);
      continue;
    }
    for (const plain of missing) {
      if (tlsOf(carrier).some((listen) => covers(listen, plain))) continue;
      const listen: Listen = {
        ...plain,
        ...placeFor(plain, tlsPort, servers, blocks, now),
        port: tlsPort,
        proxyProtocol: plain.proxyProtocol || sendsProxyLine,
        ssl: true,
        http2: false,
        defaultServer: false,
        located: undefined,
      };
      refuseStream(streams, listen, names.find((one) => matchesName(server, one)) ?? '');
      added.set(carrier, [...(added.get(carrier) ?? []), listen]);
    }
    const own = tlsOf(server);
    ports.set(server, usualPort(own.length > 0 ? own : partners.flatMap(tlsOf), tlsPort));
  }
  for (const block of blocks)
    if (!ports.has(block) && tlsOf(block).length > 0) ports.set(block, usualPort(tlsOf(block), tlsPort));
  return { added, ports, left: left.toSorted((a, b) => a.index - b.index) };
}

/** Content comes before redirects to it, and port 80 first: that is where visitors without a port come. */
function byClaimToTls(one: ServerBlock, other: ServerBlock): number {
  const rank = (block: ServerBlock): number =>
    (block.listens.some(isTls) ? 0 : 4) +
    (leadsToHttps(block) ? 2 : 0) +
    (block.listens.some((listen) => isPlain(listen) && listen.port === 80) ? 0 : 1);
  return rank(one) - rank(other) || one.index - other.index;
}

function usualPort(listens: readonly Listen[], tlsPort: number): number {
  const ports = listens.map(({ port }) => port);
  return ports.includes(443) ? 443 : ports.includes(tlsPort) ? tlsPort : (ports[0] ?? tlsPort);
}

/** Names the stream block that has a port already, with the way to stand behind it. */
function refuseStream(streams: readonly StreamServer[], listen: Listen, name: string): void {
  const found = streamAt(streams, listen);
  if (!found) return;
  const [inner = 8443] = localPortsOf(found, name).filter((port) => port !== listen.port);
  throw changeError('nginx.stream-port', {
    listen: listenAddress(listen.address, listen.port),
    place: placeOf(found.located),
    inner,
    port: listen.port,
  });
}

/**
 * Splits a dual-stack listener into one for each family. Only one block may set `ipv6only=off`; without that block, the
 * others would lose IPv4. An existing dual-stack socket stays, as a reload cannot replace it.
 */
function byFamily(
  listen: Listen,
  servers: readonly ServerBlock[],
  now: readonly ServerBlock[],
  tlsPort: number,
): Listen[] {
  // A socket's parameters are shared by all its blocks.
  const plain = { ...listen, ipv6Only: listenerFor(servers, listen)?.ipv6Only ?? listen.ipv6Only };
  if (plain.address !== '::' || plain.ipv6Only) return [plain];
  const there = listenerFor(now, { address: '::', port: tlsPort });
  if (there?.address === '::' && !there.ipv6Only) return [plain];
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
    listens.filter((one) => one.address === listen.address && one.port === listen.port && !one.quic),
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
  const text = `${withBrackets(address)}:${port}`;
  return /^[\w.:[\]-]+$/.test(text) ? text : quoted(toLatin1(text)); // the user may have quoted a name, too
}
