/** TLS-ALPN-01 (RFC 8737): the challenge certificate, and a listener that serves it. */
export { makeTlsAlpnAnswer } from './tls-alpn-01/certificate.ts';
export { TlsAlpnListenerSolver } from './tls-alpn-01/listener.ts';
