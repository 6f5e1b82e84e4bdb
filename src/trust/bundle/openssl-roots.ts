import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

export interface OpenSslRoots {
  /** What SSL_CERT_FILE names. */
  files: string[];
  /** What SSL_CERT_DIR names; there may be several. */
  folders: string[];
  /** Are the system's roots trusted beside them? */
  hasSystem: boolean;
}

/** Where OpenSSL is built to look: Debian, Fedora and RHEL, others. It has `cert.pem` and `certs` in it. */
const usualHomes = ['/usr/lib/ssl', '/etc/pki/tls', '/etc/ssl'] as const;
const hashedName = /^[0-9a-f]{8}\.\d+$/;

/**
 * What OpenSSL trusts by default in an environment. SSL_CERT_FILE takes the place of `cert.pem`, and SSL_CERT_DIR that of
 * `certs`; so whether one of them leaves the system's roots in force depends on where the system keeps them: in Debian's
 * folder, in RHEL's file, or in both. A folder counts only with the names that `openssl rehash` gives. An empty variable is
 * taken for none.
 */
export function openSslRoots(
  env: Readonly<Record<string, string | undefined>>,
  homes: readonly string[] = usualHomes,
): OpenSslRoots {
  const file = env['SSL_CERT_FILE'] ?? '';
  const folders = (env['SSL_CERT_DIR'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const [isFileSet, isFolderSet] = [file !== '', folders.length > 0];
  const home = homes.find((folder) => existsSync(folder));
  const ofFile = !isFileSet && home !== undefined && existsSync(path.join(home, 'cert.pem'));
  const ofFolder = !isFolderSet && (home === undefined || hasHashedNames(path.join(home, 'certs')));
  return { files: isFileSet ? [file] : [], folders, hasSystem: (!isFileSet && !isFolderSet) || ofFile || ofFolder };
}

function hasHashedNames(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => hashedName.test(name));
  } catch {
    return false; // it is not there
  }
}
