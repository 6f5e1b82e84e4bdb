import { existsSync } from 'node:fs';
import type { Configuration } from '../app/configuration.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import type { TrustOptions } from '../app/run.ts';
import { readText } from '../base/files.ts';
import type { CommandContext } from './context.ts';

/** What the commands about trust have in common. */
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
 * What is to be trusted, by the flags and by `trust` in `everyhop.yaml`: the one that is named, or the one in this folder. Lists
 * come together.
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

/** Loaded only where there is a file: `run` is to start at once. */
async function configuredTrust(file: string): Promise<Configuration['trust']> {
  const { loadConfiguration } = await import('../app/configuration.ts');
  return (await loadConfiguration(file, { readText })).trust;
}
