import { type Certificate, isIssuedBy } from './certificate.ts';

/** Longer chains do not occur; the bound keeps hostile heaps of certificates cheap. */
const limitChainLength = 10;

/**
 * Puts certificates in the order in which a server sends them: the leaf, its issuer, the issuer's issuer, as far as they
 * go. The leaf is the first that is no CA, else the first.
 * @returns `strangers`: those that have no place in the chain, duplicates left out.
 */
export function orderChain(certificates: readonly Certificate[]): { chain: Certificate[]; strangers: Certificate[] } {
  const pool = new Map(certificates.map((certificate) => [certificate.fingerprint, certificate]));
  const chain: Certificate[] = [];
  let next = certificates.find((certificate) => !certificate.isCa) ?? certificates[0];
  while (next && chain.length < limitChainLength) {
    chain.push(next);
    pool.delete(next.fingerprint);
    const current = next;
    const isEnd = current.isSelfIssued && isIssuedBy(current, current);
    next = isEnd ? undefined : [...pool.values()].find((candidate) => isIssuedBy(current, candidate));
  }
  return { chain, strangers: [...pool.values()] };
}
