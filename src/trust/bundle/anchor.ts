import type { EveryhopError, Place } from '../../base/errors.ts';
import { Fault } from '../../hop/finding.ts';
import type { Certificate } from '../../x509/certificate.ts';

/**
 * `mozilla`: the set that Node or certifi brings; `authority`: our own root; `file`: what somebody named; `network`: what was
 * fetched and confirmed by its fingerprint; `environment`: what a variable named before.
 */
export type SourceKind = 'system' | 'mozilla' | 'authority' | 'file' | 'network' | 'environment';

/** Where a root was read. */
export interface Provenance {
  kind: SourceKind;
  /** Or the URL. */
  file?: string;
  /** Line of its BEGIN, from 1; only in PEM. */
  line?: number;
  /** Which block of the file, from 1. */
  block?: number;
}

/** A certificate as it was found, not yet judged. */
export interface ReadRoot {
  certificate: Certificate;
  source: Provenance;
}

/** A certificate that the bundle holds. */
export interface Anchor {
  certificate: Certificate;
  /** In `private.pem` too. */
  isPrivate: boolean;
  /** Every place where it was found. */
  sources: Provenance[];
}

/** Something about a root or its file: why it is not in the bundle, or what is remarkable though it is. */
export class RootFinding extends Fault {
  /** `refused`: no bundle is made of this source. `dropped`: the root is not in the bundle. `noted`: nothing is left out for it. */
  readonly outcome: 'refused' | 'dropped' | 'noted';
  readonly source: Provenance;
  /** SHA-256 of the certificate, if there is one. */
  declare readonly fingerprint?: string;
  /** Of the certificate. */
  declare readonly subject?: string;

  constructor(
    outcome: RootFinding['outcome'],
    error: EveryhopError,
    source: Provenance,
    { fingerprint, subject }: { fingerprint?: string; subject?: string } = {},
  ) {
    super(outcome === 'refused' ? 'error' : 'warning', error);
    this.outcome = outcome;
    this.source = source;
    if (fingerprint !== undefined) this.fingerprint = fingerprint;
    if (subject !== undefined) this.subject = subject;
  }
}

/** What a source gave. `refused` among the findings: of this, no bundle is made. */
export interface ReadSource {
  roots: ReadRoot[];
  findings: RootFinding[];
}

/** Does the certificate come from a set that others keep? Such a set is sifted; private roots are judged strictly. */
export function isPublic(source: Provenance): boolean {
  return source.kind === 'system' || source.kind === 'mozilla' || source.kind === 'environment';
}

/** The place for an error about this source. */
export function placed({ file, line }: Provenance): { place?: Place } {
  if (file === undefined) return {};
  return { place: line === undefined ? { file } : { file, line } };
}
