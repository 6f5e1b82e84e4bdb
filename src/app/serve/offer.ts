/** Offering the private root to phones and other computers. */
import { hash } from 'node:crypto';
import { authoritiesFor, isPublicName } from '../../certificates/choice.ts';
import type { Site } from '../../config/configuration.ts';
import { wantsTrustPage } from '../../edge/listeners.ts';
import type { EdgeDocument } from '../../edge/snapshot.ts';
import { Fault, type Finding } from '../../hop/finding.ts';
import { lanError } from '../../lan/messages.ts';
import { withBrackets } from '../../names/address.ts';
import { isLoopbackName } from '../../names/host-name.ts';
import { type HandoutDocument, handoutOf, handoutPaths } from '../../trust/handout.ts';
import { decodePem } from '../../x509/pem.ts';
import type { LanPlace } from './lan.ts';
import type { ServedSites } from './served-sites.ts';

export interface Offer {
  /** The page over plain HTTP, for clients that do not trust the root yet. */
  url: string;
  /** SHA-256 of the root, hex. */
  fingerprint: string;
  documents(): EdgeDocument[];
}

/** undefined: not wanted, there is no private root, no site may offer it, or there is no plain listener. */
export function offerOf(
  { configuration, plan }: ServedSites,
  lan: LanPlace | undefined,
  rootPem: string | undefined,
): Offer | undefined {
  const { sites } = configuration;
  if (!wantsTrustPage(configuration) || rootPem === undefined || plan.httpPort === undefined) return undefined;
  const hosts = sites.filter(mayOffer).flatMap((site) => site.hosts.filter((host) => !host.startsWith('*.')));
  // A phone resolves an address everywhere, and a name below .local not on every network.
  const host = lan?.addresses[0] ?? hosts.find((one) => !isLoopbackName(one)) ?? hosts[0];
  if (host === undefined) return undefined;
  const { httpPort, httpsPort } = plan;
  const origin = `http://${withBrackets(host)}${httpPort === 80 ? '' : `:${httpPort}`}`;
  const name = lan?.names[0]?.name ?? host;
  return {
    url: origin + handoutPaths.page,
    fingerprint: fingerprintOf(rootPem),
    documents: () => handoutOf(rootPem, { host: name, origin, httpsPort }).map(toEdge),
  };
}

/** Why a page that the configuration asks for is not there. */
export function offerFindings({ configuration, plan }: ServedSites): Finding[] {
  if (!wantsTrustPage(configuration)) return [];
  if (plan.httpPort === undefined) return [new Fault('warning', lanError('lan.page-without-http', {}))];
  if (configuration.sites.some(mayOffer)) return [];
  return [new Fault('warning', lanError('lan.page-on-public-site', {}))];
}

/** Never a public site: no visitor from the Internet should install a root. */
export function mayOffer({ hosts, certificate, certificateFiles }: Site): boolean {
  if (certificateFiles || hosts.some(isPublicName)) return false;
  return authoritiesFor(hosts, certificate).every((authority) => authority === 'private');
}

function toEdge({ bodies, ...rest }: HandoutDocument): EdgeDocument {
  return { ...rest, bodies: { en: bodies.en.toString('base64'), zh: bodies.zh.toString('base64') } };
}

function fingerprintOf(pem: string): string {
  return hash('sha256', decodePem(pem)[0]!.der, 'hex');
}
