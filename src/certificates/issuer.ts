import { type ErrorParams, EveryhopError } from '../base/errors.ts';
import type { Secret } from '../base/redact.ts';
import type { Generation } from './generation.ts';
import { certificatesError } from './messages.ts';

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

export interface Advice {
  /** Wall clock; undefined: no window that makes sense. */
  window: { startMs: number; endMs: number } | undefined;
  explanationUrl: string | undefined;
  /** From now. */
  retryAfterMs: number;
}

/** No attempt is made before `untilMs` of the wall clock; nothing has failed. */
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
   * @param former what is served for these names now.
   * @throws HoldOffError where it knows that it is not yet time for an attempt.
   */
  issue(names: readonly string[], signal: AbortSignal, former: Generation | undefined): Promise<Issuance>;
  /** When it suggests to renew (RFC 9773); undefined where it says nothing. Without this function, never. */
  advise?(chainPem: string, signal: AbortSignal): Promise<Advice | undefined>;
}
