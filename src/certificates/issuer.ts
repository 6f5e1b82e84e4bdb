import type { Secret } from '../base/redact.ts';

/** What an issuer hands over: a certificate for the names that were asked for, and the key made for it. */
export interface Issuance {
  /** Leaf first, then each issuer of the one before; without the root. */
  chainPem: string;
  /** PKCS#8 PEM. */
  keyPem: Secret<string>;
  /** Hex. */
  serial: string;
  notBeforeMs: number;
  notAfterMs: number;
}

/** Where certificates come from: the private authority, or a public one through ACME. */
export interface Issuer {
  /** Kept with each generation: `private`, or the URL of an ACME directory. */
  readonly name: string;
  /** Whether it may issue for all of these names; without this function, for any. */
  permits?(names: readonly string[]): boolean;
  /**
   * Issues one certificate with a new key. May be called for several sets at once.
   * @param names DNS names (lower-case A-labels, `*.` allowed) and canonical addresses, sorted.
   * @param signal gives up when it aborts.
   */
  issue(names: readonly string[], signal: AbortSignal): Promise<Issuance>;
}
