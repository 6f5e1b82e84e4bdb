import type { Generation } from '../../certificates/generation.ts';
import type { RenewalPlan } from '../../certificates/renewal-plan.ts';
import type { ErrorData } from '../../base/errors.ts';
import type { Configuration, Route, Site } from '../../config/configuration.ts';
import { anyApp, profileOf } from '../../apps/profiles.ts';
import { upstreamText } from '../../config/upstream.ts';
import { clearTextFindings } from '../../edge/clear-text.ts';
import type { ListenerPlan } from '../../edge/listeners.ts';
import { ownHost } from '../../edge/own-host.ts';
import type { Proof } from '../../edge/proof.ts';
import type { UpstreamCheck } from '../../edge/upstream-check.ts';
import type { WorkerStatus } from '../../edge/worker-messages.ts';
import { edgeError } from '../../edge/messages.ts';
import type { Supervisor } from '../../edge/supervisor.ts';
import { Fault, type Finding } from '../../hop/finding.ts';
import { withBrackets } from '../../names/address.ts';
import type { InstanceSummary } from './instances.ts';
import type { LanName, LanPlace } from './lan.ts';
import type { NeededRoot } from './needed-root.ts';
import type { Offer } from './offer.ts';
import type { SeenApps } from './seen-apps.ts';
import type { ServedSites } from './served-sites.ts';

/** The status of a running service, as in `everyhop status` and the control API. */
export interface ServiceStatus {
  version: string;
  pid: number;
  revision: number;
  startedMs: number;
  /** Why the store cannot be used: published certificates are served, and nothing is renewed. */
  storeProblem?: ErrorData;
  sites: SiteStatus[];
  /** `ok`: the proof has no findings, and a worker serves. */
  proofs: (Proof & { ok: boolean })[];
  workers: WorkerStatus[];
  /** Of apps with several instances, or with a health check. */
  instances: InstanceSummary[];
  /** About the workers as a whole, and names that do not resolve here. */
  findings: Finding[];
  /** The apps, as last checked. */
  upstreams: UpstreamCheck[];
  /** For other machines; absent if no site has `lan` and the root is not offered. */
  lan?: LanStatus;
}

export interface LanStatus {
  /** In the local network: the names, then the addresses. */
  urls: string[];
  /** Names and their responders. */
  names: LanName[];
  /** Offers the private root over plain HTTP; absent without a plain listener. */
  trustUrl?: string;
  /** SHA-256 of that root, hex. */
  rootFingerprint?: string;
}

export interface SiteStatus {
  urls: string[];
  routes: RouteStatus[];
  certificates: CertificateStatus[];
  /** Problems of its certificates, files or clients, besides the findings of its proofs. */
  findings: Finding[];
}

export interface RouteStatus {
  path: string;
  /** None if Everyhop answers itself. */
  upstreams: string[];
  /** The status, and for a redirect its target. */
  answer?: string;
  /** The title of the app, if it is known. */
  app?: string;
  /** The Host that the app gets instead of the visitor's. */
  host?: string;
}

/** A certificate of a site, and which of the site's hosts it serves. */
export interface CertificateStatus {
  hosts: string[];
  issuer: string;
  serial: string;
  notAfterMs: number;
  validity: 'current' | 'expired' | 'not-yet-valid';
  /** The source that the site is to have its certificate from. */
  source: 'authority' | 'files';
  /** A root that clients need, although neither this machine nor Everyhop provides it. */
  neededRoot?: NeededRoot;
  /** Undefined for files and stand-ins. */
  renewal: RenewalPlan | undefined;
}

/** The sites part of a status. */
export function sitesStatus(
  { configuration, plan, generations }: ServedSites,
  certificates: {
    findingsOf(site: Site, configuration: Configuration): Finding[];
    planOf(generation: Generation): RenewalPlan | undefined;
    neededRoot(generation: Generation, site: Site, configuration: Configuration): NeededRoot | undefined;
  },
  apps: SeenApps,
  workers: readonly WorkerStatus[],
  nowMs: number,
): SiteStatus[] {
  const inClear = workers.flatMap(({ clearText }) => clearText);
  return configuration.sites.map((site, index) => {
    const ofSite = generations[index]!;
    return {
      urls: site.hosts.map((host) => urlOf(host, plan)),
      routes: site.routes.map((route) => routeStatus(route, apps)),
      certificates: [...new Set(ofSite)].map((generation) => {
        const { issuer, serial, notAfterMs } = generation;
        const hosts = site.hosts.filter((_, at) => ofSite[at] === generation);
        const root = certificates.neededRoot(generation, site, configuration);
        return {
          hosts,
          issuer,
          serial,
          notAfterMs,
          validity: validityOf(generation, nowMs),
          source: site.certificateFiles ? 'files' : 'authority',
          ...(root && { neededRoot: root }),
          renewal: certificates.planOf(generation),
        };
      }),
      findings: [
        ...certificates.findingsOf(site, configuration),
        ...clearTextFindings(inClear, site.hosts[0]!, plan.httpsPort),
      ],
    };
  });
}

function routeStatus(route: Route, apps: SeenApps): RouteStatus {
  const { path, upstreams, answer } = route;
  const [first] = upstreams;
  const facts = first && apps.at(first);
  const app = route.app === undefined ? facts?.app : profileOf(route.app);
  const host = first && ownHost(route, first, facts).ownHost;
  return {
    path,
    upstreams: upstreams.map(upstreamText),
    ...(answer && { answer: answer.kind === 'redirect' ? `${answer.status} ${answer.to}` : String(answer.status) }),
    ...(app && app !== anyApp && { app: app.title }),
    ...(host !== undefined && { host }),
  };
}

export function lanStatus(
  place: LanPlace | undefined,
  plan: ListenerPlan,
  offer: Offer | undefined,
): LanStatus | undefined {
  if (!place && !offer) return undefined;
  const { names, addresses } = place ?? { names: [], addresses: [] };
  return {
    urls: [...names.map(({ name }) => name), ...addresses].map((host) => urlOf(host, plan)),
    names,
    ...(offer && { trustUrl: offer.url, rootFingerprint: offer.fingerprint }),
  };
}

function validityOf({ notBeforeMs, notAfterMs }: Generation, nowMs: number): CertificateStatus['validity'] {
  if (nowMs >= notAfterMs) return 'expired';
  return nowMs < notBeforeMs ? 'not-yet-valid' : 'current';
}

/** An error if no worker serves, a warning if some do not. */
export function workersFindings(
  workers: readonly WorkerStatus[],
  { size, refusal }: Pick<Supervisor, 'size' | 'refusal'>,
): Finding[] {
  const serving = workers.filter(({ revision }) => revision > 0).length;
  const findings: Fault[] = workers.some(({ uid }) => uid === 0)
    ? [new Fault('warning', edgeError('edge.workers-are-root', {}))]
    : [];
  if (serving === size) return findings;
  findings.push(
    new Fault(serving === 0 ? 'error' : 'warning', edgeError('edge.workers-missing', { serving, wanted: size })),
  );
  if (refusal) findings.push(new Fault('error', refusal));
  return findings;
}

/** The URL of a host as a visitor types it. */
function urlOf(host: string, { httpsPort }: ListenerPlan): string {
  return `https://${withBrackets(host)}${httpsPort === 443 ? '' : `:${httpsPort}`}/`;
}
