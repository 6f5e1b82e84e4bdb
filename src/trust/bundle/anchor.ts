import type { EveryhopError, Place } from '../../base/errors.ts';
import { Fault } from '../../hop/finding.ts';
import type { Certificate } from '../../x509/certificate.ts';

/**
 * `mozilla`: the set in Node or certifi; `authority`: our own root; `file`: a path from the command line or configuration;
 * `network`: fetched, and confirmed by its fingerprint; `environment`: a path from an environment variable.
 */
export type SourceKind = 'system' | 'mozilla' | 'authority' | 'file' | 'network' | 'environment';

/** The source of a root. */
export interface Provenance {
  kind: SourceKind;
  /** Or the URL. */
  file?: string;
  /** Line of its BEGIN, from 1; only in PEM. */
  line?: number;
  /** Which block of the file, from 1. */
  block?: number;
}

/** A certificate from a source, before it is judged. */
export interface ReadRoot {
  certificate: Certificate;
  source: Provenance;
}

/** A certificate that the bundle holds. */
export interface Anchor {
  certificate: Certificate;
  /** In `private.pem` too. */
  isPrivate: boolean;
  /** Every source that has it. */
  sources: Provenance[];
}

/** Why a root is not in the bundle, or a remark about one that is. */
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

/** The roots of one source. With a `refused` finding, no bundle is made from it. */
export interface ReadSource {
  roots: ReadRoot[];
  findings: RootFinding[];
}

/** True for a set that others maintain. Bad roots are dropped from such a set; a bad private root is refused. */
export function isPublic(source: Provenance): boolean {
  return source.kind === 'system' || source.kind === 'mozilla' || source.kind === 'environment';
}

/** The place for an error about this source. */
export function placed({ file, line }: Provenance): { place?: Place } {
  if (file === undefined) return {};
  return { place: line === undefined ? { file } : { file, line } };
}
