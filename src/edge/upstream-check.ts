import tls from 'node:tls';
import type { Clock } from '../base/clock.ts';
import { isLoopbackName } from '../names/host-name.ts';
import { upstreamText } from '../config/upstream.ts';
import { probeTcp } from '../probe/connect.ts';
import { probeTls } from '../probe/tls.ts';
import type { EdgeSnapshot, EdgeUpstream } from './snapshot.ts';

export interface UpstreamVerdict {
  upstream: string;
  /** `down`: nobody answers; `untrusted`: its certificate does not verify; `plain`: unencrypted beyond this machine. */
  problem: 'down' | 'untrusted' | 'plain' | undefined;
  reason: string;
}

const timeoutMs = 3000;

/** Looks at every app once, as the edge will reach it. */
export async function checkUpstreams(snapshot: EdgeSnapshot, clock: Clock): Promise<UpstreamVerdict[]> {
  const upstreams = new Map<string, EdgeUpstream>();
  for (const route of snapshot.sites.flatMap((site) => site.routes)) {
    upstreams.set(upstreamText({ ...route.upstream, basePath: '' }), route.upstream);
  }
  return Promise.all(
    [...upstreams].map(async ([text, upstream]) => ({ upstream: text, ...(await checkOne(upstream, clock)) })),
  );
}

async function checkOne(upstream: EdgeUpstream, clock: Clock): Promise<Omit<UpstreamVerdict, 'upstream'>> {
  const { host, port } = upstream;
  if (upstream.protocol === 'http') {
    const facts = await probeTcp({ host, port, clock, timeoutMs });
    if (!facts.reached) return { problem: 'down', reason: facts.reason };
    return { problem: isLoopbackName(host) ? undefined : 'plain', reason: '' };
  }
  const roots = upstream.rootsPem === undefined ? undefined : [...tls.getCACertificates('system'), upstream.rootsPem];
  const facts = await probeTls({ host, port, clock, timeoutMs, ...(roots ? { roots } : {}) });
  if (!facts.reached) return { problem: 'down', reason: facts.reason };
  return facts.verified
    ? { problem: undefined, reason: '' }
    : { problem: 'untrusted', reason: facts.problemCode ?? '' };
}
