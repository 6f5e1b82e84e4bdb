import type { Language } from '../base/language.ts';
import type { EdgeLimits } from './limit-scope.ts';
import type { Route, Site } from '../config/configuration.ts';
import type { Upstream } from '../config/upstream.ts';
import type { EdgeOidc } from './access/oidc/settings.ts';

/**
 * Everything that a worker serves, as one immutable value. The control process creates it and sends it to every worker,
 * which replaces the previous one as a whole. Open streams keep the snapshot that they started with.
 */
export interface EdgeSnapshot {
  /** Increases by one with every change. Responses to proof requests contain it. */
  revision: number;
  /** Every listener answers `GET <proofPath><token>` with the revision. Secret, so that only Everyhop can query it. */
  proofToken: string;
  /** The sockets to listen on. A worker opens new ones and closes those that are no longer listed. */
  listeners: Listener[];
  /** The port that redirects point to. */
  httpsPort: number;
  /** undefined: no plain listener. */
  httpPort: number | undefined;
  trustedProxies: string[];
  /** Connections of trusted proxies begin with a PROXY header. Default false. */
  proxyProtocol?: boolean;
  /** Connection limit per client address and worker. */
  connectionsPerClient: number;
  sites: EdgeSite[];
  credentials: Credential[];
  /** What sites with `hasDocuments` serve besides their apps, on HTTP and HTTPS alike. */
  documents?: EdgeDocument[];
  /** 48 bytes, base64, shared by all workers so that each accepts the session tickets of the others. */
  ticketKeys: string;
  /** Makes the tokens of sticky cookies. Stays the same across restarts. Absent if no route has them. */
  stickyKey?: string;
}

export interface Listener {
  /** An IPv4 or IPv6 address, canonical; `::` means IPv6 only. */
  address: string;
  port: number;
  secure: boolean;
}

/** A document of Everyhop's own. */
export interface EdgeDocument {
  /** Without query; it hides the app's. */
  path: string;
  /** Content-Type. */
  type: string;
  /** Further header fields: names and values alternate. */
  fields: string[];
  /** Base64. A query `lang=` or Accept-Language chooses. */
  bodies: Record<Language, string>;
}

export interface EdgeSite extends Omit<Site, 'routes' | 'clientCertificates' | 'certificate' | 'certificateFiles'> {
  routes: EdgeRoute[];
  /** The credential for each of `hosts`, in the same order. */
  credentialIds: string[];
  clientCertificates: EdgeClientCertificates | undefined;
  /** Strict-Transport-Security max-age in seconds; undefined: not sent. */
  hstsMaxAgeSeconds: number | undefined;
  /** Serves the documents of the snapshot. Default false. */
  hasDocuments?: boolean;
}

export interface EdgeClientCertificates {
  rootsPem: string;
  optional: boolean;
  /** undefined: not checked. */
  revocation?:
    | {
        /** Paths; sites with the same ones share connections. */ files: string[];
        /** PEM, one each. */ lists: string[];
      }
    | undefined;
}

export interface EdgeRoute extends Omit<Route, 'upstreams' | 'access' | 'limits' | 'headers'> {
  upstreams: EdgeUpstream[];
  access?: EdgeAccess | undefined;
  limits?: EdgeLimits | undefined;
  headers?: EdgeHeaders | undefined;
}

export interface EdgeHeaders {
  request?: EdgeHeaderChanges | undefined;
  response?: EdgeHeaderChanges | undefined;
  /** A file with a value cannot be used: the route is closed, since the app would get other requests. */
  isUnusable?: boolean;
}

/** With the contents of files. */
export interface EdgeHeaderChanges {
  set: EdgeHeaderField[];
  add: EdgeHeaderField[];
  remove: string[];
}

export interface EdgeHeaderField {
  name: string;
  value: string;
}

type Access = NonNullable<Route['access']>;

export interface EdgeAccess extends Omit<Access, 'users' | 'oidc' | 'forwardAuth'> {
  users?: EdgeUsers | undefined;
  oidc?: EdgeOidc | undefined;
  forwardAuth?: EdgeForwardAuth | undefined;
}

/** The users of an htpasswd file. */
export interface EdgeUsers {
  /** For which a browser remembers the password. */
  realm: string;
  /** Name, as latin1 text of its bytes, and hash. None if the file cannot be used: the route is then closed. */
  entries: [name: string, encoded: string][];
}

export interface EdgeForwardAuth extends Omit<NonNullable<Access['forwardAuth']>, 'upstream' | 'rootFile'> {
  upstream: EdgeUpstream;
  /** For Host. */
  authority: string;
}

export interface EdgeUpstream extends Omit<Upstream, 'rootFile'> {
  /** Roots for an https upstream, PEM; undefined: the machine's. */
  rootsPem: string | undefined;
  /** The Host for the app; undefined: the visitor's. */
  ownHost?: string;
  /** The Origin for the app in place of the site's; undefined: the visitor's. */
  ownOrigin?: string;
  /** To connect to, instead of looking up `host`: one of several instances with the same name. */
  address?: string | undefined;
}

/** The parts of a generation that a worker needs. */
export interface Credential {
  /** The generation's id. */
  id: string;
  chainPem: string;
  keyPem: string;
}

export const proofPath = '/.well-known/everyhop/proof/';
