import { type EveryhopError, GatheredError } from '../base/errors.ts';
import { configError } from './messages.ts';

/** An invalid configuration, with all its mistakes. */
export class ConfigurationError extends GatheredError<'config.invalid'> {
  /** @param source the file or the command. */
  constructor(source: string, problems: readonly EveryhopError[]) {
    super('config.invalid', configError.texts['config.invalid'], { source, count: problems.length }, problems);
  }
}
