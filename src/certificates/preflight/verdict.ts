import { EveryhopError } from '../../base/errors.ts';
import {
  type ErrorCode,
  type ErrorParams,
  type Language,
  renderError,
  say,
  type WordKey,
  type WordParams,
} from '../../base/messages/index.ts';

type PreflightCode = Extract<ErrorCode, `preflight.${string}`>;
type FineKey = Extract<WordKey, `preflight-fine.${string}`>;

/** `stops`: the authority would refuse. `warns`: it may, or something is not as it should be. */
export interface Complaint {
  code: ErrorCode;
  name: string;
  severity: 'stops' | 'warns';
  params: Record<string, string | number>;
}

/** What a preflight says of one name before an attempt is spent on it. */
export type Verdict =
  | Complaint
  | { code: FineKey; name: string; severity: 'fine'; params: Record<string, string | number> };

export function verdictOf<C extends PreflightCode>(
  severity: 'stops' | 'warns',
  name: string,
  code: C,
  params: ErrorParams<C>,
): Verdict {
  return { code, name, severity, params };
}

export function fine<K extends FineKey>(name: string, code: K, params: WordParams<K>): Verdict {
  return { code, name, severity: 'fine', params };
}

/** What failed as an error of its own, such as a provider's key, stops with that error's words. */
export function verdictOfError(name: string, error: EveryhopError): Verdict {
  return { code: error.code, name, severity: 'stops', params: error.params };
}

/** A verdict that stops, as the error that it is. */
export function errorOf({ code, params }: Complaint): EveryhopError {
  return new EveryhopError(code, params);
}

/** The words of a verdict; `cause` and `hint` say why, and the command that mends it. */
export function verdictText(verdict: Verdict, language: Language): { message: string; cause?: string; hint?: string } {
  if (verdict.severity === 'fine') return { message: say(language, verdict.code, verdict.params as never) };
  return renderError(verdict.code, verdict.params as never, language);
}
