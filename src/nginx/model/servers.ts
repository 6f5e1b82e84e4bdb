import os from 'node:os';
import { childrenNamed, type Configuration, type LocatedDirective } from '../reading/located.ts';
import { implicitListen, listenAtEach, listensOf } from './listen.ts';
import { noName, normaliseHost, serverNames, takesHost } from './names.ts';
import type { Listen, ServerBlock } from './server.ts';

/** Facts about the machine that nginx uses. */
export interface ServersOptions {
  /** Value of `$hostname` (default: this machine's). */
  hostname?: string;
  /** True if nginx starts as root, which makes its implicit port 80 instead of 8000 (default true). */
  asRoot?: boolean;
  /** Addresses of the host names in `listen`, from `hostAddresses`. A missing host keeps its name (default: empty). */
  addresses?: ReadonlyMap<string, readonly string[]>;
}

/** The server blocks of `http`, in nginx's order, without those of `stream` and `mail`. */
export function serversOf(configuration: Configuration, options: ServersOptions = {}): ServerBlock[] {
  const { hostname = os.hostname(), asRoot = true, addresses = new Map<string, string[]>() } = options;
  const servers: ServerBlock[] = [];
  for (const http of blocksOf(configuration, 'http')) {
    const inherited = { ssl: isOn(http, 'ssl'), http2: isOn(http, 'http2') };
    for (const located of blocksOf(http, 'server')) {
      const written = childrenNamed(located, 'listen')
        .flatMap(listensOf)
        .flatMap((listen) => {
          const found = addresses.get(listen.address);
          return found ? listenAtEach(listen, found) : [listen];
        });
      const names = childrenNamed(located, 'server_name').flatMap((each) => serverNames(each, hostname));
      const ssl = isOn(located, 'ssl') ?? inherited.ssl ?? false;
      const http2 = isOn(located, 'http2') ?? inherited.http2 ?? false;
      const listens = (written.length > 0 ? written : [implicitListen(asRoot)]).map((listen): Listen => {
        return { ...listen, ssl: listen.ssl || ssl, http2: listen.http2 || (http2 && !listen.quic) };
      });
      servers.push({
        located,
        index: servers.length,
        listens,
        names: names.length > 0 ? names : [noName],
        configuration,
      });
    }
  }
  return servers;
}

/**
 * True if one of the block's names matches the host, or is a regular expression that JavaScript cannot evaluate. Another
 * block may still take precedence: see `answeringServer`.
 */
export function matchesName(server: ServerBlock, host: string): boolean {
  const normalised = normaliseHost(host);
  return server.names.some((name) => takesHost(name, normalised) ?? true);
}

function blocksOf(around: LocatedDirective | Configuration, name: string): LocatedDirective[] {
  return childrenNamed(around, name).filter(({ directive }) => directive.block);
}

function isOn(block: LocatedDirective, name: string): boolean | undefined {
  const value = childrenNamed(block, name).at(-1)?.directive.args[0]?.text;
  return value === undefined ? undefined : value.toLowerCase() === 'on';
}
