/** `everyhop.yaml` and the arguments of `up`, with the registries' ids as the allowed values. */
import { dnsProviders, requiredSettings } from '../acme/dns-providers.ts';
import { anyApp, profiles } from '../apps/profiles.ts';
import * as config from '../config/arguments.ts';
import type { Configuration } from '../config/configuration.ts';
import * as load from '../config/load.ts';
import type { ReadText } from '../config/roots.ts';
import * as schema from '../config/schema.ts';
import { withRevocationProblems } from './revocation.ts';
import { withUsersProblems } from './users.ts';

export { ConfigurationError } from '../config/error.ts';
export type { UpArguments } from '../config/arguments.ts';
export type { Configuration } from '../config/configuration.ts';

const choices: schema.Choices = {
  dnsProviders: dnsProviders.map((provider) => ({ id: provider.id, summary: requiredSettings(provider).join(', ') })),
  apps: [...profiles, anyApp].map(({ id, title }) => ({ id, summary: title })),
};

/** See config/load.ts. */
export async function loadConfiguration(
  file: string,
  { readText }: { readText: ReadText },
): Promise<Configuration & { file: string }> {
  return withProblems(await load.loadConfiguration(file, { readText, choices }));
}

/** See config/arguments.ts. */
export async function configurationFromArguments(
  given: config.UpArguments,
  context: Omit<config.ArgumentsContext, 'choices'>,
): Promise<Configuration> {
  return withProblems(await config.configurationFromArguments(given, { ...context, choices }));
}

/** With those of the files that only upper rooms can read. */
async function withProblems<T extends Configuration>(configuration: T): Promise<T> {
  return withUsersProblems(await withRevocationProblems(configuration));
}

/** See config/schema.ts. */
export const configurationSchema = (): Record<string, unknown> => schema.configurationSchema(choices);
