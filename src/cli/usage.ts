import { CommanderError } from 'commander';
import { EveryhopError } from '../base/errors.ts';
import { cliError } from './messages.ts';

/**
 * Turns commander's complaint about the arguments into an `EveryhopError`.
 * @returns `shown` after help or the version, already printed; undefined for an error that is not commander's.
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
    case 'commander.missingMandatoryOptionValue':
      return cliError('cli.missing-option', { option: quoted });
    case 'commander.optionMissingArgument':
      return cliError('cli.missing-value', { option: quoted });
    case 'commander.excessArguments':
      return tooManyArguments(error.message) ?? wrongArguments(error.message);
    case 'commander.invalidArgument':
      return badChoice(error.message) ?? wrongArguments(error.message);
    default:
      return wrongArguments(error.message);
  }
}

function tooManyArguments(message: string): EveryhopError | undefined {
  const [, command = 'everyhop', maximum, given] =
    /too many arguments(?: for '(.*?)')?\. Expected (\d+) arguments? but got \d+: (.*)\.$/s.exec(message) ?? [];
  if (maximum === undefined || given === undefined) return undefined;
  return cliError('cli.too-many-arguments', { command, maximum, arguments: given });
}

function badChoice(message: string): EveryhopError | undefined {
  const [, option, value, choices] =
    /option '(.*?)' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s.exec(message) ?? [];
  if (choices !== undefined) return cliError('cli.bad-choice', { option: option!, value: value!, choices });
  const [, given, argument, allowed] =
    /command-argument value '(.*)' is invalid for argument '(.*?)'\. Allowed choices are (.*)\.$/s.exec(message) ?? [];
  if (allowed === undefined) return undefined;
  return cliError('cli.bad-choice', { option: argument!, value: given!, choices: allowed });
}

function wrongArguments(message: string): EveryhopError {
  return cliError('cli.wrong-arguments', { reason: message.replace(/^error: /, '') });
}
