/** The path of HTTP-01 answers, before the token (RFC 8555 §8.3). */
export const challengePath = '/.well-known/acme-challenge/';
export const http01Type = 'http-01';

export const tlsAlpn01Type = 'tls-alpn-01';
/** The only protocol the authority offers (RFC 8737 §4). */
export const acmeTlsProtocol = 'acme-tls/1';

/** The identifier of an order (RFC 8555 §7.1.3, RFC 8738). In an authorization, a wildcard's has no `*.`. */
export interface Identifier {
  type: 'dns' | 'ip';
  /** Lower-case A-labels, or canonical address text. */
  value: string;
}

/** A challenge for a solver to answer. */
export interface Challenge {
  identifier: Identifier;
  /** `identifier.value`: the name or address that the authority validates, never with `*.`. */
  name: string;
  /** The certificate's name has `*.` in front. */
  isWildcard: boolean;
  /** base64url, validated; safe as a file name. */
  token: string;
  /** RFC 8555 §8.1. HTTP-01 answers with it; the TLS-ALPN-01 certificate contains its SHA-256. */
  keyAuthorization: string;
  /** base64url of the SHA-256 of `keyAuthorization`: the value of DNS-01's TXT record (RFC 8555 §8.4). */
  dnsValue: string;
}

/**
 * Answers challenges of one type. An order passes all its challenges to a solver in one call, so that related records
 * are published together. Several orders may use one solver concurrently.
 */
export interface ChallengeSolver {
  /** `http-01`, `tls-alpn-01`, `dns-01`. */
  readonly type: string;
  /** Whether it can answer for this name. If absent: for every name that the type allows. */
  suits?(identifier: Identifier, isWildcard: boolean): boolean;
  /** Publishes the answers. `clean` undoes all of it, even if this throws half-way. */
  prepare(challenges: readonly Challenge[], signal: AbortSignal): Promise<void>;
  /**
   * Checks from here what the authority will see from outside, before validation is requested: a failed validation
   * counts against the account. @throws EveryhopError if the authority would certainly fail.
   */
  check?(challenges: readonly Challenge[], signal: AbortSignal): Promise<void>;
  /** Removes the answers. Called exactly once after every `prepare`, also after a failed one. */
  clean(challenges: readonly Challenge[]): Promise<void>;
}
