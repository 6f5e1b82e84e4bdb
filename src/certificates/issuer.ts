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

/** The authority gives no advice now, and says when to ask again. */
export interface Silence {
  isSilent: true;
  /** Relative to now. */
  retryAfterMs: number;
}

type HoldOffCode = 'certificates.held-off' | 'certificates.limit-reached';

/** No attempt before `untilMs` on the wall clock. Not a failure. `limit-reached`: nor if a person insists. */
export class HoldOffError<C extends HoldOffCode = HoldOffCode> extends EveryhopError<C> {
  readonly untilMs: number;

  constructor(code: C, untilMs: number, params: Omit<ErrorParams<typeof certificatesError.texts, C>, 'until'>) {
    super(code, certificatesError.texts[code], { ...params, until: momentText(untilMs) });
    this.untilMs = untilMs;
  }
}

function momentText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '');
}

export interface IssueOptions {
  former: Generation | undefined;
  insists: boolean;
}

/** A source of certificates: the private authority, or a public one through ACME. */
export interface Issuer {
  /** Stored with each generation: `private`, or the URL of an ACME directory. */
  readonly name: string;
  /** Whether it may issue for all of these names. If absent: for any. */
  permits?(names: readonly string[]): boolean;
  /** Whether a certificate that it issued is as it would issue it now. If absent: yes. */
  accepts?(generation: Generation): boolean;
  /**
   * Issues one certificate with a new key. May be called for several sets at once.
   * @param names DNS names (lower-case A-labels, `*.` allowed) and canonical addresses, sorted.
   * @param signal aborts the attempt.
   * @param options.former the certificate served for these names now.
   * @param options.insists a person insists: do not wait because of earlier failures, only for the authority's limits.
   * @throws HoldOffError if it is too early for an attempt.
   */
  issue(names: readonly string[], signal: AbortSignal, options: IssueOptions): Promise<Issuance>;
  /** The authority's renewal advice (RFC 9773); undefined without advice. If absent, it has none. */
  advise?(chainPem: string, signal: AbortSignal): Promise<Advice | Silence | undefined>;
}
