import type { ErrorData, EveryhopError, Place } from '../base/errors.ts';
import type { ParamsData, Phrase, PhraseData } from '../base/language.ts';
import { redact } from '../base/redact.ts';
import type { Hop } from './hop.ts';

/** `error`: it does not work, or is not safe. `warning`: it may not, or something beside it is wrong. `ok`: it was checked and is right. */
export type Severity = 'error' | 'warning' | 'ok';

/**
 * What a check found out about a hop, as data in no language: preflight, proof, trust check, doctor. `code` is that of an
 * error, so that there is a cause and a hint; with the severity `ok` it is the key of a phrase.
 */
export interface Finding extends ErrorData {
  severity: Severity;
  /** undefined: it is about a file or a setting, not about one connection. */
  hop?: Hop | undefined;
  /** What was seen, one line each, most telling first. A text is another program's own and stays as it is. */
  evidence: readonly (string | PhraseData)[];
  /** A shell command that mends it, complete as it stands; undefined: the hint says what to do. */
  fix?: string | undefined;
}

/** What a finding says beside its error or phrase. */
export interface Circumstances {
  hop?: Hop | undefined;
  evidence?: readonly (string | PhraseData)[];
  fix?: string | undefined;
}

/** A finding that something is wrong. In the process that made it, it still knows its error; as JSON it is a `Finding`. */
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

  /** To be thrown, or gathered with others. */
  get error(): EveryhopError {
    return this.#error;
  }
}

/** A finding that something is right. */
export function okFinding({ key, params }: Phrase, { hop, evidence = [] }: Omit<Circumstances, 'fix'> = {}): Finding {
  return { code: key, params, severity: 'ok', ...(hop && { hop }), evidence: evidence.map(redacted) };
}

/** The faults that stand in the way. */
export function errorsIn(findings: readonly Finding[]): Fault[] {
  return findings.filter((finding) => finding instanceof Fault).filter(({ severity }) => severity === 'error');
}

function redacted(evidence: string | PhraseData): string | PhraseData {
  return typeof evidence === 'string' ? redact(evidence) : evidence;
}
