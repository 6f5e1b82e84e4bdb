import type { Authority } from '../authority/authority.ts';
import type { Issuer } from './issuer.ts';

/** The private authority as an issuer, opened to issue. It takes any name: for one that it may not issue, its error says how to widen it. */
export function privateIssuer(open: () => Promise<Authority>): Issuer {
  return { name: 'private', issue: async (names) => (await open()).issue(names) };
}
