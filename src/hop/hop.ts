/** One network connection, as JSON data. `undefined` members are left out. */
export interface Hop {
  from: HopClient;
  to: Endpoint;
  /** The certificate that `to` presents; undefined: it presents none, or none was seen. */
  presents?: PresentedCertificate | undefined;
  /** What `from` verifies that certificate with; undefined: the connection is plain. */
  trust?: HopTrust | undefined;
}

/**
 * Who connects. `visitor`: a browser or another client of a site. `edge`: Everyhop's front door, to an app. `authority`: a
 * certificate authority that validates a name. `process`: a program and the libraries in it. `everyhop`: Everyhop itself.
 */
export type HopRole = 'visitor' | 'edge' | 'authority' | 'process' | 'everyhop';

export interface HopClient {
  role: HopRole;
  /** Of the program, library or authority, where it has one: `requests`, `letsencrypt`. */
  name?: string | undefined;
}

export interface Endpoint {
  /** DNS name or address that `from` asks for; IPv6 without brackets. */
  host: string;
  /** TCP port, 1 to 65535; undefined: the name is at issue, not one of its ports. */
  port?: number | undefined;
  /** As a person would type it. */
  url?: string | undefined;
  /** Address that `from` connects to, where it is known or is not looked up. */
  address?: string | undefined;
  /** Path of a socket of the file system that takes the place of address and port. */
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
   * `system`: the roots of the machine. `private`: those of a private authority, perhaps beside the system's. `bundle`: the
   * bundle that `everyhop run` hands out. `own`: a set that the program brings along. `none`: it does not verify at all.
   */
  roots: 'system' | 'private' | 'bundle' | 'own' | 'none';
  /** The file that holds them, an absolute path. */
  file?: string | undefined;
}
