import type { Command, Option } from 'commander';
import { bash } from './completion/bash.ts';
import { fish } from './completion/fish.ts';
import type { Entry, OperandKind, ValueKind } from './completion/model.ts';
import { zsh } from './completion/zsh.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const scripts = { bash, zsh, fish };

/** The completion script for one shell, generated from the commands. */
export function completionScript(program: Command, shell: Shell): string {
  return scripts[shell](walk(program, ''));
}

/** Commands whose operands are names of certificates. */
const takesNames = /^(?:certificates (?:show|export|revoke|renew)|nginx undo)$/;

function walk(command: Command, path: string): Entry[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  const entry: Entry = {
    path,
    commands: commands.map((child) => ({ name: child.name(), summary: child.summary() || child.description() })),
    options: options.flatMap((option) =>
      typeof option.long === 'string' ? [{ flag: option.long, summary: option.description, ...valueOf(option) }] : [],
    ),
    operands: command.registeredArguments.map((argument) => {
      const name = argument.name();
      return { kind: operandKind(path, name), choices: operandChoices(command, path, argument.argChoices) };
    }),
    isVariadic: command.registeredArguments.at(-1)?.variadic ?? false,
  };
  return [entry, ...commands.flatMap((child) => walk(child, `${path} ${child.name()}`.trim()))];
}

function valueOf(option: Option): { kind: ValueKind; choices: readonly string[]; isList: boolean } {
  const { flags, required, optional, variadic, argChoices = [] } = option;
  const isFolder = flags.includes('<DIR');
  const kind = argChoices.length > 0 ? 'choice' : isFolder ? 'folder' : flags.includes('<FILE') ? 'file' : 'any';
  return { kind: required || optional ? kind : 'none', choices: argChoices, isList: variadic };
}

function operandKind(path: string, name: string): OperandKind {
  if (path === 'run' || path === 'trust check') return 'command';
  if (path === 'help' || name === 'SHELL') return 'choice';
  if (name === 'DIR') return 'folder';
  if (name === 'FILE') return 'file';
  return takesNames.test(path) ? 'name' : 'any';
}

function operandChoices(command: Command, path: string, choices: readonly string[] = []): readonly string[] {
  if (path !== 'help') return choices;
  return command
    .createHelp()
    .visibleCommands(command.parent!)
    .map((child) => child.name());
}
