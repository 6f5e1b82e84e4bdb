import { upstreamText } from '../../config/upstream.ts';
import type { ListenerPlan } from '../../edge/listeners.ts';
import type { Proof } from '../../edge/proof.ts';
import type { WorkerStatus } from '../../edge/worker-messages.ts';
import { withBrackets } from '../../names/address.ts';
import type { ServedSites } from './apply.ts';

/** The status of a running service, as in `everyhop status` and the control API. */
export interface ServiceStatus {
  version: string;
  pid: number;
  revision: number;
  startedMs: number;
  sites: { urls: string[]; routes: { path: string; upstream: string }[]; certificates: CertificateStatus[] }[];
  /** `ok`: the proof has no findings. */
  proofs: (Proof & { ok: boolean })[];
  workers: WorkerStatus[];
}

/** A certificate of a site, and which of the site's hosts it serves. */
export interface CertificateStatus {
  hosts: string[];
  issuer: string;
  serial: string;
  notAfterMs: number;
}

/** The sites part of a status. */
export function sitesStatus({ configuration, plan, generations }: ServedSites): ServiceStatus['sites'] {
  return configuration.sites.map((site, index) => {
    const ofSite = generations[index]!;
    return {
      urls: site.hosts.map((host) => urlOf(host, plan)),
      routes: site.routes.map((route) => ({ path: route.path, upstream: upstreamText(route.upstream) })),
      certificates: [...new Set(ofSite)].map((generation) => {
        const { issuer, serial, notAfterMs } = generation;
        return { hosts: site.hosts.filter((_, at) => ofSite[at] === generation), issuer, serial, notAfterMs };
      }),
    };
  });
}

/** The URL of a host as a visitor types it. */
function urlOf(host: string, { httpsPort }: ListenerPlan): string {
  return `https://${withBrackets(host)}${httpsPort === 443 ? '' : `:${httpsPort}`}/`;
}
