import type { Route, Site, Upstream } from '../config/configuration.ts';

/**
 * Everything that a worker serves, as one immutable value: made by the control process, sent to every worker, swapped
 * in whole. Streams that are open go on with the snapshot they began with.
 */
export interface EdgeSnapshot {
  /** Grows by one with every change; a proof answer names it. */
  revision: number;
  /** Answers `GET <proofPath><token>` with the revision, on every listener; not guessable, so that nobody else asks. */
  proofToken: string;
  /** The sockets to listen on; a worker opens what is missing and closes what is no longer here. */
  listeners: Listener[];
  /** The port that redirects point at. */
  httpsPort: number;
  /** undefined: no plain listener. */
  httpPort: number | undefined;
  trustedProxies: string[];
  /** How many connections one client address may hold at a worker. */
  connectionsPerClient: number;
  sites: EdgeSite[];
  credentials: Credential[];
  /** 48 bytes shared by all workers, base64: session tickets of one are good at the other. */
  ticketKeys: string;
}

export interface Listener {
  /** An IPv4 or IPv6 address, canonical; `::` means IPv6 only. */
  address: string;
  port: number;
  secure: boolean;
}

export interface EdgeSite extends Omit<Site, 'routes' | 'clientCertificates' | 'certificate' | 'certificateFiles'> {
  routes: EdgeRoute[];
  /** The credential for each of `hosts`, in the same order. */
  credentialIds: string[];
  clientCertificates: { rootsPem: string; optional: boolean } | undefined;
  /** Strict-Transport-Security max-age in seconds; undefined: not sent. */
  hstsMaxAgeSeconds: number | undefined;
}

export interface EdgeRoute extends Omit<Route, 'upstream'> {
  upstream: EdgeUpstream;
}

export interface EdgeUpstream extends Omit<Upstream, 'rootFile'> {
  /** Roots for https upstreams, PEM, in addition to the system's. */
  rootsPem: string | undefined;
}

/** A generation as a worker needs it. */
export interface Credential {
  /** The generation's id. */
  id: string;
  chainPem: string;
  keyPem: string;
}

export const proofPath = '/.well-known/everyhop/proof/';
