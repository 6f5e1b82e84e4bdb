import { hash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { EveryhopError } from '../base/errors.ts';
import { parseCertificate } from '../x509/certificate.ts';

/**
 * Fields by which gateways tell an app who the visitor is, RFC 9440 among them. Apps believe them from any sender, so only a trusted
 * proxy may send them.
 */
export const identityFields = [
  'client-cert',
  'client-cert-chain',
  'remote-email',
  'remote-groups',
  'remote-name',
  'remote-user',
  'x-arr-clientcert',
  'x-auth-email',
  'x-auth-groups',
  'x-auth-user',
  'x-auth-username',
  'x-authenticated-userid',
  'x-client-cert',
  'x-client-certificate',
  'x-client-dn',
  'x-client-verify',
  'x-goog-iap-jwt-assertion',
  'x-userinfo',
] as const;

/** The same, by the beginning of the name. */
export const identityPrefix =
  /^(?:x-forwarded-|x-ssl-|ssl-client-|x-remote-|x-webauth-|x-auth-request-|x-authentik-|x-consumer-|x-goog-authenticated-user-|x-ms-client-principal|cf-access-|oidc-claim-|tailscale-user-|x-amzn-mtls-|x-amzn-oidc-|x-pomerium-|x-vouch-)/;

/** A verified client certificate. */
export interface ClientCertificate {
  /** The value of `Client-Cert` (RFC 9440 §2.2). */
  encoded: string;
  /** RFC 4514; empty if the certificate has none. */
  subject: string;
  /** SHA-256, lower-case hex. */
  fingerprint: string;
}

/** undefined: none, or none that is valid. */
export function clientCertificateOf(socket: TLSSocket): ClientCertificate | undefined {
  const raw = socket.authorized ? socket.getPeerX509Certificate()?.raw : undefined;
  if (!raw) return undefined;
  return { encoded: `:${raw.toString('base64')}:`, subject: subjectOf(raw), fingerprint: hash('sha256', raw, 'hex') };
}

function subjectOf(raw: Buffer): string {
  try {
    return parseCertificate(raw).subject.text;
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
    return ''; // OpenSSL is less strict
  }
}

/** The fields for the app. Certificates of trusted proxies do not stand beside ours. */
export function certificateFields({ encoded, subject, fingerprint }: ClientCertificate): string {
  // As UTF-8; heads are latin1.
  const name = subject === '' ? '' : `X-SSL-Client-S-DN: ${Buffer.from(subject).toString('latin1')}\r\n`;
  return `Client-Cert: ${encoded}\r\n${name}X-SSL-Client-SHA256: ${fingerprint}\r\n`;
}

/** @param lower the name of a field, in lower case. */
export function isCertificateField(lower: string): boolean {
  return lower.startsWith('client-cert') || lower.startsWith('x-ssl-client-');
}
