import type { ClientCertificates, Configuration, Route, Site } from '../config/configuration.ts';
import type { Upstream } from '../config/upstream.ts';
import { composeHeaders } from './header-changes.ts';
import { isAddress, withBrackets } from '../names/address.ts';
import { isLoopbackName } from '../names/host-name.ts';
import type { AppFacts } from '../apps/examine.ts';
import { composeOidc } from './access/oidc/settings.ts';
import type { ListenerPlan } from './listeners.ts';
import { ownHost } from './own-host.ts';
import { composeLimits } from './limit-scope.ts';
import type {
  Credential,
  EdgeAccess,
  EdgeClientCertificates,
  EdgeDocument,
  EdgeForwardAuth,
  EdgeRoute,
  EdgeSite,
  EdgeSnapshot,
  EdgeUpstream,
  EdgeUsers,
} from './snapshot.ts';

type Access = NonNullable<Route['access']>;
type ForwardAuth = NonNullable<Access['forwardAuth']>;

export interface SnapshotParts {
  configuration: Configuration;
  plan: ListenerPlan;
  revision: number;
  proofToken: string;
  ticketKeys: Buffer;
  /** undefined if no route is sticky. */
  stickyKey?: string;
  /** Base64, 32 bytes each. The first seals the cookies of log-ins; all open them. */
  cookieKeys: string[];
  /** The credential of each host of each site, in the order of `configuration.sites` and their `hosts`. */
  credentials: Credential[][];
  /** Strict-Transport-Security max-age for a host; grows with the time since its first proof. */
  hstsMaxAgeSeconds: (host: string) => number;
  /** The PEM text of a file named in the configuration; undefined: it has never been usable. */
  pemOf: (file: string) => string | undefined;
  /** The revocation lists of a file named in the configuration, PEM; undefined: it has never been usable. */
  listsOf: (file: string) => string[] | undefined;
  /** Names and hashes of an htpasswd file; undefined: it cannot be used. */
  usersOf: (file: string) => EdgeUsers['entries'] | undefined;
  /** A root that has issued nothing, in place of one that cannot be read: the site then admits no client, and trusts no upstream. */
  nobodyPem: string;
  /** What an app has answered; undefined: nothing yet. */
  appAt?: (upstream: Upstream) => AppFacts | undefined;
  /** Documents to serve on some sites besides their apps. */
  documents?: EdgeDocument[];
  hasDocuments?: (site: Site) => boolean;
}

/** Builds the snapshot for the workers. A pure function. */
export function composeSnapshot(parts: SnapshotParts): EdgeSnapshot {
  const { configuration, plan, credentials } = parts;
  return {
    revision: parts.revision,
    proofToken: parts.proofToken,
    listeners: plan.listeners,
    httpsPort: plan.httpsPort,
    httpPort: plan.httpPort,
    trustedProxies: configuration.trustedProxies,
    ...(configuration.proxyProtocol === true && { proxyProtocol: true }),
    connectionsPerClient: configuration.connectionsPerClient,
    sites: configuration.sites.map((site, index) => composeSite(site, credentials[index]!, parts)),
    credentials: [...new Map(credentials.flat().map((credential) => [credential.id, credential])).values()],
    ticketKeys: parts.ticketKeys.toString('base64'),
    ...(parts.stickyKey !== undefined && { stickyKey: parts.stickyKey }),
    documents: parts.documents ?? [],
  };
}

function composeSite(site: Site, credentials: readonly Credential[], parts: SnapshotParts): EdgeSite {
  const { clientCertificates: clients, certificate: _, ...rest } = site;
  return {
    ...rest,
    routes: composeRoutes(site, parts),
    credentialIds: credentials.map(({ id }) => id),
    clientCertificates: clients && composeClients(clients, parts),
    hstsMaxAgeSeconds: hstsOf(site, parts),
    hasDocuments: parts.hasDocuments?.(site) ?? false,
  };
}

/** Routes with the access of their site share one value, and so what the edge makes of it. */
function composeRoutes(site: Site, parts: SnapshotParts): EdgeRoute[] {
  const { hosts, routes } = site;
  const composed = new Map<Access, EdgeAccess>();
  return routes.map(({ access, limits, headers, ...rest }): EdgeRoute => {
    const changes = headers && { headers: composeHeaders(headers, parts.pemOf) };
    const route = { ...rest, ...changes, ...(limits && { limits: composeLimits(limits, site) }) };
    const upstreams = route.upstreams.map((upstream) => ({
      ...composeUpstream(upstream, parts),
      ...ownHost(route, upstream, parts.appAt?.(upstream)),
    }));
    if (!access) return { ...route, upstreams };
    const realm = `${hosts[0]!}${route.path === '/' ? '' : route.path}`;
    const own = composed.get(access) ?? composeAccess(access, realm, parts);
    composed.set(access, own);
    return { ...route, upstreams, access: own };
  });
}

function composeAccess({ users, oidc, forwardAuth, ...rest }: Access, realm: string, parts: SnapshotParts): EdgeAccess {
  return {
    ...rest,
    ...(oidc && { oidc: composeOidc(oidc, parts.cookieKeys, parts.pemOf) }),
    ...(users && { users: { realm, entries: parts.usersOf(users.file) ?? [] } }),
    ...(forwardAuth && { forwardAuth: composeForwardAuth(forwardAuth, parts) }),
  };
}

function composeForwardAuth({ upstream, rootFile, ...rest }: ForwardAuth, parts: SnapshotParts): EdgeForwardAuth {
  const connected = composeUpstream({ ...upstream, rootFile: rootFile?.file }, parts);
  return { ...rest, upstream: connected, authority: authorityOf(upstream) };
}

/** As in Host. */
function authorityOf({ protocol, host, port }: Omit<Upstream, 'rootFile'>): string {
  const name = withBrackets(host);
  return port === { http: 80, https: 443 }[protocol] ? name : `${name}:${port}`;
}

function composeClients(
  { rootFile, crlFiles, optional }: ClientCertificates,
  parts: SnapshotParts,
): EdgeClientCertificates {
  const rootsPem = parts.pemOf(rootFile);
  const files = crlFiles?.map(({ file }) => file);
  const lists = files?.map((file) => parts.listsOf(file));
  // Without its lists, a site cannot tell whom to admit.
  if (rootsPem === undefined || lists?.includes(undefined) === true) return { rootsPem: parts.nobodyPem, optional };
  return {
    rootsPem,
    optional,
    ...(lists && { revocation: { files: files!, lists: lists.flatMap((list) => list!) } }),
  };
}

/**
 * HSTS applies to a name on every port: sent from another port than 443, it would lock browsers out of the http services
 * on other ports of this machine, so only the user can decide on it. Loopback names never get it, because other programs on the machine use them
 * too. Browsers ignore it for addresses (RFC 6797 §8.3).
 */
function hstsOf(site: Site, parts: SnapshotParts): number | undefined {
  if (site.hsts === 'off' || (site.hsts === 'auto' && parts.plan.httpsPort !== 443)) return undefined;
  const names = site.hosts.filter((host) => !isAddress(host) && !isLoopbackName(host));
  if (names.length === 0) return undefined;
  return Math.min(...names.map((name) => parts.hstsMaxAgeSeconds(name)));
}

function composeUpstream(upstream: Upstream, { pemOf, nobodyPem }: SnapshotParts): EdgeUpstream {
  const { rootFile, ...rest } = upstream;
  return { ...rest, rootsPem: rootFile === undefined ? undefined : (pemOf(rootFile) ?? nobodyPem) };
}
