/**
 * Files in which systems keep their roots; the first existing one counts. Repeats some of `linuxLayouts`, so that reading roots
 * does not load the code that installs them.
 */
export const systemRootFiles: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Alpine, Arch
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/pki/tls/certs/ca-bundle.crt', // older Fedora and RHEL
  '/etc/ssl/cert.pem', // Alpine, BSD
  '/etc/ssl/certs/ca-bundle.crt', // NixOS
  '/usr/local/share/certs/ca-root-nss.crt', // FreeBSD
];
