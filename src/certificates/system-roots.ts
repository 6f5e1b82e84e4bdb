import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';

let roots: X509Certificate[] | undefined;

/** Whether the machine's store holds this certificate, or the root that issued it. */
export function isFromSystemRoot(certificate: X509Certificate): boolean {
  roots ??= tls.getCACertificates('system').map((pem) => new X509Certificate(pem));
  return roots.some((root) => root.fingerprint256 === certificate.fingerprint256 || isIssuedBy(certificate, root));
}

export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

export function isSelfSigned(certificate: X509Certificate): boolean {
  return isIssuedBy(certificate, certificate);
}

/** `CN=MyCA, O=Company`; `–` for an empty name. */
export function nameOf(distinguishedName: string | undefined): string {
  return (distinguishedName ?? '').split('\n').toReversed().join(', ') || '–';
}
