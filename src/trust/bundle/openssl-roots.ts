import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

export interface OpenSslRoots {
  /** The value of SSL_CERT_FILE. */
  files: string[];
  /** The folders in SSL_CERT_DIR. */
  folders: string[];
  /** Whether the system's roots stay trusted beside them. */
  hasSystem: boolean;
}

/** OpenSSL's built-in OPENSSLDIR: Debian, Fedora and RHEL, others. It contains `cert.pem` and `certs`. */
const usualHomes = ['/usr/lib/ssl', '/etc/pki/tls', '/etc/ssl'] as const;
const hashedName = /^[0-9a-f]{8}\.\d+$/;

/**
 * The roots that OpenSSL trusts by default in an environment. SSL_CERT_FILE replaces `cert.pem`, and SSL_CERT_DIR replaces
 * `certs`. Whether the system's roots stay trusted therefore depends on where the system keeps them: in the folder (Debian),
 * in the file (RHEL), or in both. In a folder, only the names that `openssl rehash` creates count. An empty variable
 * counts as unset.
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
    return false; // missing
  }
}
