import { readText } from '../base/files.ts';
import { loadConfiguration } from '../config/load.ts';
import { configurationSchema } from '../config/schema.ts';
import type { CommandContext } from './program.ts';

/** `everyhop config check`: every mistake of the file with its place, or one line that it is right. */
export async function configCheck({ output }: CommandContext, file = 'everyhop.yaml'): Promise<void> {
  const configuration = await loadConfiguration(file, { readText });
  output.value({ file: configuration.file, sites: configuration.sites.length });
  output.line('config.ok', { file: configuration.file, sites: configuration.sites.length }, 'green');
}

/** `everyhop config schema`: JSON Schema, for editors that complete and check YAML by one. */
export function configSchema({ output }: CommandContext): void {
  output.text(JSON.stringify(configurationSchema(), null, 2));
}
