/** The choices that the command line offers. */
import type { DnsProviderDefinition } from '../acme/dns-providers.ts';

export { revocationReasons, type RevocationReason } from '../acme/revocation-reason.ts';
export { keyTypes } from '../config/configuration.ts';
export { environmentFormats } from '../trust/environment-text.ts';

export interface Registries {
  /** `needs`: required environment variables. */
  dnsProviders: readonly (Pick<DnsProviderDefinition, 'id'> & { needs: readonly string[] })[];
  /** Names of well-known authorities. */
  authorities: readonly string[];
  /** Values of `--app`. */
  apps: readonly string[];
}

/** For commands without such options, which start faster without loading them. */
export const noRegistries: Registries = { dnsProviders: [], authorities: [], apps: [] };

export async function loadRegistries(): Promise<Registries> {
  const [{ dnsProviders, requiredSettings }, { wellKnownAuthorities }, { anyApp, profiles }] = await Promise.all([
    import('../acme/dns-providers.ts'),
    import('../config/consistency.ts'),
    import('../apps/profiles.ts'),
  ]);
  return {
    dnsProviders: dnsProviders.map((provider) => ({ id: provider.id, needs: requiredSettings(provider) })),
    authorities: wellKnownAuthorities,
    apps: [...[...profiles, anyApp].map(({ id }) => id), 'none'],
  };
}
