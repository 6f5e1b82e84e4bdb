/** The command and files of the service, from the arguments of `service install`. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { shellWord } from '../../base/invocation.ts';
import type { Configuration } from '../../config/configuration.ts';
import { serviceError } from '../../service/messages.ts';
import { servingUnit, servingUnitText } from '../../service/serving-unit.ts';
import { type Systemd, systemdVersion, variablesFile } from '../../service/systemd.ts';
import { namedFiles } from '../serve/named-files.ts';
import { filesInVariables, serviceVariables } from './variables.ts';

/** The service's state, unless another folder is given. */
export { systemFolder as serviceStateFolder } from '../../store/state-folder.ts';
/** Used if nothing else is given. */
export const serviceConfiguration = '/etc/everyhop/everyhop.yaml';

export interface ServiceArguments {
  /** Words that start this program from anywhere. */
  everyhop: readonly string[];
  /** The arguments of `up`, with absolute paths and without `--state`. */
  words: readonly string[];
  configuration: Configuration;
  stateFolder: string;
  env: NodeJS.ProcessEnv;
}

export interface ServiceDescription {
  unit: string;
  /** Variables for the environment file. */
  variables: Record<string, string>;
  /** Every file that the service reads, absolute: its program, its configuration and the files named there. */
  reads: string[];
  stateFolder: string;
  /** The program and its arguments. */
  command: string[];
}

/** @throws EveryhopError `service.from-npx`. */
export async function describeService(given: ServiceArguments, systemd: Systemd): Promise<ServiceDescription> {
  const { everyhop, words, configuration, stateFolder, env } = given;
  if (everyhop.includes('npx')) throw serviceError('service.from-npx', {});
  const dns = configuration.dns === undefined ? [] : [configuration.dns];
  const variables = serviceVariables(dns, env);
  const command = [...everyhop, 'up', ...words, '--state', stateFolder];
  const reads = [
    ...everyhop.filter((word) => path.isAbsolute(word)),
    ...(configuration.file === undefined ? [] : [configuration.file]),
    ...namedFiles(configuration),
    ...filesInVariables(dns, variables),
  ];
  const unit = servingUnitText({
    command,
    reload: [...everyhop, 'reload', '--state', stateFolder],
    stateFolder,
    environmentFile: variablesFile(systemd, servingUnit),
    reads,
    systemdVersion: await systemdVersion(systemd),
  });
  return { unit, variables, reads, stateFolder, command };
}

/** The configuration for a service without arguments. @throws EveryhopError `service.nothing-to-serve`. */
export function defaultConfiguration(everyhop: readonly string[]): string {
  if (existsSync(serviceConfiguration)) return serviceConfiguration;
  const command = installCommand(everyhop, []);
  throw serviceError('service.nothing-to-serve', { file: serviceConfiguration, command });
}

/** The same command for another shell. */
export function installCommand(everyhop: readonly string[], words: readonly string[]): string {
  return [...everyhop, 'service', 'install', ...words].map(shellWord).join(' ');
}
