import type { EveryhopError, Place } from '../base/errors.ts';
import type { NamedFile } from './named-file.ts';
import type { Answer } from './route/answer.ts';
import type { RouteSettings } from './route/settings.ts';

export type { Oidc, OidcAllow } from './route/oidc.ts';
import type { Upstream } from './upstream.ts';

/**
 * The validated content of `everyhop.yaml` or of the arguments of `up`: with absolute paths, defaults filled in, host
 * names as lower-case A-labels and addresses in canonical form.
 */
export interface Configuration {
  /** undefined: only from command line arguments. */
  file: string | undefined;
  /** TCP port of HTTPS; undefined: 443, or 8443 if this user may not open 443. */
  httpsPort: number | undefined;
  /** TCP port of plain HTTP, only for redirects; undefined: 80, or 8080; false: none. */
  httpPort: number | false | undefined;
  /** Addresses to listen on; undefined: loopback if every host is a loopback name, else all, IPv4 and IPv6. */
  listen: string[] | undefined;
  /**
   * CIDR blocks of proxies in front. Everyhop extends their X-Forwarded-For and Forwarded instead of overwriting them,
   * and serves requests on the http port that arrived at them over HTTPS.
   */
  trustedProxies: string[];
  /** Connections of `trustedProxies` begin with a PROXY header. Default false. */
  proxyProtocol?: boolean | undefined;
  /** Number of worker processes; undefined: one per core. */
  workers: number | undefined;
  /** Maximum number of connections per client address (IPv6: per /64) and worker. Default 500. */
  connectionsPerClient: number;
  /** Time that open streams get to finish after SIGTERM. Default 30. */
  drainSeconds: number;
  /** Contact address of ACME accounts; undefined: none. */
  email: string | undefined;
  /** The only type of challenge to use; undefined: chosen automatically. */
  challenge: ChallengeType | undefined;
  /** Certificate profile to request if the authority offers it. */
  profile: string | undefined;
  /** Kind of the keys of new public certificates; undefined: P-256. A certificate with another kind is replaced. */
  keyType?: KeyType | undefined;
  /** A renewal keeps the key, for clients that pin it (TLSA records). */
  reusesKey?: boolean | undefined;
  /** Id of the DNS provider for DNS-01. Its settings are in environment variables, named as in lego. */
  dns: string | undefined;
  /** `address[:port]` of resolvers to use instead of this machine's. */
  dnsResolvers: string[] | undefined;
  /** Authorities defined in the file, by name. */
  authorities: Record<string, AuthoritySettings>;
  /** Names, addresses and CIDR blocks that a new private root permits in addition. */
  permit: string[];
  /** Offers the private root at `/everyhop/trust` of sites with private certificates; undefined: if a site has `lan`. */
  trustPage?: boolean | undefined;
  /** For `run`, `env` and `trust`; undefined if not in the file. */
  trust: TrustConfiguration | undefined;
  sites: Site[];
  /** Files named here that cannot be used, in the order of the configuration. */
  fileProblems: FileProblem[];
}

export interface FileProblem {
  /** Absolute. */
  file: string;
  /** With the place of its setting. */
  error: EveryhopError;
}

export interface TrustConfiguration {
  rootFiles: string[];
  publicSet: 'system' | 'mozilla' | 'none';
  /** SHA-256. */
  distrust: string[];
  /** SHA-256. */
  pins: string[];
}

/** An ACME authority. */
export interface AuthoritySettings {
  /** undefined for a well-known authority. */
  directoryUrl: string | undefined;
  /** PEM file with root certificates for the directory URL; undefined: the system's. */
  rootFile: string | undefined;
  /** Overrides `Configuration.profile`. */
  profile: string | undefined;
  /** Common name of the root of the preferred chain, if the authority offers several. */
  preferredChain: string | undefined;
  /** External account binding (RFC 8555 §7.3.4): the key identifier and the file with the MAC key. */
  binding: { keyId: string; macKeyFile: string } | undefined;
}

export const keyTypes = ['p256', 'p384', 'rsa2048', 'rsa3072', 'rsa4096'] as const;
export type KeyType = (typeof keyTypes)[number];

export type ChallengeType = 'http-01' | 'tls-alpn-01' | 'dns-01';

/** The host names of a site and the routes of its paths. */
export interface Site {
  /** At least one DNS name, which may start with `*.`, or IP address without brackets. */
  hosts: string[];
  /** At least one. The longest matching path wins. */
  routes: Route[];
  /**
   * Issuers in order of preference: `private`, a well-known authority, one of `authorities`, or the URL of a directory.
   * undefined: chosen by the kind of the names.
   */
  certificate: string[] | undefined;
  /** PEM files of a certificate from elsewhere, used instead: the chain (leaf first) and its key. */
  certificateFiles: CertificateFiles | undefined;
  minTls: '1.2' | '1.3';
  /** mTLS: the root certificates for client certificates. */
  clientCertificates: ClientCertificates | undefined;
  /** `auto`: only on port 443, and max-age grows the longer the site has been proven; `preload` adds the preload directive. */
  hsts: 'auto' | 'off' | 'preload';
  /** Sends `Content-Security-Policy: upgrade-insecure-requests`. */
  upgradeInsecureRequests: boolean;
  /** Path prefixes answered with 404 and never forwarded, unless a longer route or `allow` matches. */
  block: string[];
  /** Path prefixes within `block` that are forwarded all the same. */
  allow: string[];
  /** Also served at this machine's addresses in the local network, and as NAME.local. */
  lan?: boolean | undefined;
}

export interface ClientCertificates {
  /** PEM. */
  rootFile: string;
  /** Revocation lists, PEM or DER; undefined: revocation is not checked. */
  crlFiles?: NamedFile[] | undefined;
  optional: boolean;
}

export interface CertificateFiles {
  chainFile: string;
  keyFile: string;
  /** Of the setting; undefined: not from a file. */
  place: Place | undefined;
}

/** The settings of its site apply unless it has its own. */
export interface Route extends RouteSettings {
  /** Prefix of whole segments: `/v1` matches `/v1` and `/v1/x`, not `/v10`. `/` matches all paths. */
  path: string;
  /** The instances of the app; none if the route has an `answer`. */
  upstreams: Upstream[];
  /** Instead of an app. */
  answer?: Answer | undefined;
  /** Removes the matched prefix before forwarding. */
  stripPath: boolean;
}
