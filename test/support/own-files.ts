import type { KeyObject } from 'node:crypto';
import { makeCertificate, randomSerial } from '../../src/x509/certificate-writer.ts';
import * as extension from '../../src/x509/extension.ts';
import { exportPrivateKeyPem, generateKey, keyIdentifier, publicKeyInfo } from '../../src/x509/key.ts';
import { makeName } from '../../src/x509/name.ts';
import { encodePem } from '../../src/x509/pem.ts';
import { testRandom } from './seed.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A certificate from an authority outside Everyhop, with the chain in its usual order. */
export interface OwnCertificate {
  leafPem: string;
  intermediatePem: string;
  rootPem: string;
  /** Leaf and intermediate. */
  chainPem: string;
  keyPem: string;
  key: KeyObject;
}

/** @param validity in days from now (default: since yesterday, for 30 days). */
export async function ownCertificate(
  names: readonly string[],
  { fromDays = -1, toDays = 30 }: { fromDays?: number; toDays?: number } = {},
): Promise<OwnCertificate> {
  const [rootKey, intermediateKey, key] = await Promise.all([generateKey(), generateKey(), generateKey()]);
  const [rootName, intermediateName] = [
    makeName({ commonName: 'Company Root' }),
    makeName({ commonName: 'Company Issuing' }),
  ];
  const long = { notBeforeMs: Date.now() - 400 * dayMs, notAfterMs: Date.now() + 400 * dayMs };
  const ofCa = (subject: KeyObject, issuer: KeyObject): extension.Extension[] => [
    extension.basicConstraints(true),
    extension.keyUsage('keyCertSign', 'cRLSign'),
    extension.subjectKeyIdentifier(keyIdentifier(publicKeyInfo(subject))),
    extension.authorityKeyIdentifier(keyIdentifier(publicKeyInfo(issuer))),
  ];
  const pem = (content: Omit<Parameters<typeof makeCertificate>[0], 'serial'>, issuer: KeyObject): string =>
    encodePem('CERTIFICATE', makeCertificate({ serial: randomSerial(testRandom), ...content }, issuer));
  const rootPem = pem(
    {
      issuer: rootName,
      subject: rootName,
      ...long,
      publicKeyInfo: publicKeyInfo(rootKey),
      extensions: ofCa(rootKey, rootKey),
    },
    rootKey,
  );
  const intermediatePem = pem(
    {
      issuer: rootName,
      subject: intermediateName,
      ...long,
      publicKeyInfo: publicKeyInfo(intermediateKey),
      extensions: ofCa(intermediateKey, rootKey),
    },
    rootKey,
  );
  const leafPem = pem(
    {
      issuer: intermediateName,
      subject: makeName({}),
      notBeforeMs: Date.now() + fromDays * dayMs,
      notAfterMs: Date.now() + toDays * dayMs,
      publicKeyInfo: publicKeyInfo(key),
      extensions: [
        extension.basicConstraints(false),
        extension.keyUsage('digitalSignature'),
        extension.extKeyUsage('serverAuth'),
        extension.subjectAltName([...names], true),
        extension.subjectKeyIdentifier(keyIdentifier(publicKeyInfo(key))),
        extension.authorityKeyIdentifier(keyIdentifier(publicKeyInfo(intermediateKey))),
      ],
    },
    intermediateKey,
  );
  return {
    leafPem,
    intermediatePem,
    rootPem,
    chainPem: leafPem + intermediatePem,
    keyPem: exportPrivateKeyPem(key).reveal(),
    key,
  };
}

/** A self-signed certificate as `openssl req -x509` makes it by default. @param names none: only a Common Name. */
export function selfSigned(key: KeyObject, names: readonly string[]): string {
  const name = makeName({ commonName: 'a.test' });
  const content = {
    serial: randomSerial(testRandom),
    issuer: name,
    subject: name,
    notBeforeMs: Date.now() - dayMs,
    notAfterMs: Date.now() + 30 * dayMs,
    publicKeyInfo: publicKeyInfo(key),
    extensions: [
      extension.basicConstraints(true),
      ...(names.length > 0 ? [extension.subjectAltName([...names], false)] : []),
    ],
  };
  return encodePem('CERTIFICATE', makeCertificate(content, key));
}
