import type { DnsProviderDefinition } from './dns-01/definition.ts';
import { entries } from './dns-01/providers/index.ts';

export type { DnsProviderDefinition, ProviderSetting, SettingValues } from './dns-01/definition.ts';

/** All providers for DNS-01. */
export const dnsProviders: readonly DnsProviderDefinition[] = entries;

export function dnsProviderOf(id: string): DnsProviderDefinition | undefined {
  return dnsProviders.find((provider) => provider.id === id);
}

/** The environment variables it requires. */
export function requiredSettings({ settings }: DnsProviderDefinition): string[] {
  return Object.keys(settings).filter((name) => settings[name]!.optional !== true);
}
