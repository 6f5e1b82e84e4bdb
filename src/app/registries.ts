/** The choices that the command line offers. */
import type { DnsProviderDefinition } from '../acme/dns-providers.ts';

export { revocationReasons, type RevocationReason } from '../acme/revocation-reason.ts';
export { keyTypes } from '../config/configuration.ts';
export { environmentFormats } from '../trust/environment-text.ts';

export interface Registries {
  /** `needs`: required environment variables. */
  dnsProviders: readonly (Pick<DnsProviderDefinition, 'id'> & { needs: readonly string[] })[];
  /** Values of `--app`. */
  apps: readonly string[];
}

/** For commands without such options, which start faster without loading them. */
export const noRegistries: Registries = { dnsProviders: [], apps: [] };

export async function loadRegistries(): Promise<Registries> {
  const [{ dnsProviders, requiredSettings }, { anyApp, profiles }] = await Promise.all([
    import('../acme/dns-providers.ts'),
    import('../apps/profiles.ts'),
  ]);
  return {
    dnsProviders: dnsProviders.map((provider) => ({ id: provider.id, needs: requiredSettings(provider) })),
    apps: [...[...profiles, anyApp].map(({ id }) => id), 'none'],
  };
}
