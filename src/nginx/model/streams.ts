import { fromLatin1 } from '../reading/latin1.ts';
import { childrenNamed, childrenOf, type Configuration, type LocatedDirective } from '../reading/located.ts';
import { listensOf } from './listen.ts';
import type { Listen } from './server.ts';

/** One `server` block of `stream`: it passes connections on as bytes. */
export interface StreamServer {
  located: LocatedDirective;
  /** Over TCP. */
  listens: readonly Listen[];
  /** The argument of `proxy_pass`, as written. */
  leadsTo: string | undefined;
  /** Its connections to the destination start with a PROXY line. */
  sendsProxyLine: boolean;
}

/** The server blocks of `stream`, in order. */
export function streamServersOf(configuration: Configuration): StreamServer[] {
  return childrenNamed(configuration, 'stream').flatMap((stream) =>
    childrenNamed(stream, 'server').map((located) => {
      const [pass] = childrenNamed(located, 'proxy_pass');
      const proxyLine = childrenNamed(located, 'proxy_protocol')[0] ?? childrenNamed(stream, 'proxy_protocol')[0];
      return {
        located,
        listens: childrenNamed(located, 'listen')
          .flatMap(listensOf)
          .filter(({ parameters }) => !parameters.includes('udp')),
        leadsTo: pass && fromLatin1(pass.directive.args.map(({ text }) => text).join(' ')),
        sendsProxyLine: proxyLine?.directive.args[0]?.text === 'on',
      };
    }),
  );
}

/** The stream server that occupies an address and port, or keeps nginx from listening there. */
export function streamAt(
  streams: readonly StreamServer[],
  { address, port }: Pick<Listen, 'address' | 'port'>,
): StreamServer | undefined {
  const isSix = (text: string): boolean => text.includes(':');
  const meets = (one: Listen): boolean => {
    if (one.port !== port) return false;
    if (one.address === address) return true;
    if (isSix(one.address) !== isSix(address)) return one.address === '::' && !one.ipv6Only;
    return [one.address, address].some((each) => each === '0.0.0.0' || each === '::');
  };
  return streams.find(({ listens }) => listens.some(meets));
}

/**
 * The local ports to which a stream server may pass connections: by `proxy_pass`, the map of its variable, and upstream
 * groups.
 * @param name the ports for this name come first, then those for any other name.
 */
export function localPortsOf({ located, leadsTo = '' }: StreamServer, name = ''): number[] {
  const around = located.parents.at(-1)!;
  const wordsOf = (block: LocatedDirective): string[][] =>
    childrenOf(block).map(({ directive }) => [directive.name.text, ...directive.args.map(({ text }) => text)]);
  const variable = leadsTo.replace(/^\$\{(\w+)\}$/, '$$$1');
  const maps = childrenNamed(around, 'map').filter(({ directive }) => directive.args[1]?.text === variable);
  const rank = ([key]: string[]): number => (key === name ? 0 : key === 'default' ? 1 : 2);
  const entries = maps.flatMap(wordsOf).toSorted((a, b) => rank(a) - rank(b));
  const destinations = [leadsTo, ...entries.map(([, value = '']) => value)];
  const groups = new Map(
    childrenNamed(around, 'upstream').map((group) => [group.directive.args[0]?.text, wordsOf(group)] as const),
  );
  const members = destinations.flatMap((one) => groups.get(one)?.map(([, address = '']) => address) ?? [one]);
  const ports = members.map((text) => /^(?:127\.[\d.]+|localhost|\[::1\]|0\.0\.0\.0):(\d+)$/.exec(text)?.[1]);
  return [...new Set(ports.flatMap((port) => (port === undefined ? [] : [Number(port)])))];
}
