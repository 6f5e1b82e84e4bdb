import { verify } from 'node:crypto';
import type { Certificate } from '../../x509/certificate.ts';
import { DerReader } from '../../x509/der-reader.ts';
import { readBitStringOctets, Tag } from '../../x509/der-values.ts';
import { importPublicKey } from '../../x509/key.ts';

/**
 * Fingerprints of the certificates with a valid self-signature. Runs on libuv's thread pool, where two hundred take as long as
 * fifty on one thread. Leaves rare algorithms (RSASSA-PSS) to `isIssuedBy`.
 */
export async function selfSignedOf(certificates: readonly Certificate[]): Promise<Set<string>> {
  const different = new Map(certificates.map((certificate) => [certificate.fingerprint, certificate]));
  const answers = await Promise.all([...different.values()].map(signedItself));
  return new Set([...different.keys()].filter((_, index) => answers[index]));
}

function signedItself({ der, publicKeyInfo, signatureAlgorithm, isSelfIssued }: Certificate): Promise<boolean> {
  const hash = /^(sha\d+)WithRSAEncryption$|^ecdsa-with-(SHA\d+)$/.exec(signatureAlgorithm);
  if (!isSelfIssued || !hash) return Promise.resolve(false);
  const fields = DerReader.single(der, Tag.sequence).inside();
  const body = fields.next().encoding;
  fields.next();
  const signature = readBitStringOctets(fields.next());
  return new Promise((resolve) => {
    try {
      const key = importPublicKey(publicKeyInfo); // passing bytes costs more
      verify(hash[1] ?? hash[2]!, body, key, signature, (error, answer) => resolve(!error && answer));
    } catch {
      resolve(false); // a key that OpenSSL does not read
    }
  });
}
