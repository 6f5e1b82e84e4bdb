import { wait } from '../../acme/wait.ts';
import type { Clock } from '../../base/clock.ts';
import { withBrackets } from '../../names/address.ts';
import { probeHttp } from '../../probe/http.ts';
import { proxyLine } from '../../probe/proxy-protocol.ts';
import { defaultPort } from '../../probe/url.ts';
import type { Expectation } from './expectation.ts';
import { Difference } from './finding.ts';
import { proofWords } from './messages.ts';
import type { ObserveOptions } from './observe.ts';
import { urlOf, type Target } from './target.ts';

/** A WebSocket that an app's page opens. */
export interface SocketProof {
  /** Its path below the root of the site. */
  path: string;
  /** The app itself, which shows how it answers a browser without nginx. */
  upstream: URL;
}

const pausesMs = [200, 1_000];

/**
 * Opens the WebSocket of an app at each target as a browser does: apps compare its Origin, the public address, with Host.
 * A target is at fault only if the app itself accepts the same headers.
 * @param publicPort the port in Origin. Default: that of the target.
 */
export async function proveSockets(
  { path, upstream }: SocketProof,
  expectations: readonly Expectation[],
  publicPort: number | undefined,
  options: ObserveOptions,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  const targets = new Map(
    expectations.flatMap(({ kind, target }) => (kind === 'certificate' ? [[urlOf(target), target] as const] : [])),
  );
  for (const target of targets.values()) {
    const host = hostOf(target.name, publicPort ?? target.port);
    if ((await direct(upstream, path, host, options.clock)) !== 101) continue;
    let status = await through(target, path, host, options);
    for (const pauseMs of pausesMs) {
      if (status === 101) break;
      await wait(options.clock, pauseMs, new AbortController().signal);
      status = await through(target, path, host, options);
    }
    if (status === 101) continue;
    const seen = proofWords('nginx.proof.socket', { path, value: status ?? '–' });
    const now = { target, tls: undefined, block: options.blockOf?.(target) };
    differences.push(new Difference(now, proofWords('nginx.proof.socket', { path, value: 101 }), seen));
  }
  return differences;
}

function hostOf(name: string, port: number): string {
  return port === 443 || port === 0 ? withBrackets(name) : `${withBrackets(name)}:${port}`;
}

/** The headers of a browser's handshake (RFC 6455 §4.1). */
function handshakeOf(host: string): Record<string, string> {
  return {
    host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    origin: `https://${host}`,
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16, 'everyhop').toString('base64'),
  };
}

async function direct(upstream: URL, path: string, host: string, clock: Clock): Promise<number | undefined> {
  const url = new URL(path, upstream).href;
  return (await probeHttp({ url, headers: handshakeOf(host), clock, timeoutMs: 3_000 })).status;
}

async function through(
  target: Target,
  path: string,
  host: string,
  { clock, roots }: ObserveOptions,
): Promise<number | undefined> {
  const { address, socketPath, port, name, secure } = target;
  const isLocal = socketPath !== undefined;
  const facts = await probeHttp({
    url: { secure, host: name, port: isLocal ? defaultPort(secure) : port, path },
    ...(isLocal ? { socketPath } : { address }),
    ...(target.proxyProtocol && { preface: proxyLine(isLocal ? undefined : address, port) }),
    headers: handshakeOf(host),
    clock,
    timeoutMs: 5_000,
    ...(roots && { roots, partialChain: true }),
  });
  return facts.status;
}
