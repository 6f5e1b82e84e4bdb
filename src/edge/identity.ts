import type { TLSSocket } from 'node:tls';

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

/** The value of `Client-Cert` (RFC 9440 §2.2) for a verified client certificate; undefined without one. */
export function clientCertificateOf(socket: TLSSocket): string | undefined {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return certificate && `:${certificate.raw.toString('base64')}:`;
}
