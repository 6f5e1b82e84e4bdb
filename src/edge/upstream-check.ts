import { isIPv6 } from 'node:net';
import os from 'node:os';
import { findExposure } from '../apps/exposure.ts';
import { findOpenProxy } from '../apps/open-proxy.ts';
import { anyApp, profileOf } from '../apps/profiles.ts';
import type { VisitOptions } from '../apps/recognise.ts';
import { findSubPath } from '../apps/sub-path.ts';
import type { Clock } from '../base/clock.ts';
import type { EveryhopError } from '../base/errors.ts';
import { upstreamText } from '../config/upstream.ts';
import { Fault, type Finding } from '../hop/finding.ts';
import type { Endpoint, Hop, HopTrust } from '../hop/hop.ts';
import { isLoopbackName } from '../names/host-name.ts';
import { probeTcp, type Target, type TcpFacts } from '../probe/connect.ts';
import { probeHttp } from '../probe/http.ts';
import { failurePhrase, unverifiedPhrase } from '../probe/phrases.ts';
import { presentedCertificate } from '../probe/presented-certificate.ts';
import { probeTls, type TlsFacts } from '../probe/tls.ts';
import { edgeError, edgeWords } from './messages.ts';
import { compile } from './routing.ts';
import type { EdgeSnapshot, EdgeUpstream } from './snapshot.ts';
import { plainAddress } from './tls.ts';
import { healthFindings } from './upstream-health.ts';
import { socketObstacle } from './upstream-socket.ts';

/** The result of checking one app. */
export interface UpstreamCheck {
  upstream: string;
  /**
   * `down`: no answer; `scheme`: http:// for an app that speaks TLS, or the reverse; `untrusted`: its certificate does not verify;
   * `plain`: unencrypted, and not on this machine; `open`: also reachable past the edge; `open-proxy`: it fetches any address
   * for any visitor; `sub-path`: it does not work under the path of a route; `loop`: it is this program; `denied`: the workers may not open its socket.
   */
  problem:
    | 'denied'
    | 'down'
    | 'scheme'
    | 'untrusted'
    | 'plain'
    | 'open'
    | 'open-proxy'
    | 'sub-path'
    | 'loop'
    | undefined;
  /** Why the app does not answer (`ConnectFailureReason` or similar), or OpenSSL's error code, or ''. */
  reason: string;
  /** The same for the operator. Warnings only: the app may start later, and the edge serves without it. */
  findings: Finding[];
}

export interface UpstreamCheckOptions {
  clock: Clock;
  /** Addresses at which an app on loopback must not answer. Default: this machine's. */
  addresses?: readonly string[];
}

const timeoutMs = 3000;
/** For an app that answers its start page slowly. */
const answerTimeoutMs = 1500;
const edge = { role: 'edge' } as const;

/** Connects to every app once, the same way as the edge will. */
export async function checkUpstreams(snapshot: EdgeSnapshot, options: UpstreamCheckOptions): Promise<UpstreamCheck[]> {
  const upstreams = new Map<string, EdgeUpstream>();
  for (const upstream of snapshot.sites.flatMap((site) => site.routes.flatMap((route) => route.upstreams))) {
    upstreams.set(upstreamText({ ...upstream, basePath: '' }), upstream);
  }
  return Promise.all(
    [...upstreams].map(async ([upstream, settings]) => {
      if (settings.socketPath !== undefined)
        return { upstream, ...(await checkSocket(upstream, settings.socketPath, snapshot)) };
      const check = settings.protocol === 'http' ? checkPlain : checkSecure;
      const judgement = await check(upstream, settings, snapshot, options);
      if (!['plain', 'open', undefined].includes(judgement.problem)) return { upstream, ...judgement };
      const serves = (path: string): string | undefined => servingHost(snapshot, settings, path);
      const visits = { clock: options.clock, timeoutMs: answerTimeoutMs };
      const proxy = await findOpenProxy(new URL(upstream), serves, visits);
      const health = await healthFindings(snapshot, settings, options.clock);
      const paths = await findSubPaths(upstream, settings, snapshot, visits);
      const {
        problem = proxy ? 'open-proxy' : paths.length > 0 ? 'sub-path' : undefined,
        reason,
        findings,
      } = judgement;
      return { upstream, problem, reason, findings: [...findings, ...health, ...(proxy ? [proxy] : []), ...paths] };
    }),
  );
}

