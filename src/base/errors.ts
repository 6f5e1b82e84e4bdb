import { type Invocation, plainInvocation, spell } from './invocation.ts';
import {
  fill,
  type Language,
  type Params,
  type ParamsData,
  type ParamsOf,
  Phrase,
  type RenderPhrase,
  type Value,
} from './language.ts';
import { redact } from './redact.ts';

/** A position in a file. Line and column count from 1, if known. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
}

/** The text of an error: `meaning` is what happened, `cause` why, `hint` how to fix it. */
export interface ErrorText {
  meaning: string;
  cause: string;
  hint: string;
}

export type ErrorTexts = Readonly<Record<string, Readonly<Record<Language, ErrorText>>>>;

/** Distributes over a union of codes, so that an error with one code is assignable to the union. */
export type ErrorParams<T extends ErrorTexts, C extends keyof T> = C extends keyof T
  ? ParamsOf<T[C]['en']['meaning' | 'cause' | 'hint'] & string>
  : never;

/** A language-neutral error, as carried by events and the control API. */
export interface ErrorData {
  code: string;
  params: ParamsData;
  place?: Place | undefined;
  /** For a `GatheredError`: its errors, in order. */
  problems?: ErrorData[];
}

/** An error rendered in one language, as in the JSON output. */
export interface ErrorReport {
  code: string;
  /** What happened, one sentence. */
  message: string;
  /** Why it happens. */
  cause: string;
  /** How to fix it, with a command if there is one. */
  hint: string;
  place?: Place;
  /** For a `GatheredError`: its errors, in order. */
  problems?: ErrorReport[];
}

/**
 * The only error class. `code` is stable and listed in docs/errors.md. Each instance carries its texts in every
 * language, and every parameter is redacted. Rooms create errors with the function that `defineErrors` returns.
 */
export class EveryhopError<C extends string = string, P extends Params = Params> extends Error {
  readonly code: C;
  readonly params: P;
  readonly place: Place | undefined;
  readonly #texts: Readonly<Record<Language, ErrorText>>;

