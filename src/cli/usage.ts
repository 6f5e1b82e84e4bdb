import { CommanderError } from 'commander';
import { EveryhopError } from '../base/errors.ts';
import { cliError } from './messages.ts';

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
        ? cliError('cli.unknown-option', { option: quoted })
        : cliError('cli.mistyped-option', { option: quoted, suggestion });
    case 'commander.unknownCommand':
      return suggestion === undefined
        ? cliError('cli.unknown-command', { command: quoted })
        : cliError('cli.mistyped-command', { command: quoted, suggestion });
    case 'commander.help':
      return cliError('cli.no-command', {});
    case 'commander.missingArgument':
      return cliError('cli.missing-argument', { argument: quoted });
    case 'commander.optionMissingArgument':
      return cliError('cli.missing-value', { option: quoted });
    default:
      return cliError('cli.wrong-arguments', { reason: error.message.replace(/^error: /, '') });
  }
}