/** Routes below a path that lead to the app. */
async function findSubPaths(
  upstream: string,
  settings: EdgeUpstream,
  { sites, httpsPort }: EdgeSnapshot,
  visits: VisitOptions,
): Promise<Fault[]> {
  const roots = settings.rootsPem === undefined ? {} : { roots: [settings.rootsPem] };
  const found = sites.flatMap(({ hosts, routes }) =>
    routes
      .filter(({ path, upstreams }) => path !== '/' && upstreams.some((one) => isSameApp(one, settings)))
      .map(({ path, stripPath, app }) => {
        const route = { host: hosts[0]!, port: httpsPort, path, stripPath };
        const chosen = app === undefined ? undefined : profileOf(app);
        return findSubPath(new URL(upstream), route, { ...visits, ...roots }, chosen === anyApp ? undefined : chosen);
      }),
  );
  return (await Promise.all(found)).filter((fault) => fault !== undefined);
}

/** With a path of its own, the upstream adds it to each request. */
function isSameApp(one: EdgeUpstream, other: EdgeUpstream): boolean {
  return one.protocol === other.protocol && one.host === other.host && one.port === other.port && one.basePath === '';
}

/** The first host of a site that forwards this path to the app as it is. */
function servingHost(snapshot: EdgeSnapshot, { host, port }: EdgeUpstream, path: string): string | undefined {
  const found = snapshot.sites.find((site) => {
    const route = compile(snapshot).route(site, path);
    return typeof route === 'object' && route.upstreams.some((one) => one.host === host && one.port === port);
  });
  return found?.hosts[0];
}

type Judgement = Omit<UpstreamCheck, 'upstream'>;

async function checkPlain(
  upstream: string,
  { host, port }: EdgeUpstream,
  snapshot: EdgeSnapshot,
  options: UpstreamCheckOptions,
): Promise<Judgement> {
  const hop: Hop = { from: edge, to: { host, port, url: upstream } };
  const target = { host, port, clock: options.clock, timeoutMs };
  const facts = await probeTcp(target);
  if (!facts.reached) return down(facts, upstream, hop, snapshot);
  const loop = loopOf(facts, hop.to, snapshot);
  if (loop) return loop;
  if (await speaksTls(upstream, target)) {
    const instead = upstream.replace(/^http:/, 'https:');
    return warning('scheme', edgeError('edge.upstream-speaks-tls', { upstream, instead }), hop);
  }
  if (!isLoopbackName(host)) return warning('plain', edgeError('edge.upstream-plain', { upstream }), hop);
  const exposure = await findExposure(new URL(upstream), options);
  if (exposure) return { problem: 'open', reason: '', findings: [exposure] };
  return { problem: undefined, reason: '', findings: [] };
}

/** `denied`: the workers may not open it. */
async function checkSocket(upstream: string, socketPath: string, snapshot: EdgeSnapshot): Promise<Judgement> {
  const obstacle = await socketObstacle(socketPath);
  if (!obstacle) return { problem: undefined, reason: '', findings: [] };
  const hop: Hop = { from: edge, to: { host: 'localhost', url: upstream } };
  if (obstacle.code !== 'EACCES') {
    const reason = edgeWords(obstacle.code === 'ENOENT' ? 'edge.socket.missing' : 'edge.socket.refused', {});
    const code = hasOthers(upstream, snapshot) ? 'edge.instance-down' : 'edge.socket-down';
    return warning('down', edgeError(code, { upstream, reason }), hop, obstacle.code);
  }
  const { path: at, user, fix } = obstacle;
  const error = edgeError('edge.socket-denied', { upstream, path: at, user });
  const findings = [new Fault('warning', error, { hop, fix })];
  return { problem: 'denied', reason: obstacle.code, findings };
}

