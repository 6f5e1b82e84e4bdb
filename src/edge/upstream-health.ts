import type { Clock } from '../base/clock.ts';
import { shellWord } from '../base/invocation.ts';
import { upstreamText } from '../config/upstream.ts';
import { Fault, type Finding } from '../hop/finding.ts';
import { probeHttp } from '../probe/http.ts';
import { edgeError } from './messages.ts';
import type { EdgeSnapshot, EdgeUpstream } from './snapshot.ts';
import { healthHost } from './upstream/groups.ts';

const timeoutMs = 3000;

/** The health paths that a reachable app does not answer as configured. A path with a mistake would otherwise have no effect but one. */
export async function healthFindings(snapshot: EdgeSnapshot, upstream: EdgeUpstream, clock: Clock): Promise<Finding[]> {
  const own = upstreamText({ ...upstream, basePath: '' });
  const asked = new Map<string, Promise<Finding[]>>();
  for (const site of snapshot.sites) {
    for (const { health, upstreams } of site.routes) {
      for (const one of health ? upstreams : []) {
        if (upstreamText({ ...one, basePath: '' }) !== own) continue;
        const url = upstreamText(one) + health!.path;
        asked.set(url, ask(url, one.ownHost ?? healthHost(site), health!.status, one, clock));
      }
    }
  }
  return (await Promise.all(asked.values())).flat();
}

async function ask(
  url: string,
  host: string,
  wanted: number | undefined,
  { rootsPem }: EdgeUpstream,
  clock: Clock,
): Promise<Finding[]> {
  const roots = rootsPem === undefined ? {} : { roots: [rootsPem] };
  // As the workers ask.
  const headers = { Host: host, 'X-Forwarded-Proto': 'https' };
  const { status } = await probeHttp({ url, headers, clock, timeoutMs, limitBytes: 1024, ...roots });
  if (status === undefined || (wanted === undefined ? status >= 200 && status < 400 : status === wanted)) return [];
  const params = { url, status, wanted: wanted === undefined ? '200–399' : String(wanted), address: shellWord(url) };
  const to = { host: new URL(url).hostname, url };
  return [new Fault('warning', edgeError('edge.health-check-fails', params), { hop: { from: { role: 'edge' }, to } })];
}
