import type { ErrorData, EveryhopError, Place } from '../base/errors.ts';
import type { ParamsData, Phrase, PhraseData } from '../base/language.ts';
import { redact } from '../base/redact.ts';
import type { Hop } from './hop.ts';

/** `error`: the hop fails or is not safe. `warning`: it may fail, or a related setting is wrong. `ok`: the check passed. */
export type Severity = 'error' | 'warning' | 'ok';

/**
 * The result of a check on a hop (preflight, proof, trust check, doctor), as data in no language. `code` is an error code, which
 * brings cause and hint; with severity `ok` it is the key of a phrase.
 */
export interface Finding extends ErrorData {
  severity: Severity;
  /** undefined: the finding concerns a file or a setting, not one connection. */
  hop?: Hop | undefined;
  /** Observations, one line each, most telling first. A string is another program's output and is not translated. */
  evidence: readonly (string | PhraseData)[];
  /** A complete shell command that fixes it; undefined: the hint says what to do. */
  fix?: string | undefined;
}

/** The circumstances of a finding, beside its error or phrase. */
export interface Circumstances {
  hop?: Hop | undefined;
  evidence?: readonly (string | PhraseData)[];
  fix?: string | undefined;
}

/** A finding of severity error or warning. It keeps its error within this process; as JSON it is a plain `Finding`. */
export class Fault implements Finding {
  readonly code: string;
  readonly params: ParamsData;
  declare readonly place?: Place;
  declare readonly problems?: ErrorData[];
  readonly severity: 'error' | 'warning';
  declare readonly hop?: Hop;
  readonly evidence: readonly (string | PhraseData)[];
  declare readonly fix?: string;
  readonly #error: EveryhopError;

  constructor(severity: 'error' | 'warning', error: EveryhopError, { hop, evidence = [], fix }: Circumstances = {}) {
    const { code, params, place, problems } = error.data();
    this.severity = severity;
    this.code = code;
    this.params = params;
    if (place) this.place = place;
    if (problems) this.problems = problems;
    if (hop) this.hop = hop;
    this.evidence = evidence.map(redacted);
    if (fix !== undefined) this.fix = fix;
    this.#error = error;
  }

  /** The error, to throw or to combine with others. */
  get error(): EveryhopError {
    return this.#error;
  }
}

/** A finding for a check that passed. */
export function okFinding({ key, params }: Phrase, { hop, evidence = [] }: Omit<Circumstances, 'fix'> = {}): Finding {
  return { code: key, params, severity: 'ok', ...(hop && { hop }), evidence: evidence.map(redacted) };
}

/** The findings of severity error. */
export function errorsIn(findings: readonly Finding[]): Fault[] {
  return findings.filter((finding) => finding instanceof Fault).filter(({ severity }) => severity === 'error');
}

function redacted(evidence: string | PhraseData): string | PhraseData {
  return typeof evidence === 'string' ? redact(evidence) : evidence;
}