async function checkSecure(
  upstream: string,
  { host, port, rootsPem }: EdgeUpstream,
  snapshot: EdgeSnapshot,
  { clock }: UpstreamCheckOptions,
): Promise<Judgement> {
  const roots = rootsPem === undefined ? undefined : [rootsPem];
  const facts = await probeTls({ host, port, clock, timeoutMs, ...(roots ? { roots } : {}) });
  const trust: HopTrust = { roots: roots ? 'private' : 'system' };
  const hop: Hop = { from: edge, to: { host, port, url: upstream }, ...presentedCertificate(facts), trust };
  if (!facts.reached && facts.reason === 'not-tls') {
    const instead = upstream.replace(/^https:/, 'http:');
    const code = isLoopbackName(host) ? 'edge.upstream-speaks-http' : 'edge.upstream-lacks-tls';
    return warning('scheme', edgeError(code, { upstream, instead }), hop, facts.reason);
  }
  if (!facts.reached) return down(facts, upstream, hop, snapshot);
  const loop = loopOf(facts, hop.to, snapshot);
  if (loop) return loop;
  if (facts.verified) return { problem: undefined, reason: '', findings: [] };
  const { problem, problemCode = '' } = facts;
  const error = edgeError('edge.upstream-untrusted', { upstream, reason: unverifiedPhrase(problem, problemCode) });
  return warning('untrusted', error, hop, problemCode);
}

/**
 * True if the app answers a TLS handshake. An app that answers plain HTTP properly is not asked: it would log the handshake
 * as a broken request.
 */
async function speaksTls(upstream: string, target: Target): Promise<boolean> {
  const { status } = await probeHttp({
    url: `${upstream}/`,
    clock: target.clock,
    timeoutMs: answerTimeoutMs,
    limitBytes: 1,
  });
  if (status !== undefined && status !== 400) return false;
  const facts = await probeTls(target);
  return facts.reached || facts.reason === 'tls-alert';
}

/** The edge holds its ports, so an answer there on an address of this machine is its own. */
function loopOf(facts: TcpFacts | TlsFacts, to: Endpoint, { listeners }: EdgeSnapshot): Judgement | undefined {
  if (!facts.reached) return undefined;
  const { port = 0, url: upstream = '' } = to;
  const address = plainAddress(facts.address);
  const everywhere = isIPv6(address) ? '::' : '0.0.0.0';
  const isOurs = listeners.some(
    (one) => one.port === port && (one.address === address || (one.address === everywhere && isLocal(address))),
  );
  if (!isOurs) return undefined;
  const error = edgeError('edge.upstream-loop', { upstream, address, port });
  return { problem: 'loop', reason: '', findings: [new Fault('error', error, { hop: { from: edge, to } })] };
}

function isLocal(address: string): boolean {
  if (address.startsWith('127.')) return true;
  return Object.values(os.networkInterfaces()).some((each) => each?.some((one) => one.address === address));
}

function down(
  facts: Extract<TcpFacts | TlsFacts, { reached: false }>,
  upstream: string,
  hop: Hop,
  snapshot: EdgeSnapshot,
): Judgement {
  const code = hasOthers(upstream, snapshot) ? 'edge.instance-down' : 'edge.upstream-down';
  return warning('down', edgeError(code, { upstream, reason: failurePhrase(facts) }), hop, facts.reason);
}

/** True if every route to it has other instances. */
function hasOthers(upstream: string, { sites }: EdgeSnapshot): boolean {
  const isIt = (one: EdgeUpstream): boolean => upstreamText({ ...one, basePath: '' }) === upstream;
  return sites.every(({ routes }) => routes.every(({ upstreams }) => upstreams.length > 1 || !upstreams.some(isIt)));
}

function warning(problem: UpstreamCheck['problem'], error: EveryhopError, hop: Hop, reason = ''): Judgement {
  return { problem, reason, findings: [new Fault('warning', error, { hop })] };
}
