/** TLS-ALPN-01 (RFC 8737): the certificate that answers, and a listener that shows it. */
export { makeTlsAlpnAnswer } from './tls-alpn-01/certificate.ts';
export { TlsAlpnListenerSolver } from './tls-alpn-01/listener.ts';
