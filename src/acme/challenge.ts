/** Where HTTP-01 asks, before the token (RFC 8555 §8.3). */
export const challengePath = '/.well-known/acme-challenge/';
export const http01Type = 'http-01';

export const tlsAlpn01Type = 'tls-alpn-01';
/** The protocol that the authority offers, alone (RFC 8737 §4). */
export const acmeTlsProtocol = 'acme-tls/1';

/** What an order is for (RFC 8555 §7.1.3, RFC 8738). A wildcard's identifier has no `*.` in an authorization. */
export interface Identifier {
  type: 'dns' | 'ip';
  /** Lower-case A-labels, or canonical address text. */
  value: string;
}

/** One challenge that a solver is to answer. */
export interface Challenge {
  identifier: Identifier;
  /** `identifier.value`: the name or address that the authority validates, never with `*.`. */
  name: string;
  /** The certificate is to have `*.` in front of the name. */
  isWildcard: boolean;
  /** base64url, checked; safe as a file name. */
  token: string;
  /** RFC 8555 §8.1: what HTTP-01 answers; its SHA-256 is in TLS-ALPN-01's certificate. */
  keyAuthorization: string;
  /** base64url of the SHA-256 of `keyAuthorization`: what DNS-01's TXT record holds (RFC 8555 §8.4). */
  dnsValue: string;
}

/**
 * Answers challenges of one type. An order gives a solver all of its challenges in one call, so that records that belong
 * together are published together; several orders may use the same solver at the same time.
 */
export interface ChallengeSolver {
  /** `http-01`, `tls-alpn-01`, `dns-01`. */
  readonly type: string;
  /** Is it able to answer for this name? Without this function, for any that the type allows. */
  suits?(identifier: Identifier, isWildcard: boolean): boolean;
  /** Publishes the answers. Whatever it did, even if it threw in the middle, `clean` undoes. */
  prepare(challenges: readonly Challenge[], signal: AbortSignal): Promise<void>;
  /**
   * Looks from here, as the authority will look from outside, before validation is asked for: a failed validation counts
   * against the account. @throws EveryhopError where the authority could only fail.
   */
  check?(challenges: readonly Challenge[], signal: AbortSignal): Promise<void>;
  /** Takes the answers away; called exactly once after every `prepare`, also after one that failed. */
  clean(challenges: readonly Challenge[]): Promise<void>;
}
