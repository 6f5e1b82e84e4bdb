import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readText } from '../base/files.ts';
import { Secret } from '../base/redact.ts';
import type { CertificateFiles } from '../config/configuration.ts';
import type { Generation } from './generation.ts';
import { certificatesError } from './messages.ts';
import { verifyIssuance } from './verify.ts';

/** Issuer name for certificates from files that another program maintains. */
export const filesIssuer = 'files';

/**
 * Reads a certificate and its key that another program maintains. Stores nothing.
 * @throws EveryhopError `file.*`; `certificates.files-unreadable`; errors of `verifyIssuance`.
 */
export async function readCertificateFiles(
  names: readonly string[],
  { chainFile, keyFile }: CertificateFiles,
  nowMs: number,
): Promise<Generation> {
  const [chainPem, keyText] = await Promise.all([readText(chainFile), readText(keyFile)]);
  const leaf = readLeaf(chainPem, chainFile);
  const issuance = {
    chainPem,
    keyPem: readKey(keyText, keyFile),
    serial: leaf.serialNumber.toLowerCase(),
    notBeforeMs: leaf.validFromDate.getTime(),
    notAfterMs: leaf.validToDate.getTime(),
  };
  verifyIssuance(names, issuance, nowMs);
  return {
    ...issuance,
    id: `${filesIssuer}-${createHash('sha256').update(chainPem).update(keyText).digest('hex').slice(0, 32)}`,
    names: [...names].sort(),
    issuer: filesIssuer,
    createdMs: nowMs,
    revokedMs: undefined,
  };
}

function readLeaf(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw certificatesError('certificates.files-unreadable', { file, what: 'CERTIFICATE' });
  }
}

function readKey(pem: string, file: string): Secret<string> {
  try {
    return new Secret(createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }));
  } catch {
    // Omit the cause: it may quote the key.
    throw certificatesError('certificates.files-unreadable', { file, what: 'PRIVATE KEY' });
  }
}
