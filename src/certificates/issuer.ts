import { type ErrorParams, EveryhopError } from '../base/errors.ts';
import type { Secret } from '../base/redact.ts';
import type { Generation } from './generation.ts';
import { certificatesError } from './messages.ts';

/** An issuer's result: a certificate for the requested names, and its new key. */
export interface Issuance {
  /** Leaf first, then each certificate's issuer; without the root. */
  chainPem: string;
  /** PKCS#8 PEM. */
  keyPem: Secret<string>;
  /** Hex. */
  serial: string;
  notBeforeMs: number;
  notAfterMs: number;
}

export interface Advice {
  /** On the wall clock; undefined: no valid window. */
  window: { startMs: number; endMs: number } | undefined;
  explanationUrl: string | undefined;
  /** Relative to now. */
  retryAfterMs: number;
}

/** No attempt before `untilMs` on the wall clock. Not a failure. */
export class HoldOffError extends EveryhopError<'certificates.held-off'> {
  readonly untilMs: number;

  constructor(
    untilMs: number,
    params: Omit<ErrorParams<typeof certificatesError.texts, 'certificates.held-off'>, 'until'>,
  ) {
    const texts = certificatesError.texts['certificates.held-off'];
    super('certificates.held-off', texts, { ...params, until: new Date(untilMs).toISOString() });
    this.untilMs = untilMs;
  }
}

/** A source of certificates: the private authority, or a public one through ACME. */
export interface Issuer {
  /** Stored with each generation: `private`, or the URL of an ACME directory. */
  readonly name: string;
  /** Whether it may issue for all of these names. If absent: for any. */
  permits?(names: readonly string[]): boolean;
  /**
   * Issues one certificate with a new key. May be called for several sets at once.
   * @param names DNS names (lower-case A-labels, `*.` allowed) and canonical addresses, sorted.
   * @param signal aborts the attempt.
   * @param former the certificate served for these names now.
   * @throws HoldOffError if it is too early for an attempt.
   */
  issue(names: readonly string[], signal: AbortSignal, former: Generation | undefined): Promise<Issuance>;
  /** The authority's renewal advice (RFC 9773); undefined without advice. If absent, it has none. */
  advise?(chainPem: string, signal: AbortSignal): Promise<Advice | undefined>;
}
