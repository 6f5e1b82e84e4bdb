import type { Place } from '../../base/errors.ts';
import { withBrackets, withoutBrackets } from '../../names/address.ts';
import { type Listener, listenersOf } from '../model/listeners.ts';
import type { ServerBlock, ServerName } from '../model/server.ts';
import { normaliseHost } from '../model/names.ts';
import { sampleName } from './sample-name.ts';

/** A listener of nginx and a name, to which a client on this machine can send a request. */
export interface Target {
  /** As in the configuration: `0.0.0.0:80`, `[::]:443`, `unix:/run/site.sock`. */
  listener: string;
  /** An address of this machine that reaches the listener. */
  address: string;
  /** 0 for a Unix socket. */
  port: number;
  socketPath?: string;
  /** The listener uses TLS. */
  secure: boolean;
  /** The connection starts with a PROXY line. */
  proxyProtocol: boolean;
  /** For server name indication and the Host header. */
  name: string;
  /** The `server_name` that `name` matches; '' if `name` stands for all unclaimed names. */
  pattern: string;
  /** The place of the stream block that passes the connection on. */
  place?: Place;
}

/** A listener or name that cannot be checked, and why. */
export interface SkippedTarget {
  listener: string;
  pattern: string;
  /**
   * `shadowed`: the loopback address has a separate listener on that port; `quic`: not TCP; `no-sample`: no name was found
   * that matches the pattern and that a client can send.
   */
  reason: 'shadowed' | 'quic' | 'no-sample';
}

/** `.invalid` is reserved (RFC 6761 §6.4), so the block that answers this name answers all unclaimed names. */
const unclaimedName = 'everyhop-proof.invalid';

/**
 * Combines every listener of these blocks with all names that its blocks claim, and with one unclaimed name. Without
 * duplicates, in the order of the blocks.
 * @param names further names, for each listener on which a block claims them. Skips wildcards, which have targets through
 *   `server_name`.
 */
export function targetsOf(
  servers: readonly ServerBlock[],
  names: readonly string[] = [],
): { targets: Target[]; skipped: SkippedTarget[] } {
  const skipped: SkippedTarget[] = [];
  const targets = new Map<string, Target>();
  const listeners = listenersOf(servers);
  // HTTP/3 uses UDP. The TCP listener of the same block shows its certificate and content.
  for (const quic of listeners.filter((each) => each.quic)) {
    skipped.push({ listener: titleOf(quic), pattern: '', reason: 'quic' });
  }
  const overTcp = listeners.filter((each) => !each.quic);
  const specific = new Set(overTcp.map(({ address, port }) => `${address} ${port}`));
  for (const listener of overTcp) {
    const { ssl: secure, proxyProtocol } = listener;
    const title = titleOf(listener);
    const places = placesOf(listener, specific);
    if (places.length === 0) skipped.push({ listener: title, pattern: '', reason: 'shadowed' });
    const unnamed = (pattern: string): void => void skipped.push({ listener: title, pattern, reason: 'no-sample' });
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
  return { targets: [...targets.values()], skipped };
}

/** Identifies a target before and after a change. */
export function keyOf({ address, port, socketPath, secure, name }: Target): string {
  return `${secure ? 'tls' : 'plain'} ${socketPath ?? address} ${port} ${name}`;
}

/** The URL that a user would type. Does not show a socket's path. */
export function urlOf(target: Target, path = '/'): string {
  const usualPort = target.secure ? 443 : 80;
  const port = target.port === usualPort || target.socketPath !== undefined ? '' : `:${target.port}`;
  return `${target.secure ? 'https' : 'http'}://${withBrackets(target.name)}${port}${path}`;
}

function titleOf({ address, port }: Listener): string {
  return address.startsWith('unix:') ? address : `${withBrackets(address)}:${port}`;
}

type Way = Pick<Target, 'address' | 'port' | 'socketPath'>;

/** A listener on a specific address takes precedence over the one on all addresses. */
function placesOf({ address, port, ipv6Only }: Listener, specific: ReadonlySet<string>): Way[] {
  if (address.startsWith('unix:')) return [{ address: '', port: 0, socketPath: address.slice('unix:'.length) }];
  if (address !== '0.0.0.0' && address !== '::') return [{ address, port }];
  const six = address === '::' && !specific.has(`::1 ${port}`) ? '::1' : undefined;
  const takesFour = address === '0.0.0.0' || (!ipv6Only && !specific.has(`0.0.0.0 ${port}`));
  const four = takesFour ? loopbacks.find((loopback) => !specific.has(`${loopback} ${port}`)) : undefined;
  return [six, four].filter((each) => each !== undefined).map((each) => ({ address: each, port }));
}

/** All of 127.0.0.0/8 is this machine (RFC 1122 §3.2.1.3), but other systems than Linux answer only on the first address. */
const loopbacks = process.platform === 'linux' ? ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'] : ['127.0.0.1'];

/** Pairs of a pattern and a matching name. */
function namesOf(listener: Listener, unnamed: (pattern: string) => void): [string, string][] {
  const names: [string, string][] = [['', unclaimedName]];
  const own = new Map<string, ServerName>();
  for (const name of listener.servers.flatMap((server) => server.names)) own.set(`${name.kind} ${name.name}`, name);
  for (const { kind, name: pattern } of own.values()) {
    // No client sends these names, and the unclaimed name already checks the default server.
    if (kind === 'catch-all' || pattern === '') continue;
    const name = sampleName(kind, pattern);
    if (name === undefined) unnamed(pattern);
    else names.push([pattern, withoutBrackets(name)]);
  }
  return names;
}
