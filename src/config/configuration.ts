/**
 * What `everyhop.yaml`, or the arguments of `up`, come to once they are checked: paths absolute, defaults filled in,
 * host names in lower-case A-label form, addresses in canonical form.
 */
export interface Configuration {
  /** The file it came from; undefined when the command line said everything. */
  file: string | undefined;
  /** TCP port of HTTPS; undefined: 443, or 8443 where this user may not open 443. */
  httpsPort: number | undefined;
  /** TCP port of plain HTTP, which only redirects; undefined: 80, or 8080; false: none. */
  httpPort: number | false | undefined;
  /** Addresses to listen on; undefined: loopback if every host is a loopback name, else all, IPv4 and IPv6. */
  listen: string[] | undefined;
  /** CIDR blocks of proxies in front, whose X-Forwarded-For and Forwarded are appended to instead of overwritten. */
  trustedProxies: string[];
  /** Worker processes; undefined: one per core. */
  workers: number | undefined;
  /** How many connections one client address (IPv6: one /64) may hold at each worker. Default 500. */
  connectionsPerClient: number;
  /** How long open streams may go on after SIGTERM. Default 30. */
  drainSeconds: number;
  /** Where authorities write to about an account; undefined: they are told no address. */
  email: string | undefined;
  /** The only kind of challenge to use; undefined: whatever suits. */
  challenge: ChallengeType | undefined;
  /** Certificate profile that is asked for where the authority offers it. */
  profile: string | undefined;
  /** Id of the DNS provider for DNS-01; its settings are in the environment, by the names that lego has for them. */
  dns: string | undefined;
  /** `address[:port]` of resolvers to ask instead of this machine's. */
  dnsResolvers: string[] | undefined;
  /** Authorities that the file describes, by the name that sites use for them. */
  authorities: Record<string, AuthoritySettings>;
  /** For `run`, `env` and `trust`; undefined where the file says nothing of it. */
  trust: TrustConfiguration | undefined;
  sites: Site[];
}

export interface TrustConfiguration {
  rootFiles: string[];
  publicSet: 'system' | 'mozilla' | 'none';
  /** SHA-256. */
  distrust: string[];
  /** SHA-256. */
  pins: string[];
}

/** An authority that speaks ACME. */
export interface AuthoritySettings {
  /** undefined for one that is known by its name. */
  directoryUrl: string | undefined;
  /** PEM file with the roots that the directory's own certificate chains to; undefined: the system's. */
  rootFile: string | undefined;
  /** Instead of the one for all. */
  profile: string | undefined;
  /** Common name of the root whose chain is wanted where several are offered. */
  preferredChain: string | undefined;
  /** External account binding (RFC 8555 §7.3.4): the key identifier, and the file that holds the MAC key. */
  binding: { keyId: string; macKeyFile: string } | undefined;
}

export type ChallengeType = 'http-01' | 'tls-alpn-01' | 'dns-01';

/** One origin: the names it answers for, and where its paths go. */
export interface Site {
  /** DNS names (a `*.` label allowed at the front) or IP addresses (without brackets); at least one. */
  hosts: string[];
  /** The longest matching path wins; at least one. */
  routes: Route[];
  /** Who certifies it: `private`, a known authority, one of `authorities`, or the URL of a directory; the next one where that
   * fails. undefined: the kind of its names decides. */
  certificate: string[] | undefined;
  /** PEM files from elsewhere, used instead: the chain (leaf first) and its key. */
  certificateFiles: CertificateFiles | undefined;
  minTls: '1.2' | '1.3';
  /** mTLS: the roots that client certificates must chain to. */
  clientCertificates: { rootFile: string; optional: boolean } | undefined;
  /** `auto` grows with the time for which the site has been proven; `preload` adds the token to that. */
  hsts: 'auto' | 'off' | 'preload';
  /** Sends `Content-Security-Policy: upgrade-insecure-requests`. */
  upgradeInsecureRequests: boolean;
  /** Path prefixes answered with 404 and never forwarded. */
  block: string[];
}

export interface CertificateFiles {
  chainFile: string;
  keyFile: string;
}

export interface Route {
  /** Prefix on segment borders: `/v1` matches `/v1` and `/v1/x`, not `/v10`. `/` matches all. */
  path: string;
  upstream: Upstream;
  /** Takes the matched prefix off before forwarding. */
  stripPath: boolean;
}

export interface Upstream {
  protocol: 'http' | 'https';
  /** Host name or address, without brackets. */
  host: string;
  port: number;
  /** Path in front of every forwarded path; '' or starting with `/`, never ending with it. */
  basePath: string;
  /** PEM file with extra roots for an https upstream; the system's are always there. */
  rootFile: string | undefined;
}
