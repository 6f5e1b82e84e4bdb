import { NameTable } from './name-table.ts';
import type { ServerBlock } from './server.ts';

/** One address and port that nginx listens on, with the combined parameters of all its blocks. */
export interface Listener {
  /** In the form of `Listen.address`. */
  address: string;
  port: number;
  quic: boolean;
  ssl: boolean;
  http2: boolean;
  proxyProtocol: boolean;
  ipv6Only: boolean;
  /** In the order in which nginx reads them. */
  servers: readonly ServerBlock[];
  /** Answers for every name that no block claims. */
  defaultServer: ServerBlock;
  names: NameTable;
}

const known = new WeakMap<readonly ServerBlock[], ReadonlyMap<string, Listener>>();

/** Every listener of these blocks, in nginx's order. */
export function listenersOf(servers: readonly ServerBlock[]): Listener[] {
  return [...listenerMap(servers).values()];
}

/**
 * The listener that receives a connection to an address of this machine: the address's own, or else the one for all
 * addresses.
 * @param address in the form of `Listen.address`
 */
export function listenerFor(
  servers: readonly ServerBlock[],
  { address, port, quic = false }: { address: string; port: number; quic?: boolean },
): Listener | undefined {
  const listeners = listenerMap(servers);
  const own = listeners.get(keyOf(address, port, quic));
  if (own || address.startsWith('unix:')) return own;
  const six = listeners.get(keyOf('::', port, quic));
  if (address.includes(':')) return six;
  return listeners.get(keyOf('0.0.0.0', port, quic)) ?? (six?.ipv6Only === false ? six : undefined);
}

function listenerMap(servers: readonly ServerBlock[]): ReadonlyMap<string, Listener> {
  const cached = known.get(servers);
  if (cached) return cached;
  const listeners = new Map<string, Listener & { servers: ServerBlock[] }>();
  for (const server of servers) {
    for (const listen of server.listens) {
      const { address, port, quic } = listen;
      const key = keyOf(address, port, quic);
      const listener = listeners.get(key);
      if (!listener) {
        const names = new NameTable(server);
        listeners.set(key, { ...listen, servers: [server], defaultServer: server, names });
        continue;
      }
      listener.ssl ||= listen.ssl;
      listener.http2 ||= listen.http2;
      listener.proxyProtocol ||= listen.proxyProtocol;
      listener.ipv6Only &&= listen.ipv6Only;
      if (listen.defaultServer) listener.defaultServer = server;
      if (!listener.servers.includes(server)) {
        listener.servers.push(server);
        listener.names.add(server);
      }
    }
  }
  known.set(servers, listeners);
  return listeners;
}

function keyOf(address: string, port: number, quic: boolean): string {
  return `${quic ? 'udp' : 'tcp'} ${port} ${address}`;
}
