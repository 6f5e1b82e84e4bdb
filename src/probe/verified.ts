import tls from 'node:tls';

/** TLS 1.2 suites with forward secrecy and authenticated encryption; those of TLS 1.3 all have both. */
export const strongSuites = [
  'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/**
 * For every connection that must verify its server; `ca` belongs beside it. Given explicitly, because Node.js takes the defaults
 * from the environment: NODE_TLS_REJECT_UNAUTHORIZED, and NODE_OPTIONS with --tls-min-v1.0 or --tls-cipher-list.
 */
export const verifiedConnection = {
  rejectUnauthorized: true,
  minVersion: 'TLSv1.2',
  ciphers: strongSuites,
} as const satisfies tls.ConnectionOptions;

let ofMachine: string[] | undefined;

/**
 * The roots of this machine, PEM. SSL_CERT_FILE and SSL_CERT_DIR say where they are, as for OpenSSL. NODE_EXTRA_CA_CERTS adds
 * none. Read once.
 */
export function machineRoots(): string[] {
  return (ofMachine ??= [...new Set(tls.getCACertificates('system'))]);
}

let ofPublic: string[] | undefined;

/** The roots of this machine, which may have none, and those of Mozilla that are compiled into Node.js. */
export function publicRoots(): string[] {
  return (ofPublic ??= [...new Set([...tls.getCACertificates('bundled'), ...machineRoots()])]);
}
