import path from 'node:path';
import { dnsProviderOf } from '../../acme/dns-providers.ts';

const proxies = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'];

/**
 * The variables that a service needs from the environment of the user who installs it: the settings of the DNS providers and
 * the proxies. They may be secret.
 * @param dnsProviders ids.
 */
export function serviceVariables(dnsProviders: readonly string[], env: NodeJS.ProcessEnv): Record<string, string> {
  const found = [...settingsOf(dnsProviders), ...proxies.map((name) => [name, 'text'] as const)];
  return Object.fromEntries(
    found.flatMap(([name, kind]) => {
      const value = env[name];
      if (value === undefined || value === '') return [];
      return [[name, kind === 'file' ? path.resolve(value) : value] as const];
    }),
  );
}

/** The files that these variables name, such as a key file. */
export function filesInVariables(
  dnsProviders: readonly string[],
  variables: Readonly<Record<string, string>>,
): string[] {
  return settingsOf(dnsProviders).flatMap(([name, kind]) => (kind === 'file' ? (variables[name] ?? []) : []));
}

function settingsOf(dnsProviders: readonly string[]): (readonly [name: string, kind: string])[] {
  const settings = dnsProviders.flatMap((id) => Object.entries(dnsProviderOf(id)?.settings ?? {}));
  return settings.map(([name, { kind }]) => [name, kind] as const);
}
