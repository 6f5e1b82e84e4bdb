import {
  type ErrorCode,
  type ErrorParams,
  type Language,
  type Place,
  renderError,
  renderPlace,
} from './messages/index.ts';
import { redact } from './redact.ts';

/** What the JSON output and the control socket show of an error. */
export interface ErrorReport {
  code: ErrorCode;
  /** What happened, one sentence. */
  message: string;
  /** Why it happens. */
  cause: string;
  /** What to do, with the command where there is one. */
  hint: string;
  place?: Place;
  /** Where this error only gathers others: each of them, in order. */
  problems?: ErrorReport[];
}

/**
 * The one error class. `code` is stable and listed in docs/errors.md; the words come from the catalogue in
 * base/messages, in English and Simplified Chinese, and never hold a secret: every parameter is redacted.
 */
export class EveryhopError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly params: ErrorParams<C>;
  readonly place: Place | undefined;

  constructor(code: C, params: ErrorParams<C>, options: { cause?: unknown; place?: Place } = {}) {
    const safe = Object.fromEntries(
      Object.entries(params as Record<string, string | number>).map(([name, value]) => [name, redact(String(value))]),
    ) as ErrorParams<C>;
    super(renderError(code, safe, 'en').message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EveryhopError';
    this.code = code;
    this.params = safe;
    this.place = options.place;
  }

  report(language: Language): ErrorReport {
    const report: ErrorReport = { code: this.code, ...renderError(this.code, this.params, language) };
    if (this.place) report.place = this.place;
    return report;
  }
}

/** Several mistakes found together, each with its own code (and place, if from a file). */
export class GatheredError<C extends ErrorCode = ErrorCode> extends EveryhopError<C> {
  readonly problems: readonly EveryhopError[];

  constructor(code: C, params: ErrorParams<C>, problems: readonly EveryhopError[]) {
    super(code, params);
    this.problems = problems;
  }

  override report(language: Language): ErrorReport {
    return { ...super.report(language), problems: this.problems.map((problem) => problem.report(language)) };
  }
}

/** For `catch (error)`: is it ours, and of this code? */
export function isError<C extends ErrorCode>(error: unknown, code: C): error is EveryhopError<C> {
  return error instanceof EveryhopError && error.code === code;
}

/** The system's error code (`ENOENT`, `EADDRINUSE` …) of whatever was thrown, also of a wrapped cause. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code === 'string' && !(error instanceof EveryhopError)) return code;
  return error.cause === undefined ? undefined : systemCode(error.cause);
}

/** Text of anything thrown, fit for a log: no stack, no secret. */
export function describeError(error: unknown): string {
  return redact(error instanceof Error ? error.message || error.name : String(error));
}

/** An error report as lines for a person: code and message, place, cause, hint. */
export function reportLines(report: ErrorReport, labels: { cause: string; hint: string }): string[] {
  const place = report.place ? [`  ${renderPlace(report.place)}`] : [];
  return [
    `${report.code}: ${report.message}`,
    ...place,
    `  ${labels.cause} ${report.cause}`,
    `  ${labels.hint} ${report.hint}`,
  ];
}