  constructor(
    code: C,
    texts: Readonly<Record<Language, ErrorText>>,
    params: P,
    options: { cause?: unknown; place?: Place } = {},
  ) {
    const safe = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, redacted(value)]),
    ) as unknown as P;
    super(fill(texts.en.meaning, safe, 'en'), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EveryhopError';
    this.code = code;
    this.params = safe;
    this.place = options.place;
    this.#texts = texts;
  }

  /**
   * @param invocation how the reader starts Everyhop, for the commands in the texts.
   * @param render for parameters that are phrases from data.
   */
  report(language: Language, invocation?: Invocation, render?: RenderPhrase): ErrorReport {
    const { code, params, place } = this;
    return reportOf({ code, params, place }, language, { textsOf: () => this.#texts, invocation, render });
  }

  data(): ErrorData {
    return { code: this.code, params: this.params, ...(this.place && { place: this.place }) };
  }

  /** What happened, as a parameter for another text. */
  get meaning(): Phrase {
    const { en, zh } = this.#texts;
    return new Phrase(this.code, { en: en.meaning, zh: zh.meaning }, this.params);
  }

  /** A copy with a place, and the original as its cause. */
  at(place: Place | undefined): EveryhopError<C, P> {
    return new EveryhopError(this.code, this.#texts, this.params, { cause: this, ...(place && { place }) });
  }

  /** Combines several errors into one with this code. */
  gather(problems: readonly EveryhopError[]): GatheredError<C, P> {
    return new GatheredError(this.code, this.#texts, this.params, problems);
  }
}

/** Several problems reported together, each with its own code (and place, if from a file). */
export class GatheredError<C extends string = string, P extends Params = Params> extends EveryhopError<C, P> {
  readonly problems: readonly EveryhopError[];

  constructor(code: C, texts: Readonly<Record<Language, ErrorText>>, params: P, problems: readonly EveryhopError[]) {
    super(code, texts, params);
    this.problems = problems;
  }

  override report(language: Language, invocation?: Invocation, render?: RenderPhrase): ErrorReport {
    const problems = this.problems.map((problem) => problem.report(language, invocation, render));
    return { ...super.report(language, invocation, render), problems };
  }

  override data(): ErrorData {
    return { ...super.data(), problems: this.problems.map((problem) => problem.data()) };
  }
}

/** Creates the errors of one room. The compiler checks the parameters against the texts. */
export interface Errors<T extends ErrorTexts> {
  <C extends keyof T & string>(
    code: C,
    params: ErrorParams<T, C>,
    options?: { cause?: unknown; place?: Place },
  ): EveryhopError<C, ErrorParams<T, C>>;
  /** Combines several errors into one. */
  gathered<C extends keyof T & string>(
    code: C,
    params: ErrorParams<T, C>,
    problems: readonly EveryhopError[],
  ): GatheredError<C, ErrorParams<T, C>>;
  /** For `catch (error)`: true if it has this code. */
  is<C extends keyof T & string>(error: unknown, code: C): error is EveryhopError<C, ErrorParams<T, C>>;
  readonly texts: T;
}

/** Declares errors with their texts in every language. `{name}` is a parameter. */
export function defineErrors<const T extends ErrorTexts>(texts: T): Errors<T> {
  const create = <C extends keyof T & string>(
    code: C,
    params: ErrorParams<T, C>,
    options?: { cause?: unknown; place?: Place },
  ): EveryhopError<C, ErrorParams<T, C>> => new EveryhopError(code, texts[code]!, params, options);
  return Object.assign(create, {
    texts,
    gathered: <C extends keyof T & string>(
      code: C,
      params: ErrorParams<T, C>,
      problems: readonly EveryhopError[],
    ): GatheredError<C, ErrorParams<T, C>> => new GatheredError(code, texts[code]!, params, problems),
    is: <C extends keyof T & string>(error: unknown, code: C): error is EveryhopError<C, ErrorParams<T, C>> =>
      isError(error, code),
  });
}

/** For a code in a variable. For a literal, use the room's `is`: the compiler checks its spelling. */
export function isError(error: unknown, code: string): error is EveryhopError {
  return error instanceof EveryhopError && error.code === code;
}

export interface Rendering {
  /** The texts of a code; an unknown code (undefined) is shown as is. */
  textsOf: (code: string) => Readonly<Record<Language, ErrorText>> | undefined;
  /** For parameters that are phrases received as JSON. */
  render?: RenderPhrase | undefined;
  invocation?: Invocation | undefined;
}

/** Renders an error received as data. */
export function reportOf(data: ErrorData, language: Language, rendering: Rendering): ErrorReport {
  const { code, params, place, problems } = data;
  const { textsOf, render, invocation = plainInvocation } = rendering;
  const { meaning, cause, hint } = textsOf(code)?.[language] ?? { meaning: code, cause: '–', hint: '–' };
  const text = (template: string): string => spell(fill(template, params, language, render), invocation);
  const report: ErrorReport = { code, message: text(meaning), cause: text(cause), hint: text(hint) };
  if (place) report.place = place;
  if (problems) report.problems = problems.map((problem) => reportOf(problem, language, rendering));
  return report;
}

function redacted(value: Value): Value {
  return typeof value === 'object' ? value : redact(String(value));
}

/** The system error code (`ENOENT`, `EADDRINUSE` …) of a thrown value or of its cause. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code === 'string' && !(error instanceof EveryhopError)) return code;
  return error.cause === undefined ? undefined : systemCode(error.cause);
}

/** The text of a thrown value, safe to log: no stack, no secrets. */
export function describeError(error: unknown): string {
  return redact(error instanceof Error ? error.message || error.name : String(error));
}

/** `FILE`, `FILE:LINE` or `FILE:LINE:COLUMN`. */
export function renderPlace(place: Place): string {
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
}

/**
 * An error report as lines of text: code and message, place, cause, hint.
 * @param labels with their trailing space: none after a full-width colon.
 */
export function reportLines(report: ErrorReport, labels: { cause: string; hint: string }): string[] {
  const place = report.place ? [`  ${renderPlace(report.place)}`] : [];
  return [
    `${report.code}: ${report.message}`,
    ...place,
    `  ${labels.cause}${report.cause}`,
    `  ${labels.hint}${report.hint}`,
  ];
}
