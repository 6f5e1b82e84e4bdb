import type { Listen, ServerBlock, ServerName } from '../../../src/nginx/model/server.ts';
import type { Target } from '../../../src/nginx/proof/target.ts';

/** A plain listener. */
export function listenOn(address: string, port: number, more: Partial<Listen> = {}): Listen {
  const kind = { ssl: false, http2: false, quic: false, defaultServer: false, proxyProtocol: false };
  return { address, port, ...kind, ipv6Only: true, parameters: [], located: undefined, ...more };
}

/** Server blocks with listeners and names only. */
export function blocks(
  ...all: { listens: Listen[]; names?: (string | Omit<ServerName, 'written'>)[] }[]
): ServerBlock[] {
  return all.map(({ listens, names = [] }, index) => ({
    located: undefined!,
    configuration: undefined!,
    index,
    listens,
    names: names.map((each) => {
      const { kind, name } = typeof each === 'string' ? { kind: 'exact' as const, name: each } : each;
      return { kind, name, written: kind === 'regex' ? `~${name}` : name };
    }),
  }));
}

export function targetAt(address: string, port: number, name: string, more: Partial<Target> = {}): Target {
  const listener = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return { listener, address, port, secure: false, proxyProtocol: false, name, pattern: name, ...more };
}
