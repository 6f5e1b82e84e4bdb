import type { Authority } from '../authority/authority.ts';
import type { Issuer } from './issuer.ts';

/**
 * The private authority as an issuer, opened only to issue. Accepts any name: the error for a forbidden one says how to
 * widen the authority.
 */
export function privateIssuer(open: () => Promise<Authority>): Issuer {
  return { name: 'private', issue: async (names) => (await open()).issue(names) };
}
