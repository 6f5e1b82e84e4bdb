import os from 'node:os';
import { environmentText, type EnvironmentFormat, mountBundle, prepareTrust } from '../app/run.ts';
import { runInForeground } from '../base/foreground.ts';
import { baseError } from '../base/messages.ts';
import type { CommandContext } from './context.ts';
import { type TrustFlags, trustOptions } from './trust-flags.ts';

/** `everyhop run -- cmd`: starts a program that trusts the bundle, as do its child processes. */
export async function run(
  context: CommandContext,
  command: readonly string[],
  options: TrustFlags & { mount?: true },
): Promise<void> {
  const { env } = context;
  const trust = await prepareTrust(await trustOptions(context, options));
  context.output.findings(trust.findings, 'remark');
  const through = options.mount ? await mountBundle(trust.paths.full) : undefined;
  const [program, ...args] = (through?.(command) ?? command) as [string, ...string[]];
  try {
    const end = await runInForeground(program, args, { ...env, ...trust.variables }, context.npm);
    if ('code' in end) {
      process.exitCode = end.code;
      return;
    }
    process.exitCode = 128 + os.constants.signals[end.signal]; // if the signal below does not end Node
    process.kill(process.pid, end.signal);
  } catch (error) {
    context.output.error(error);
    // The exit codes of a shell.
    process.exitCode = baseError.is(error, 'program.missing') ? 127 : 126;
  }
}

/** `everyhop env`: prints the variables that `run` sets, for a shell, a service or a container. */
export async function printEnvironment(
  context: CommandContext,
  options: TrustFlags & { format: EnvironmentFormat; at?: string },
): Promise<void> {
  const { output } = context;
  const trust = await prepareTrust(await trustOptions(context, options));
  output.findings(trust.findings, 'remark');
  const { folder, wgetrc } = trust.paths;
  // A service or a container does not read this user's settings, and may have its own PYTHONPATH.
  const isOurs = options.format === 'shell' && options.at === undefined;
  const { PYTHONPATH: _, ...others } = trust.variables;
  const variables = Object.entries(isOurs ? trust.variables : { ...others, WGETRC: wgetrc }).map(
    ([name, value]): [string, string] => [
      name,
      options.at === undefined ? value : value.replaceAll(folder, options.at),
    ],
  );
  output.value({ folder, variables: Object.fromEntries(variables) });
  if (!output.json) output.text(environmentText(variables, options.format));
}
