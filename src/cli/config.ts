import { checkConfiguration } from '../app/check-configuration.ts';
import { ConfigurationError, configurationSchema } from '../app/configuration.ts';
import { EveryhopError } from '../base/errors.ts';
import type { CommandContext } from './context.ts';

/**
 * `everyhop config check`: reports every mistake in the file, and in the files that it names, with its place; or that all is
 * valid.
 */
export async function configCheck({ output }: CommandContext, name = 'everyhop.yaml'): Promise<void> {
  const { configuration, findings } = await ofConfiguration(name, checkConfiguration(name));
  const [file, sites] = [configuration.file, configuration.sites.length];
  output.value({ file, sites, findings: findings.map((finding) => output.findingOf(finding)) });
  output.findings(findings, 'result');
  if (sites === 1) output.line('config.ok.one', { file }, 'green');
  else output.line('config.ok', { file, sites }, 'green');
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
