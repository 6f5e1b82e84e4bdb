import path from 'node:path';
import type { Command } from 'commander';
import { chosenStateFolder } from '../app/state-folder.ts';
import type { Invocation } from '../base/invocation.ts';

/** Options that a printed command needs too, because they choose what it acts on. */
const keptForTrust = ['root', 'public', 'distrust', 'pin', 'allowSmaller'] as const;
const keptForNginx = ['conf', 'nginx', 'prefix'] as const;
const files = new Set(['root', 'conf', 'nginx', 'prefix', 'config', 'authorityRoot']);

/** How the user starts Everyhop, with the options of this command that others must keep. */
export function withKeptOptions(invocation: Invocation, command: Command, env: NodeJS.ProcessEnv): Invocation {
  const options = command.opts<Record<string, string | string[] | true | undefined>>();
  const state = typeof options['state'] === 'string' ? options['state'] : undefined;
  const stateFolder = chosenStateFolder(state, env);
  const isCheck = command.name() === 'check' && command.parent?.name() === 'config';
  const configuration = isCheck ? command.args[0] : options['config'];
  return {
    ...invocation,
    stateFolder,
    isDefaultState: stateFolder === chosenStateFolder(undefined, env),
    configuration: typeof configuration === 'string' ? path.resolve(configuration) : undefined,
    trust: keptForTrust.flatMap((name) => wordsOf(command, name, options[name])),
    nginx: keptForNginx.flatMap((name) => wordsOf(command, name, options[name])),
  };
}

/** Options of `service install` that are not for `up`. */
const ofInstallation = new Set(['print', 'state', 'json']);

/** The arguments of `up` in those of `service install`, with absolute paths. */
export function servingWords(command: Command, upstream: string | undefined): string[] {
  const options = command.opts<Record<string, string | string[] | true | undefined>>();
  const given = Object.entries(options).filter(([name]) => !ofInstallation.has(name));
  return [
    ...(upstream === undefined ? [] : [upstream]),
    ...given.flatMap(([name, value]) => wordsOf(command, name, value)),
  ];
}

/** `--root=FILE`: with a space, an operand after the last value of a list would belong to the list. */
function wordsOf(command: Command, name: string, value: string | string[] | true | undefined): string[] {
  const flag = command.options.find((option) => option.attributeName() === name)?.long;
  if (typeof flag !== 'string' || value === undefined) return [];
  if (value === true) return [flag];
  return [value].flat().map((each) => `${flag}=${files.has(name) ? path.resolve(each) : each}`);
}

/** Options that may stand before the command: `everyhop --json status`. After the command, they win. */
export function takeGlobalOptions(command: Command): void {
  for (let parent = command.parent; parent; parent = parent.parent) {
    for (const name of ['state', 'json', 'lang']) {
      const value: unknown = parent.getOptionValue(name);
      if (value !== undefined && command.getOptionValue(name) === undefined) command.setOptionValue(name, value);
    }
  }
}
