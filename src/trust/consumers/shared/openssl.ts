import type { Variable } from '../../consumer.ts';

/** What OpenSSL, Go and rustls-native-certs read. */
export const openSsl = [
  { name: 'SSL_CERT_FILE', effect: 'replace' },
  // Without it OpenSSL and Go still trust the system's folder, and with it the roots that were distrusted here.
  { name: 'SSL_CERT_DIR', effect: 'replace', value: '{directory}' },
] as const satisfies readonly Variable[];
