import { type Certificate, isIssuedBy } from './certificate.ts';

/** Real chains are shorter; the limit bounds the work on hostile input. */
const limitChainLength = 10;

/**
 * Orders certificates as a server sends them: the leaf, its issuer, the issuer's issuer and so on. The leaf is the
 * first certificate that is not a CA, else the first.
 * @returns `unrelated`: the certificates that are not in the chain, without duplicates.
 */
export function orderChain(certificates: readonly Certificate[]): { chain: Certificate[]; unrelated: Certificate[] } {
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
  return { chain, unrelated: [...pool.values()] };
}
