/** One network connection, as JSON data. `undefined` members are left out. */
export interface Hop {
  from: HopClient;
  to: Endpoint;
  /** The certificate that `to` presents; undefined: it presents none, or none was observed. */
  presents?: PresentedCertificate | undefined;
  /** The roots that `from` verifies the certificate with; undefined: the connection is plain. */
  trust?: HopTrust | undefined;
}

/**
 * The client's role. `visitor`: a browser or another client of a site. `edge`: Everyhop's front door, to an app. `authority`: a
 * certificate authority that validates a name. `process`: a program and the libraries in it. `everyhop`: Everyhop itself.
 */
export type HopRole = 'visitor' | 'edge' | 'authority' | 'process' | 'everyhop';

export interface HopClient {
  role: HopRole;
  /** Name of the program, library or authority, for example `requests` or `letsencrypt`. */
  name?: string | undefined;
}

export interface Endpoint {
  /** DNS name or address that `from` requests; IPv6 without brackets. */
  host: string;
  /** TCP port, 1 to 65535; undefined: the hop concerns the name, not one port. */
  port?: number | undefined;
  /** As a person would type it. */
  url?: string | undefined;
  /** Address that `from` connects to, if known or given without a look-up. */
  address?: string | undefined;
  /** Path of a Unix socket, used instead of address and port. */
  socketPath?: string | undefined;
}

export interface PresentedCertificate {
  /** Lower-case hex. */
  serial: string;
  /** SHA-256 of the certificate, lower-case hex. */
  fingerprint?: string | undefined;
  /** End of its validity, milliseconds since 1970. */
  notAfterMs?: number | undefined;
}

export interface HopTrust {
  /**
   * `system`: the roots of the machine. `private`: those of a private authority, possibly with the system's. `bundle`: the
   * bundle that `everyhop run` provides. `own`: the program's own set. `none`: it does not verify.
   */
  roots: 'system' | 'private' | 'bundle' | 'own' | 'none';
  /** Absolute path of the file with the roots. */
  file?: string | undefined;
}
