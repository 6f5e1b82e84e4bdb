import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isAddress } from '../names/address.ts';
import type { Issuance } from './issuer.ts';
import { certificatesError } from './messages.ts';

/** Tolerated difference between the authority's clock and ours. */
const clockSkewMs = 5 * 60 * 1000;

/**
 * Rejects an unusable issuance: only verified ones are stored.
 * @throws EveryhopError `certificates.unreadable`, `.key-mismatch`, `.names-missing`, `.dates-wrong`, `.chain-broken`.
 */
export function verifyIssuance(names: readonly string[], issuance: Issuance, nowMs: number): void {
  const subject = names.join(', ');
  const [leaf, ...issuers] = readChain(subject, issuance.chainPem);
  if (!leaf.checkPrivateKey(readKey(subject, issuance))) {
    throw certificatesError('certificates.key-mismatch', { names: subject });
  }
  const missing = names.filter((name) => !covers(leaf, name));
  if (missing.length > 0) {
    throw certificatesError('certificates.names-missing', { names: subject, missing: missing.join(', ') });
  }
  checkDates(subject, leaf, issuance, nowMs);
  checkOrder(subject, [leaf, ...issuers]);
}

function readChain(names: string, chainPem: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = chainPem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    const [leaf, ...issuers] = blocks.map((block) => new X509Certificate(block));
    if (leaf) return [leaf, ...issuers];
  } catch (error) {
    throw certificatesError('certificates.unreadable', { names }, { cause: error });
  }
  throw certificatesError('certificates.unreadable', { names });
}

function readKey(names: string, issuance: Issuance): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(issuance.keyPem.reveal());
  } catch {
    // Omit the cause: it may quote the key.
    throw certificatesError('certificates.key-mismatch', { names });
  }
}

/** RFC 9525: only subjectAltName counts. A wildcard name is covered only by the same wildcard. */
export function covers(leaf: X509Certificate, name: string): boolean {
  if (isAddress(name)) return leaf.checkIP(name) !== undefined;
  if (!name.startsWith('*.')) return leaf.checkHost(name, { subject: 'never' }) !== undefined;
  return (leaf.subjectAltName ?? '').toLowerCase().split(', ').includes(`dns:${name}`);
}

function checkDates(names: string, leaf: X509Certificate, issuance: Issuance, nowMs: number): void {
  const notBeforeMs = leaf.validFromDate.getTime();
  const notAfterMs = leaf.validToDate.getTime();
  const asTold = notBeforeMs === issuance.notBeforeMs && notAfterMs === issuance.notAfterMs;
  if (asTold && notBeforeMs <= nowMs + clockSkewMs && notAfterMs > nowMs) return;
  throw certificatesError('certificates.dates-wrong', {
    names,
    notBefore: new Date(notBeforeMs).toISOString(),
    notAfter: new Date(notAfterMs).toISOString(),
    now: new Date(nowMs).toISOString(),
  });
}

function checkOrder(names: string, chain: readonly X509Certificate[]): void {
  chain.forEach((certificate, index) => {
    const issuer = chain[index + 1];
    const isLeaf = index === 0;
    const followed = !issuer || (certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey));
    if (certificate.ca === isLeaf || !followed) {
      throw certificatesError('certificates.chain-broken', { names, position: index + 1 });
    }
  });
}
