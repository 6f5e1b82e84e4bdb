import { type ErrorReport, EveryhopError } from '../base/errors.ts';
import type { Language } from '../base/messages/index.ts';

export interface ConfigurationReport extends ErrorReport {
  /** Every mistake, in the order of the file. */
  problems: ErrorReport[];
}

/** A configuration that cannot be used, with all of its mistakes, each with its own code (and place, if from a file). */
export class ConfigurationError extends EveryhopError<'config.invalid'> {
  readonly problems: readonly EveryhopError[];

  /** @param source the file, or what stands for the command line. */
  constructor(source: string, problems: readonly EveryhopError[]) {
    super('config.invalid', { source, count: problems.length });
    this.problems = problems;
  }

  override report(language: Language): ConfigurationReport {
    return { ...super.report(language), problems: this.problems.map((problem) => problem.report(language)) };
  }
}
