import type { KeyObject } from 'node:crypto';
import { type Certificate, isCertificateOf, parseCertificate } from '../x509/certificate.ts';
import { orderChain } from '../x509/chain.ts';
import { matchesHost } from '../x509/host-name.ts';
import { decodePem, encodePem } from '../x509/pem.ts';
import type { AcmeClient } from './client.ts';
import type { Signer } from './jws.ts';
import { AcmeError, printable } from './problem.ts';

/** Tolerated difference between the authority's clock and ours. */
const clockSkewMs = 5 * 60 * 1000;
const mostAlternates = 8;

/** The expected properties of a certificate. */
export interface Expectation {
  authority: string;
  names: readonly string[];
  key: KeyObject;
  nowMs: number;
}

/** A verified chain: leaf first, each certificate signed by the next, without the root. */
export interface CheckedChain {
  chainPem: string;
  leaf: Certificate;
  /** Common name of the root. */
  topIssuer: string;
}

/**
 * Downloads the certificate and verifies it. Tries the alternate chains (RFC 8555 §7.4.2) if the first is invalid or
 * not the preferred one.
 * @param preferredChain common name of the wanted root. If no chain leads to it, the authority's default chain is used.
 * @throws AcmeError `acme.certificate-*` of the first chain, if none is valid.
 */
export async function downloadCertificate(
  client: AcmeClient,
  signer: Signer,
  url: string,
  expected: Expectation & { preferredChain: string | undefined },
  signal: AbortSignal,
): Promise<CheckedChain> {
  const accept = 'application/pem-certificate-chain';
  const first = await client.post(url, undefined, signer, { signal, accept });
  let good: CheckedChain | undefined;
  let failure: unknown;
  const isPreferred = (): boolean => {
    return good !== undefined && (expected.preferredChain === undefined || good.topIssuer === expected.preferredChain);
  };
  try {
    good = checkChain(first.body.toString('latin1'), expected);
  } catch (error) {
    failure = error;
  }
  for (const alternate of first.links('alternate').slice(0, mostAlternates)) {
    if (isPreferred()) break;
    try {
      const answer = await client.post(alternate, undefined, signer, { signal, accept });
      const chain = checkChain(answer.body.toString('latin1'), expected);
      if (!good || chain.topIssuer === expected.preferredChain) good = chain;
    } catch (error) {
      if (signal.aborted) throw error; // otherwise: skip an invalid alternate
    }
  }
  if (!good) throw failure;
  return good;
}

/**
 * Verifies an issued certificate: our key, all names, valid now, each certificate signed by the next. Sorts the chain
 * and drops roots: no client trusts a root merely because a server sent it.
 * @throws AcmeError `acme.certificate-unreadable`, `-key`, `-names`, `-dates`, `-chain`.
 */
export function checkChain(pem: string, { authority, names, key, nowMs }: Expectation): CheckedChain {
  const subject = names.join(', ');
  const sent = readCertificates(pem, authority, subject);
  const leaf = sent.find((certificate) => isCertificateOf(certificate, key));
  if (!leaf) throw new AcmeError('acme.certificate-key', { authority, names: subject });
  const { chain, unrelated } = orderChain([leaf, ...sent]);
  const broken = (position: number): AcmeError => {
    return new AcmeError('acme.certificate-chain', { authority, names: subject, position });
  };
  if (leaf.isCa || chain[0] !== leaf) throw broken(1);
  if (chain.length === 1 && unrelated.length > 0) throw broken(2);
  const missing = names.filter((name) => !matchesHost(leaf, name));
  if (missing.length > 0) {
    throw new AcmeError('acme.certificate-names', { authority, names: subject, missing: missing.join(', ') });
  }
  if (leaf.notBeforeMs > nowMs + clockSkewMs || leaf.notAfterMs <= nowMs) throw datesError(authority, leaf, nowMs);
  const top = chain.at(-1)!;
  const withoutRoots = chain.filter((certificate) => !certificate.isSelfIssued);
  withoutRoots.forEach((certificate, index) => {
    if (index > 0 && (!certificate.isCa || certificate.notAfterMs <= nowMs)) throw broken(index + 1);
  });
  return {
    chainPem: withoutRoots.map(({ der }) => encodePem('CERTIFICATE', der)).join(''),
    leaf,
    topIssuer: printable(top.issuer.commonName ?? top.issuer.text),
  };
}

function readCertificates(pem: string, authority: string, names: string): Certificate[] {
  try {
    const blocks = decodePem(pem).filter(({ label }) => label === 'CERTIFICATE');
    const certificates = blocks.map(({ der }) => parseCertificate(der));
    if (certificates.length > 0) return certificates;
  } catch (error) {
    throw new AcmeError('acme.certificate-unreadable', { authority, names }, { cause: error });
  }
  throw new AcmeError('acme.certificate-unreadable', { authority, names });
}

function datesError(authority: string, leaf: Certificate, nowMs: number): AcmeError {
  const text = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString() : '?');
  return new AcmeError('acme.certificate-dates', {
    authority,
    notBefore: text(leaf.notBeforeMs),
    notAfter: text(leaf.notAfterMs),
    now: text(nowMs),
  });
}
