import type { Configuration, Site, Upstream } from '../config/configuration.ts';
import { isAddress } from '../names/address.ts';
import { isLoopbackName } from '../names/host-name.ts';
import type { ListenerPlan } from './listeners.ts';
import type { Credential, EdgeSite, EdgeSnapshot, EdgeUpstream } from './snapshot.ts';

export interface Ingredients {
  configuration: Configuration;
  plan: ListenerPlan;
  revision: number;
  proofToken: string;
  ticketKeys: Buffer;
  /** The credential of each site, in the order of `configuration.sites`. */
  credentials: Credential[];
  /** Strict-Transport-Security max-age for a host, from how long it has been proven. */
  hstsMaxAgeSeconds: (host: string) => number;
  /** PEM text of the files that the configuration names. */
  pemOf: (file: string) => string;
}

/** Puts together what the workers serve. Pure: the same ingredients give the same snapshot. */
export function composeSnapshot(ingredients: Ingredients): EdgeSnapshot {
  const { configuration, plan, credentials } = ingredients;
  return {
    revision: ingredients.revision,
    proofToken: ingredients.proofToken,
    listeners: plan.listeners,
    httpsPort: plan.httpsPort,
    httpPort: plan.httpPort,
    trustedProxies: configuration.trustedProxies,
    connectionsPerClient: configuration.connectionsPerClient,
    sites: configuration.sites.map((site, index) => composeSite(site, credentials[index]!.id, ingredients)),
    credentials: [...new Map(credentials.map((credential) => [credential.id, credential])).values()],
    ticketKeys: ingredients.ticketKeys.toString('base64'),
  };
}

function composeSite(site: Site, credentialId: string, ingredients: Ingredients): EdgeSite {
  const { clientCertificates: clients, certificate: _, ...rest } = site;
  return {
    ...rest,
    routes: site.routes.map((route) => ({ ...route, upstream: composeUpstream(route.upstream, ingredients.pemOf) })),
    credentialIds: site.hosts.map(() => credentialId),
    clientCertificates: clients && { rootsPem: ingredients.pemOf(clients.rootFile), optional: clients.optional },
    hstsMaxAgeSeconds: hstsOf(site, ingredients),
  };
}

/**
 * HSTS binds a name on every port. Loopback names are shared by all that a developer runs on the machine, so they never
 * get it; for addresses browsers ignore it (RFC 6797 §8.3).
 */
function hstsOf(site: Site, ingredients: Ingredients): number | undefined {
  if (site.hsts === 'off') return undefined;
  const names = site.hosts.filter((host) => !isAddress(host) && !isLoopbackName(host));
  if (names.length === 0) return undefined;
  return Math.min(...names.map((name) => ingredients.hstsMaxAgeSeconds(name)));
}

function composeUpstream(upstream: Upstream, pemOf: (file: string) => string): EdgeUpstream {
  const { rootFile, ...rest } = upstream;
  return { ...rest, rootsPem: rootFile === undefined ? undefined : pemOf(rootFile) };
}
