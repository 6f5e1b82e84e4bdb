import { isPermitted, privateConstraints } from '../authority/constraints.ts';
import { certificateName } from '../x509/host-name.ts';

/** Beside the private names and address ranges of `authority/`: nobody can prove these to a public authority. */
const neverPublic = /(^|\.)(alt|example|invalid|onion)$/;

/**
 * Is this a name or address that a public authority certifies? None certifies an underscore (CA/Browser Forum Baseline
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
 * Who certifies a site, in order: what was chosen for it; else Let's Encrypt where all its names are public, and the private
 * authority where one is not.
 */
export function authoritiesFor(names: readonly string[], chosen: readonly string[] | undefined): readonly string[] {
  if (chosen !== undefined) return chosen;
  return names.every(isPublicName) ? ['letsencrypt'] : ['private'];
}
