import { CommanderError } from 'commander';
import { EveryhopError } from '../base/errors.ts';

/**
 * What commander says of wrong arguments, as our error. `shown`: it was help or the version, already printed;
 * undefined: the error is not commander's.
 */
export function usageError(error: unknown): EveryhopError | 'shown' | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  if (error.exitCode === 0) return 'shown';
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const suggestion = /\(Did you mean (?:one of )?(.*?)\?\)/.exec(error.message)?.[1];
  switch (error.code) {
    case 'commander.unknownOption':
      return suggestion === undefined
        ? new EveryhopError('cli.unknown-option', { option: quoted })
        : new EveryhopError('cli.mistyped-option', { option: quoted, suggestion });
    case 'commander.unknownCommand':
      return suggestion === undefined
        ? new EveryhopError('cli.unknown-command', { command: quoted })
        : new EveryhopError('cli.mistyped-command', { command: quoted, suggestion });
    case 'commander.help':
      return new EveryhopError('cli.no-command', {});
    case 'commander.missingArgument':
      return new EveryhopError('cli.missing-argument', { argument: quoted });
    case 'commander.optionMissingArgument':
      return new EveryhopError('cli.missing-value', { option: quoted });
    default:
      return new EveryhopError('cli.wrong-arguments', { reason: error.message.replace(/^error: /, '') });
  }
}
