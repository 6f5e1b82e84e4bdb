import type { Authority } from '../authority/authority.ts';
import type { Issuer } from './issuer.ts';

/** The private authority as an issuer. It takes any name: for one that it may not issue, its error says how to widen it. */
export function privateIssuer(authority: Authority): Issuer {
  return { name: 'private', issue: (names) => authority.issue(names) };
}
