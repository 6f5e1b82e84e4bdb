import type { ErrorParams, EveryhopError } from '../../base/errors.ts';
import type { Params, WordParams } from '../../base/language.ts';
import { preflightError, preflightWords } from './messages.ts';

type ProblemTexts = typeof preflightError.texts;
type FineTexts = typeof preflightWords.texts;

/** `stops`: the authority would refuse. `warns`: it may refuse, or something else is wrong. */
export interface Complaint {
  code: string;
  name: string;
  severity: 'stops' | 'warns';
  params: Params;
  /** Where it came as an error from elsewhere. */
  error?: EveryhopError;
}

/** What a preflight found for one name before it spends an attempt. */
export type Verdict = Complaint | { code: keyof FineTexts; name: string; severity: 'fine'; params: Params };

export function verdictOf<C extends keyof ProblemTexts>(
  severity: 'stops' | 'warns',
  name: string,
  code: C,
  params: ErrorParams<ProblemTexts, C>,
): Verdict {
  return { code, name, severity, params };
}

export function fine<K extends keyof FineTexts>(name: string, code: K, params: WordParams<FineTexts, K>): Verdict {
  return { code, name, severity: 'fine', params };
}

/** An error from elsewhere, such as a DNS provider's key, stops with that error's words. */
export function verdictOfError(name: string, error: EveryhopError): Verdict {
  return { code: error.code, name, severity: 'stops', params: error.params, error };
}

/** A verdict that stops, as an error. */
export function errorOf({ code, params, error }: Complaint): EveryhopError {
  return error ?? preflightError(code as keyof ProblemTexts, params as never);
}
