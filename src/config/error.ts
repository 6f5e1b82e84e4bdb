import { type EveryhopError, GatheredError } from '../base/errors.ts';
import { configError } from './messages.ts';

/** A configuration that cannot be used, with all of its mistakes. */
export class ConfigurationError extends GatheredError<'config.invalid'> {
  /** @param source the file, or what stands for the command line. */
  constructor(source: string, problems: readonly EveryhopError[]) {
    super('config.invalid', configError.texts['config.invalid'], { source, count: problems.length }, problems);
  }
}
