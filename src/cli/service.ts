import type { Command } from 'commander';
import { configurationFromArguments } from '../app/configuration.ts';
import {
  defaultConfiguration,
  installCommand,
  installService,
  previewService,
  type ServiceArguments,
  type ServiceState,
  serviceState,
  serviceStateFolder,
  uninstallService,
} from '../app/service.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import { readText } from '../base/files.ts';
import { shellWord } from '../base/invocation.ts';
import { ofConfiguration } from './config.ts';
import type { CommandContext } from './context.ts';
import { servingWords } from './kept-options.ts';
import { statusValue, tellSite } from './running.ts';
import { argumentsOf, type UpOptions } from './up.ts';

/** `everyhop service install`: `up` with the same arguments, as a service. */
export async function serviceInstall(
  context: CommandContext,
  upstream: string | undefined,
  options: UpOptions & { print?: true },
  command: Command,
): Promise<void> {
  const { output, env } = context;
  const everyhop = output.invocation.absolute;
  const isGiven = upstream !== undefined || options.config !== undefined;
  if (!isGiven) command.setOptionValue('config', (options.config = defaultConfiguration(everyhop)));
  const configuration = await ofConfiguration(
    options.config ?? 'everyhop service install',
    configurationFromArguments(argumentsOf(upstream, options), { readText, cwd: process.cwd() }),
  );
  const words = servingWords(command, upstream);
  const stateFolder = options.state === undefined ? serviceStateFolder : chosenStateFolder(options.state, env);
  const given: ServiceArguments = { everyhop, words, configuration, stateFolder, env };
  if (options.print) return printUnit(context, given);
  const installed = await installService(given);
  const { unit, user, status, findings } = installed;
  output.value({
    unit,
    user,
    stateFolder,
    changed: installed.isChanged,
    handedOver: installed.isHandedOver,
    findings: findings.map((finding) => output.findingOf(finding)),
    status: status && statusValue(output, status),
  });
  output.findings(findings, 'remark');
  output.line(
    installed.isChanged ? 'service.installed' : 'service.unchanged',
    { unit, user, folder: stateFolder },
    'green',
  );
  if (installed.isHandedOver) {
    const byHand = ['sudo', '-u', user, ...everyhop, 'certificates', 'list', '--state', stateFolder];
    output.note('service.handed-over', { folder: stateFolder, user, command: byHand.map(shellWord).join(' ') });
  }
  for (const site of status?.sites ?? []) tellSite(output, site, 'remark', dayOf);
  output.line('service.next', { unit, status: [...everyhop, 'service', 'status'].map(shellWord).join(' ') }, 'dim');
}

async function printUnit({ output }: CommandContext, given: ServiceArguments): Promise<void> {
  const { file, unit } = await previewService(given);
  output.value({ file, unit });
  if (output.json) return;
  output.text(`# ${file}\n${unit.trimEnd()}`);
  output.note('service.print.steps', { command: `sudo ${installCommand(given.everyhop, given.words)}` });
}

/** `everyhop service uninstall` */
export async function serviceUninstall({ output }: CommandContext): Promise<void> {
  const removed = await uninstallService(output.invocation.absolute);
  output.value(removed);
  const { unit, wasInstalled, packaged, stateFolder, user } = removed;
  if (!wasInstalled) return output.line('service.absent', { unit });
  if (packaged === undefined) output.line('service.removed', { unit }, 'green');
  else output.line('service.packaged', { unit, file: packaged }, 'green');
  if (stateFolder === undefined || packaged !== undefined) return;
  const command = `sudo rm -r ${shellWord(stateFolder)} && sudo userdel ${user}`;
  output.note('service.left', { folder: stateFolder, user, command });
}

/** `everyhop service status`. Exit code 1 if it does not serve. */
export async function serviceStatus({ output }: CommandContext): Promise<void> {
  const state = await serviceState(output.invocation.absolute);
  output.value({ ...state, status: state.status && statusValue(output, state.status) });
  if (state.state !== 'active' && state.state !== 'reloading') process.exitCode = 1;
  const { unit, isInstalled, isEnabled, stateFolder, lastError, status } = state;
  if (!isInstalled) return output.line('service.absent', { unit });
  tellState(output, state);
  if (isEnabled) output.line('service.enabled', {});
  else output.line('service.disabled', { unit }, 'yellow');
  if (stateFolder !== undefined) output.line('service.folder', { folder: stateFolder });
  if (lastError) output.line('service.last-error', { at: minuteOf(lastError.atMs), text: lastError.text }, 'yellow');
  for (const site of status?.sites ?? []) tellSite(output, site, 'result', minuteOf);
}

function tellState(
  output: CommandContext['output'],
  { unit, state, sinceMs, pid, restarts, result }: ServiceState,
): void {
  const since = sinceMs === undefined ? '–' : minuteOf(sinceMs);
  switch (state) {
    case 'active':
    case 'reloading':
      return output.line('service.state.active', { unit, since, pid: pid ?? '–', restarts }, 'green');
    case 'activating':
      return output.line('service.state.activating', { unit, restarts }, 'yellow');
    case 'deactivating':
      return output.line('service.state.deactivating', { unit }, 'yellow');
    case 'failed':
      return output.line('service.state.failed', { unit, since, result }, 'red');
    default:
      return output.line('service.state.inactive', { unit, since }, 'yellow');
  }
}

function minuteOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
