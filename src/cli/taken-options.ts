import type { Command, Option } from 'commander';
import type { NpmStart } from '../app/invocation.ts';
import { type EveryhopError } from '../base/errors.ts';
import { shellWord } from '../base/invocation.ts';
import { cliError } from './messages.ts';

/**
 * An error if npm took options that this program knows: without `--` before them, npm reads every option itself.
 * @param args the arguments that did arrive.
 */
export function optionsTakenByNpm(
  program: Command,
  npm: NpmStart | undefined,
  args: readonly string[],
): EveryhopError | undefined {
  if (npm === undefined) return undefined;
  const known = new Map(optionsOf(program).map((option) => [option.long!.replace('--no-', '--'), option]));
  // npm's own --prefix finds the checkout.
  const taken = [...npm.takenOptions].flatMap(([flag, value]) => {
    const option = flag === '--prefix' ? undefined : known.get(flag);
    return option === undefined || option.negate !== (value === '') ? [] : [{ option, value }];
  });
  if (taken.length === 0) return undefined;
  const takesValue = ({ required, optional }: Option): boolean => required || optional;
  const isLost = taken.some(({ option, value }) => takesValue(option) && value === 'true');
  const words = taken.map(({ option, value }) => {
    if (!takesValue(option)) return option.long!;
    // After a space, the value arrived among the arguments.
    return value === 'true'
      ? option.flags.replace(/^.*(?=--)/, '').replace(/[<>[\]]|\.\.\./g, '')
      : `${option.long} ${shellWord(value)}`;
  });
  const isStart = npm.script === 'start';
  const start = isStart ? 'npm start --' : 'npm run -s everyhop --';
  const operands = (isStart ? args.slice(1) : args).map(shellWord); // the script adds `up`
  return cliError('cli.npm-took-options', {
    options: taken.map(({ option }) => option.long!).join(', '),
    command: [start, ...(isLost ? ['…'] : operands), ...words].join(' '),
  });
}

function optionsOf(command: Command): Option[] {
  const own = command.options.filter(({ long }) => typeof long === 'string');
  return [...own, ...command.commands.flatMap(optionsOf)];
}
