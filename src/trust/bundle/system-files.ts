import { linuxLayouts } from '../system.ts';

/** Where systems keep their roots in one file; the first that is there counts. */
export const systemRootFiles: readonly string[] = [
  ...new Set(linuxLayouts.map(({ bundle }) => bundle)),
  '/etc/pki/tls/certs/ca-bundle.crt', // older Fedora and RHEL
  '/etc/ssl/cert.pem', // Alpine, BSD
  '/etc/ssl/certs/ca-bundle.crt', // NixOS
  '/usr/local/share/certs/ca-root-nss.crt', // FreeBSD
];
