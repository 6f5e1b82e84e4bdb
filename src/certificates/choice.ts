import { isPermitted, privateConstraints } from '../authority/constraints.ts';
import type { Site } from '../config/configuration.ts';
import { isAddress } from '../names/address.ts';
import { certificateName } from '../x509/host-name.ts';

/** Besides the private names and addresses of `authority/`: names that no public authority can validate. */
const neverPublic = /(^|\.)(alt|example|invalid|onion)$/;

/**
 * Whether public authorities certify this name or address. None certifies an underscore (CA/Browser Forum Baseline
 * Requirements §7.1.2.7.12).
 * @throws EveryhopError `x509.name-invalid`.
 */
export function isPublicName(name: string): boolean {
  const host = certificateName(name);
  if (isPermitted(privateConstraints, host)) return false;
  if (host.kind === 'ip') return true;
  return host.base.includes('.') && !host.base.includes('_') && !neverPublic.test(host.base);
}

/**
 * The authorities for a site, in order of preference: the chosen ones; otherwise Let's Encrypt if all its names are
 * public, and the private authority if one is not.
 */
export function authoritiesFor(names: readonly string[], chosen: readonly string[] | undefined): readonly string[] {
  if (chosen !== undefined) return chosen;
  return names.every(isPublicName) ? ['letsencrypt'] : ['private'];
}

/**
 * The names of each certificate of a site: DNS names and addresses apart. BoringSSL (gRPC, Bun, Electron) rejects a
 * certificate with an address under any name constraint on addresses, even when it connects to a DNS name.
 */
export function certificateSets(names: readonly string[]): string[][] {
  const dnsNames = names.filter((name) => !isAddress(name));
  const addresses = names.filter(isAddress);
  return [dnsNames, addresses].filter((set) => set.length > 0);
}

/** The hosts for which the private authority issues certificates. */
export function privateHosts(sites: readonly Site[]): string[] {
  return sites.flatMap(({ hosts, certificate, certificateFiles }) =>
    !certificateFiles && authoritiesFor(hosts, certificate).includes('private') ? hosts : [],
  );
}
