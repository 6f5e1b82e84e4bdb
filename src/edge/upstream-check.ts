import { isIPv6 } from 'node:net';
import os from 'node:os';
import tls from 'node:tls';
import type { Clock } from '../base/clock.ts';
import type { EveryhopError } from '../base/errors.ts';
import { upstreamText } from '../config/upstream.ts';
import { Fault, type Finding } from '../hop/finding.ts';
import type { Hop, HopTrust } from '../hop/hop.ts';
import { isLoopbackName } from '../names/host-name.ts';
import { probeTcp, type TcpFacts } from '../probe/connect.ts';
import { failurePhrase, unverifiedPhrase } from '../probe/phrases.ts';
import { presentedCertificate } from '../probe/presented-certificate.ts';
import { probeTls, type TlsFacts } from '../probe/tls.ts';
import { edgeError } from './messages.ts';
import type { EdgeSnapshot, EdgeUpstream } from './snapshot.ts';
import { plainAddress } from './tls.ts';

/** The result of checking one app. */
export interface UpstreamCheck {
  upstream: string;
  /**
   * `down`: no answer; `untrusted`: its certificate does not verify; `plain`: unencrypted, and not on this machine;
   * `loop`: it is this program.
   */
  problem: 'down' | 'untrusted' | 'plain' | 'loop' | undefined;
  /** Why the app does not answer (`ConnectFailureReason` or similar), or OpenSSL's error code, or ''. */
  reason: string;
  /** The same for the operator. Warnings only: the app may start later, and the edge serves without it. */
  findings: Finding[];
}

const timeoutMs = 3000;
const edge = { role: 'edge' } as const;

/** Connects to every app once, the same way as the edge will. */
export async function checkUpstreams(snapshot: EdgeSnapshot, clock: Clock): Promise<UpstreamCheck[]> {
  const upstreams = new Map<string, EdgeUpstream>();
  for (const route of snapshot.sites.flatMap((site) => site.routes)) {
    upstreams.set(upstreamText({ ...route.upstream, basePath: '' }), route.upstream);
  }
  return Promise.all([...upstreams].map(([text, upstream]) => checkOne(text, upstream, snapshot, clock)));
}

/** The edge holds its ports, so whoever answers there on an address of this machine is the edge. */
function loopOf(
  facts: TcpFacts | TlsFacts,
  to: { host: string; port: number; url: string },
  { listeners }: EdgeSnapshot,
): UpstreamCheck | undefined {
  if (!facts.reached) return undefined;
  const { port, url: upstream } = to;
  const address = plainAddress(facts.address);
  const everywhere = isIPv6(address) ? '::' : '0.0.0.0';
  const isOurs = listeners.some(
    (one) => one.port === port && (one.address === address || (one.address === everywhere && isLocal(address))),
  );
  if (!isOurs) return undefined;
  const error = edgeError('edge.upstream-loop', { upstream, address, port });
  return { upstream, problem: 'loop', reason: '', findings: [new Fault('error', error, { hop: { from: edge, to } })] };
}

function isLocal(address: string): boolean {
  if (address.startsWith('127.')) return true;
  return Object.values(os.networkInterfaces()).some((each) => each?.some((one) => one.address === address));
}

async function checkOne(
  upstream: string,
  settings: EdgeUpstream,
  snapshot: EdgeSnapshot,
  clock: Clock,
): Promise<UpstreamCheck> {
  const { host, port, protocol, rootsPem } = settings;
  const to = { host, port, url: upstream };
  const target = { host, port, clock, timeoutMs };
  if (protocol === 'http') {
    const facts = await probeTcp(target);
    const check = judge(facts, upstream, { from: edge, to }, !isLoopbackName(host));
    return loopOf(facts, to, snapshot) ?? { upstream, ...check };
  }
  const roots = rootsPem === undefined ? undefined : [...tls.getCACertificates('system'), rootsPem];
  const facts = await probeTls({ ...target, ...(roots ? { roots } : {}) });
  const trust: HopTrust = { roots: roots ? 'private' : 'system' };
  const check = judge(facts, upstream, { from: edge, to, ...presentedCertificate(facts), trust }, false);
  return loopOf(facts, to, snapshot) ?? { upstream, ...check };
}

function judge(
  facts: TcpFacts | TlsFacts,
  upstream: string,
  hop: Hop,
  isExposed: boolean,
): Omit<UpstreamCheck, 'upstream'> {
  const warn = (error: EveryhopError): Finding[] => [new Fault('warning', error, { hop })];
  if (!facts.reached) {
    const error = edgeError('edge.upstream-down', { upstream, reason: failurePhrase(facts) });
    return { problem: 'down', reason: facts.reason, findings: warn(error) };
  }
  if (isExposed)
    return { problem: 'plain', reason: '', findings: warn(edgeError('edge.upstream-plain', { upstream })) };
  if (!('verified' in facts) || facts.verified) return { problem: undefined, reason: '', findings: [] };
  const { problem, problemCode = '' } = facts;
  const error = edgeError('edge.upstream-untrusted', { upstream, reason: unverifiedPhrase(problem, problemCode) });
  return { problem: 'untrusted', reason: problemCode, findings: warn(error) };
}
