import { ConfigurationError, configurationSchema, loadConfiguration } from '../app/configuration.ts';
import { EveryhopError } from '../base/errors.ts';
import { readText } from '../base/files.ts';
import type { CommandContext } from './context.ts';

/** `everyhop config check`: reports every mistake in the file with its place, or that the file is valid. */
export async function configCheck({ output }: CommandContext, file = 'everyhop.yaml'): Promise<void> {
  const configuration = await ofConfiguration(file, loadConfiguration(file, { readText }));
  output.value({ file: configuration.file, sites: configuration.sites.length });
  output.line('config.ok', { file: configuration.file, sites: configuration.sites.length }, 'green');
}

/** Turns a failure to read the configuration file into a configuration error. */
export async function ofConfiguration<T>(file: string, reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    if (!(error instanceof EveryhopError) || !error.code.startsWith('file.')) throw error;
    throw new ConfigurationError(file, [error]);
  });
}

/** `everyhop config schema`: prints the JSON Schema, for completion and checks in an editor. */
export function configSchema({ output }: CommandContext): void {
  output.text(JSON.stringify(configurationSchema(), null, 2));
}
