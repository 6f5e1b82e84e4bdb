import { styleText } from 'node:util';
import { type Finding, type FindingReport, findingReport, render, report, type Severity } from '../app/messages.ts';
import { type ErrorData, type ErrorReport, EveryhopError, renderPlace, reportLines } from '../base/errors.ts';
import { type Invocation, plainInvocation, spell } from '../base/invocation.ts';
import type { Language, PhraseData } from '../base/language.ts';
import { baseError } from '../base/messages.ts';
import { say, type WordKey, type WordParams } from './messages.ts';
import { visible } from './visible.ts';

type Colour = 'red' | 'green' | 'yellow' | 'bold' | 'dim';

const marks: Record<Severity, string> = { ok: '✓', warning: '!', error: '✗' };
const colours: Record<Severity, Colour> = { ok: 'green', warning: 'yellow', error: 'red' };

export interface OutputStreams {
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  env: NodeJS.ProcessEnv;
}

/**
 * Prints results on standard output, and notes and errors on standard error. With `--json`, standard output holds one JSON
 * value per line and nothing else. Colours only on a terminal, never with NO_COLOR.
 */
export class Output {
  readonly language: Language;
  readonly json: boolean;
  /** How the reader starts Everyhop; complete once the arguments are read. */
  invocation: Invocation;
  /** True once the program serves visitors: it goes on without a reader of its output. */
  outlivesReaders = false;
  readonly #streams: OutputStreams;

  constructor(streams: OutputStreams, language: Language, json: boolean, invocation: Invocation = plainInvocation) {
    this.#streams = streams;
    this.invocation = invocation;
    this.language = language;
    this.json = json;
  }

  /** True if standard output is a terminal. */
  get terminal(): boolean {
    return this.#streams.stdout.isTTY === true;
  }

  /** Width of the terminal. */
  get columns(): number {
    return this.#streams.stdout.columns || 80;
  }

  /** True if standard output shows colours. */
  get hasColours(): boolean {
    return this.terminal && !this.#streams.env['NO_COLOR'] && this.#streams.env['TERM'] !== 'dumb';
  }

  /** A text in the reader's language, with commands as the reader must type them. */
  say<K extends WordKey>(key: K, params: WordParams<K>): string {
    const text = this.spell(say(this.language, key, params));
    // A parameter that is a Chinese word needs no spaces around it.
    return this.language === 'zh' ? text.replace(/(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])/g, '') : text;
  }

  /** A text of another room with commands (`{everyhop …}`), as the reader must type them. */
  spell(text: string): string {
    return spell(text, this.invocation);
  }

  /** The name of an issuer: the private authority in words, others as configured. */
  issuer(name: string): string {
    return name === 'private' ? this.say('certificates.issuer.private', {}) : name;
  }

  /** A phrase from data, or text of another program. */
  phrase(wording: string | PhraseData): string {
    return typeof wording === 'string' ? wording : this.spell(render(wording, this.language));
  }

  /** A line of the result. */
  line<K extends WordKey>(key: K, params: WordParams<K>, colour?: Colour): void {
    if (!this.json) this.text(visible(this.say(key, params)), colour);
  }

  /** A line of the result without words to translate: a PEM, a path. */
  text(text: string, colour?: Colour): void {
    this.#streams.stdout.write(`${this.#paint(text, colour, this.#streams.stdout)}\n`);
  }

  /** A remark about the result. */
  note<K extends WordKey>(key: K, params: WordParams<K>, colour?: Colour): void {
    if (this.json) return;
    this.#streams.stderr.write(`${this.#paint(visible(this.say(key, params)), colour, this.#streams.stderr)}\n`);
  }

  /** Prints one value as a line of JSON; nothing without `--json`. */
  value(value: unknown): void {
    if (this.json) this.#streams.stdout.write(`${visible(JSON.stringify(value))}\n`);
  }

  /** Prints an error and the problems in it; with `--json` as `{"error": …}`. @returns the exit code. */
  error(error: unknown): 1 | 2 | 130 {
    const ours = asEveryhopError(error);
    this.value({ error: this.reportOf(ours) });
    this.report(ours);
    return exitCodeOf(ours);
  }

  /** Prints an error beside the result, or the problems in it if it has any. Nothing with `--json`. */
  report(error: ErrorData): void {
    if (!this.json) this.#write(this.reportOf(error));
  }

  /** An error in the user's language, in the form of the JSON output. */
  reportOf(error: ErrorData): ErrorReport {
    return error instanceof EveryhopError
      ? error.report(this.language, this.invocation, render)
      : report(error, this.language, this.invocation);
  }

  /** Prints findings, as the result or as remarks on it. Nothing with `--json`. */
  findings(findings: readonly Finding[], as: 'result' | 'remark'): void {
    if (this.json) return;
    const stream = as === 'result' ? this.#streams.stdout : this.#streams.stderr;
    const lines = findings.flatMap((finding) => {
      const [head, ...rest] = this.#findingLines(this.findingOf(finding)).map(visible);
      return [this.#paint(head!, colours[finding.severity], stream), ...rest];
    });
    if (lines.length > 0) stream.write(`${lines.join('\n')}\n`);
  }

  /** A finding in the user's language, in the form of the JSON output. */
  findingOf(finding: Finding): FindingReport {
    return findingReport(finding, this.language, this.invocation);
  }

  #findingLines({ severity, message, place, evidence, cause, hint, fix }: FindingReport): string[] {
    const labelled = (key: 'cli.cause' | 'cli.hint' | 'cli.fix', text: string | undefined): string[] =>
      text === undefined ? [] : [say(this.language, key, {}) + text];
    const details = [
      ...(place ? [renderPlace(place)] : []),
      ...evidence,
      ...labelled('cli.cause', cause),
      ...labelled('cli.hint', hint),
      ...labelled('cli.fix', fix),
    ];
    return [`${marks[severity]} ${message}`, ...details.map((detail) => `  ${detail}`)];
  }

  #write(report: ErrorReport): void {
    if (report.problems?.length) return report.problems.forEach((problem) => this.#write(problem));
    const labels = { cause: say(this.language, 'cli.cause', {}), hint: say(this.language, 'cli.hint', {}) };
    const [head, ...rest] = reportLines(report, labels).map(visible);
    this.#streams.stderr.write(`${this.#paint(head!, 'red', this.#streams.stderr)}\n${rest.join('\n')}\n`);
  }

  #paint(text: string, colour: Colour | undefined, stream: { isTTY?: boolean }): string {
    if (!colour || stream.isTTY !== true || this.#streams.env['NO_COLOR']) return text;
    return styleText(colour, text, { validateStream: false });
  }
}

function asEveryhopError(error: unknown): EveryhopError {
  if (error instanceof EveryhopError) return error;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return baseError('internal.defect', { detail }, { cause: error });
}

/** 2: the arguments or the configuration are wrong. 1: the work failed or was not proven. */
function exitCodeOf(error: EveryhopError): 1 | 2 | 130 {
  if (error.code === 'cli.interrupted') return 130; // as in a shell
  // The arguments are valid; the running program is missing or belongs to another user.
  if (error.code === 'cli.not-running' || error.code === 'cli.not-yours') return 1;
  return /^(cli|config)\./.test(error.code) ? 2 : 1;
}
