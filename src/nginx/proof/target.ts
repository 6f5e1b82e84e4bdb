import { withBrackets } from '../../names/address.ts';
import { type Listener, listenersOf } from '../model/listeners.ts';
import type { ServerBlock, ServerName } from '../model/server.ts';
import { normaliseHost } from '../model/names.ts';
import { sampleName } from './sample-name.ts';

/** One question that a client of this machine can put to nginx: a listener, and a name asked for there. */
export interface Target {
  /** As the configuration has it: `0.0.0.0:80`, `[::]:443`, `unix:/run/site.sock`. */
  listener: string;
  /** Where a client of this machine gets to it. */
  address: string;
  /** 0 for a socket of the file system. */
  port: number;
  socketPath?: string;
  /** Listens with `ssl`. */
  secure: boolean;
  /** A PROXY line comes first. */
  proxyProtocol: boolean;
  /** Server name indication and Host. */
  name: string;
  /** The `server_name` that `name` stands for; '' where it stands for every name that nobody claims. */
  pattern: string;
}

/** What cannot be asked, and why. */
export interface LeftOut {
  listener: string;
  pattern: string;
  /**
   * `shadowed`: the machine's own loopback address has a listener of its own on that port; `quic`: not TCP; `no-sample`: no
   * name was found that the expression takes, or it is not one that a client could ask for.
   */
  reason: 'shadowed' | 'quic' | 'no-sample';
}

/** No name ends so (RFC 6761 §6.4); whoever answers for it answers for all that nobody claims. */
const unclaimedName = 'everyhop-proof.invalid';

/**
 * Every listener of these blocks, asked for every name that a block with that listener claims, and for one that none
 * does. Each question comes once; their order is that of the blocks.
 * @param names these, too, wherever a wildcard or an expression claims them (wildcards among them are asked for as such).
 */
export function targetsOf(
  servers: readonly ServerBlock[],
  names: readonly string[] = [],
): { targets: Target[]; leftOut: LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const targets = new Map<string, Target>();
  const listeners = listenersOf(servers);
  // HTTP/3 comes over UDP; the same block's TCP listener tells what it serves.
  for (const quic of listeners.filter((each) => each.quic)) {
    leftOut.push({ listener: titleOf(quic), pattern: '', reason: 'quic' });
  }
  const overTcp = listeners.filter((each) => !each.quic);
  const specific = new Set(overTcp.map(({ address, port }) => `${address} ${port}`));
  for (const listener of overTcp) {
    const { ssl: secure, proxyProtocol } = listener;
    const title = titleOf(listener);
    const places = placesOf(listener, specific);
    if (places.length === 0) leftOut.push({ listener: title, pattern: '', reason: 'shadowed' });
    const unnamed = (pattern: string): void => void leftOut.push({ listener: title, pattern, reason: 'no-sample' });
    const wanted = names.filter((name) => !name.startsWith('*.') && listener.names.find(normaliseHost(name)));
    const pairs = [...namesOf(listener, unnamed), ...wanted.map((name) => ['', name] as const)];
    for (const [pattern, name] of pairs) {
      for (const place of places) {
        const target = { listener: title, ...place, secure, proxyProtocol, name, pattern };
        const key = keyOf(target);
        if (!targets.has(key)) targets.set(key, target);
      }
    }
  }
  return { targets: [...targets.values()], leftOut };
}

/** The same for the same question, before a change and after it. */
export function keyOf({ address, port, socketPath, secure, name }: Target): string {
  return `${secure ? 'tls' : 'plain'} ${socketPath ?? address} ${port} ${name}`;
}

/** As a person would type it; the path of a socket stands in brackets behind it. */
export function urlOf(target: Target, path = '/'): string {
  const usualPort = target.secure ? 443 : 80;
  const port = target.port === usualPort || target.socketPath !== undefined ? '' : `:${target.port}`;
  return `${target.secure ? 'https' : 'http'}://${withBrackets(target.name)}${port}${path}`;
}

function titleOf({ address, port }: Listener): string {
  return address.startsWith('unix:') ? address : `${withBrackets(address)}:${port}`;
}

type Place = Pick<Target, 'address' | 'port' | 'socketPath'>;

/** A listener with an address of its own takes what comes to it away from the one that is for all addresses. */
function placesOf({ address, port, ipv6Only }: Listener, specific: ReadonlySet<string>): Place[] {
  if (address.startsWith('unix:')) return [{ address: '', port: 0, socketPath: address.slice('unix:'.length) }];
  if (address !== '0.0.0.0' && address !== '::') return [{ address, port }];
  const six = address === '::' && !specific.has(`::1 ${port}`) ? '::1' : undefined;
  const takesFour = address === '0.0.0.0' || (!ipv6Only && !specific.has(`0.0.0.0 ${port}`));
  const four = takesFour ? loopbacks.find((loopback) => !specific.has(`${loopback} ${port}`)) : undefined;
  return [six, four].filter((each) => each !== undefined).map((each) => ({ address: each, port }));
}

/** All of 127.0.0.0/8 is this machine (RFC 1122 §3.2.1.3); systems other than Linux answer for the first only. */
const loopbacks = process.platform === 'linux' ? ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'] : ['127.0.0.1'];

/** Pairs of pattern and a name for it. */
function namesOf(listener: Listener, unnamed: (pattern: string) => void): [string, string][] {
  const names: [string, string][] = [['', unclaimedName]];
  const own = new Map<string, ServerName>();
  for (const name of listener.servers.flatMap((server) => server.names)) own.set(`${name.kind} ${name.name}`, name);
  for (const { kind, name: pattern } of own.values()) {
    // The empty name and its like are the default's, or are met without any Host: the unclaimed one asks enough.
    if (kind === 'catch-all' || pattern === '') continue;
    const name = sampleName(kind, pattern);
    if (name === undefined) unnamed(pattern);
    else names.push([pattern, name]);
  }
  return names;
}
