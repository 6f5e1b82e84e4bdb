import tls from 'node:tls';
import { knownAuthority } from '../acme/authorities.ts';
import { standInIssuer } from '../certificates/stand-in.ts';
import type { Generation } from '../certificates/generation.ts';

/**
 * The roots, in PEM, of a visitor who has installed everything needed: the system's roots, the private one, and for unknown
 * authorities the top certificate of each chain.
 */
export function visitorRoots(
  privateRoot: string | undefined,
  generations: readonly Pick<Generation, 'chainPem' | 'issuer'>[],
): string[] {
  const tops = generations.flatMap(({ chainPem, issuer }) => (isTrustedAnyway(issuer) ? [] : [topOf(chainPem)]));
  return [...(privateRoot === undefined ? [] : [privateRoot]), ...tls.getCACertificates('system'), ...tops];
}

/** Through the system's roots or the private one. A stand-in needs no root: no client trusts it. */
function isTrustedAnyway(issuer: string): boolean {
  const known = knownAuthority(issuer);
  return ['private', standInIssuer].includes(issuer) || (known !== undefined && known.isStaging !== true);
}

/** The last certificate of a chain without root: the one that the root signed. */
function topOf(chainPem: string): string {
  return chainPem.slice(chainPem.lastIndexOf('-----BEGIN CERTIFICATE-----'));
}
