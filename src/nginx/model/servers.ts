import os from 'node:os';
import { childrenNamed, type Configuration, type Located } from '../reading/located.ts';
import { implicitListen, listenAtEach, listensOf } from './listen.ts';
import { noName, normaliseHost, serverNames, takesHost } from './names.ts';
import type { Listen, ServerBlock } from './server.ts';

/** What nginx takes from the machine. */
export interface ServersOptions {
  /** What `$hostname` stands for (default: this machine's). */
  hostname?: string;
  /** Does nginx start as root, so that its implicit port is 80 and not 8000 (default true)? */
  asRoot?: boolean;
  /** Of hosts that `listen` names, as `hostAddresses` has them; one that is not in it keeps its name (default: none is). */
  addresses?: ReadonlyMap<string, readonly string[]>;
}

/** The server blocks of `http`, in nginx's order; those of `stream` and `mail` are none of ours. */
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
 * Does one of the block's names take this host? Whether nginx asks the block at all, `answeringServer` tells.
 * A regular expression that cannot be told counts, as it may be one.
 */
export function matchesName(server: ServerBlock, host: string): boolean {
  const normalised = normaliseHost(host);
  return server.names.some((name) => takesHost(name, normalised) ?? true);
}

function blocksOf(around: Located | Configuration, name: string): Located[] {
  return childrenNamed(around, name).filter(({ directive }) => directive.block);
}

function isOn(block: Located, name: string): boolean | undefined {
  const value = childrenNamed(block, name).at(-1)?.directive.args[0]?.text;
  return value === undefined ? undefined : value.toLowerCase() === 'on';
}
