/** What a person can choose from, for the command line. */
import { dnsProviders } from '../acme/dns-providers.ts';
import { anyApp, profiles } from '../apps/profiles.ts';

export { dnsProviders, requiredSettings } from '../acme/dns-providers.ts';

export const dnsProviderIds = dnsProviders.map(({ id }) => id);

/** What `--app` takes. */
export const appChoices = [...[...profiles, anyApp].map(({ id }) => id), 'none'];

export { revocationReasons, type RevocationReason } from '../acme/revocation-reason.ts';
export { environmentFormats } from '../trust/environment-text.ts';
