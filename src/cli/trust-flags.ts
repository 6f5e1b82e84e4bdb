import { existsSync } from 'node:fs';
import type { Configuration } from '../app/configuration.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import type { TrustOptions } from '../app/run.ts';
import { readText } from '../base/files.ts';
import type { CommandContext } from './context.ts';

/** Flags of the commands that use the trust bundle. */
export interface TrustFlags {
  state?: string;
  config?: string;
  root?: string[];
  public?: 'system' | 'mozilla' | 'none';
  distrust?: string[];
  pin?: string[];
  allowSmaller?: true;
}

const usualFile = 'everyhop.yaml';

/**
 * Combines the flags with `trust` in the configuration: the file of `--config`, or `everyhop.yaml` in this folder. Lists are
 * merged; otherwise flags win.
 */
export async function trustOptions({ env, version }: CommandContext, flags: TrustFlags): Promise<TrustOptions> {
  const file = flags.config ?? (existsSync(usualFile) ? usualFile : undefined);
  const configured = file === undefined ? undefined : await configuredTrust(file);
  return {
    stateFolder: chosenStateFolder(flags.state, env),
    usesMachineRoot: flags.state === undefined,
    rootFiles: [...(configured?.rootFiles ?? []), ...(flags.root ?? [])],
    publicSet: flags.public ?? configured?.publicSet ?? 'system',
    distrust: [...(configured?.distrust ?? []), ...(flags.distrust ?? [])],
    pins: [...(configured?.pins ?? []), ...(flags.pin ?? [])],
    allowSmaller: flags.allowSmaller === true,
    env,
    version,
  };
}

/** Loads the parser only if there is a file, because `run` must start quickly. */
async function configuredTrust(file: string): Promise<Configuration['trust']> {
  const { loadConfiguration } = await import('../app/configuration.ts');
  return (await loadConfiguration(file, { readText })).trust;
}
