import { verify } from 'node:crypto';
import type { Certificate } from '../../x509/certificate.ts';
import { DerReader } from '../../x509/der-reader.ts';
import { readBitStringOctets, Tag } from '../../x509/der-values.ts';
import { importPublicKey } from '../../x509/key.ts';

/**
 * Which of these certificates signed themselves, by fingerprint. On the threads of the pool, so that two hundred cost the
 * time of fifty; what uses a rare algorithm (RSASSA-PSS) is not among them, and is left to `isIssuedBy`.
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
      const key = importPublicKey(publicKeyInfo); // given as bytes, it costs more
      verify(hash[1] ?? hash[2]!, body, key, signature, (error, answer) => resolve(!error && answer));
    } catch {
      resolve(false); // a key that OpenSSL does not read
    }
  });
}
