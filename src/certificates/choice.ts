import { isPermitted, privateConstraints } from '../authority/constraints.ts';
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
