import type { Variable } from '../../consumer.ts';

/** The variables of OpenSSL, Go and rustls-native-certs. */
export const openSsl = [
  { name: 'SSL_CERT_FILE', effect: 'replace' },
  // Without it, OpenSSL and Go still read the system's folder, which contains the roots that the user distrusts.
  { name: 'SSL_CERT_DIR', effect: 'replace', value: '{directory}' },
] as const satisfies readonly Variable[];
