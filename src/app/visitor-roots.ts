import tls from 'node:tls';
import { knownAuthority } from '../acme/authorities.ts';
import { standInIssuer } from '../certificates/stand-in.ts';
import type { Generation } from '../certificates/generation.ts';

/**
 * What a visitor trusts who has been given what he needs, PEM: the system's roots, the private one, and of authorities that
 * nobody knows the top of what they have issued.
 */
export function visitorRoots(
  privateRoot: string | undefined,
  generations: readonly Pick<Generation, 'chainPem' | 'issuer'>[],
): string[] {
  const tops = generations.flatMap(({ chainPem, issuer }) => (isTrustedAnyway(issuer) ? [] : [topOf(chainPem)]));
  return [...(privateRoot === undefined ? [] : [privateRoot]), ...tls.getCACertificates('system'), ...tops];
}

/** By the roots that the system has, or by our own; a stand-in is trusted by nobody. */
function isTrustedAnyway(issuer: string): boolean {
  const known = knownAuthority(issuer);
  return ['private', standInIssuer].includes(issuer) || (known !== undefined && known.isStaging !== true);
}

/** Of a chain without its root: the certificate that the root signed. */
function topOf(chainPem: string): string {
  return chainPem.slice(chainPem.lastIndexOf('-----BEGIN CERTIFICATE-----'));
}
