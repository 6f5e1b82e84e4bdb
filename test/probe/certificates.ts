import { generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import { peculiar } from '../support/peculiar.ts';

/** A certificate with its key. */
export interface TestCertificate {
  pem: string;
  keyPem: string;
  subject: string;
  keys: webcrypto.CryptoKeyPair;
}

export interface CertificateOptions {
  subject: string;
  /** Default: itself. */
  issuer?: TestCertificate;
  dns?: string[];
  ip?: string[];
  authority?: boolean;
  notBefore?: Date;
  notAfter?: Date;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const hourMs = 60 * 60 * 1000;
let serial = 16;

/** Makes certificates, including invalid ones that the authority of this project refuses to issue. */
export async function make(wanted: CertificateOptions): Promise<TestCertificate> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = {
    privateKey: await imported(pair.privateKey, 'pkcs8', 'sign'),
    publicKey: await imported(pair.publicKey, 'spki', 'verify'),
  };
  const alternatives = [
    ...(wanted.dns ?? []).map((value) => ({ type: 'dns' as const, value })),
    ...(wanted.ip ?? []).map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await peculiar.X509CertificateGenerator.create({
    serialNumber: (serial++).toString(16),
    subject: `CN=${wanted.subject}`,
    issuer: `CN=${wanted.issuer?.subject ?? wanted.subject}`,
    notBefore: wanted.notBefore ?? new Date(Date.now() - hourMs),
    notAfter: wanted.notAfter ?? new Date(Date.now() + hourMs),
    publicKey: keys.publicKey,
    signingKey: (wanted.issuer?.keys ?? keys).privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new peculiar.BasicConstraintsExtension(wanted.authority === true, undefined, true),
      await peculiar.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await peculiar.AuthorityKeyIdentifierExtension.create((wanted.issuer?.keys ?? keys).publicKey),
      ...(alternatives.length > 0 ? [new peculiar.SubjectAlternativeNameExtension(alternatives)] : []),
    ],
  });
  return {
    pem: `${certificate.toString('pem')}\n`,
    keyPem: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }),
    subject: wanted.subject,
    keys,
  };
}

function imported(key: KeyObject, format: 'pkcs8' | 'spki', use: 'sign' | 'verify'): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey(format, key.export({ format: 'der', type: format as 'pkcs8' }), algorithm, true, [
    use,
  ]);
}
