import type { KeyObject } from 'node:crypto';
import type { Random } from '../base/random.ts';
import type { Certificate } from '../x509/certificate.ts';
import { makeCertificate, randomSerial } from '../x509/certificate-writer.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extKeyUsage,
  keyUsage,
  type NameConstraints,
  nameConstraints,
  subjectAltName,
  subjectKeyIdentifier,
} from '../x509/extension.ts';
import { keyIdentifier, publicKeyInfo } from '../x509/key.ts';
import { makeName, type Name } from '../x509/name.ts';

export interface Validity {
  notBeforeMs: number;
  notAfterMs: number;
}

const organization = 'Everyhop';

/** A unique name per key, so that clients that trust two authorities can tell them apart. */
export function authorityName(role: 'root' | 'intermediate', key: KeyObject): Name {
  const mark = keyIdentifier(publicKeyInfo(key)).toString('hex', 0, 4);
  return makeName({ organization, commonName: `Everyhop private ${role} ${mark}` });
}

/**
 * A self-signed root above one level of intermediates. Has an AKI, optional here by RFC 5280, because some validators
 * require it.
 */
export function makeRoot(
  key: KeyObject,
  subject: Name,
  constraints: NameConstraints,
  validity: Validity,
  random: Random,
): Buffer {
  const spki = publicKeyInfo(key);
  const identifier = keyIdentifier(spki);
  const extensions = [
    basicConstraints(true, 1),
    keyUsage('keyCertSign', 'cRLSign'),
    nameConstraints(constraints),
    subjectKeyIdentifier(identifier),
    authorityKeyIdentifier(identifier),
  ];
  const serial = randomSerial(random);
  return makeCertificate({ serial, issuer: subject, subject, ...validity, publicKeyInfo: spki, extensions }, key);
}

/**
 * An intermediate that issues only leaves for servers. It repeats the root's constraints, because Java ignores those of
 * a trust anchor.
 */
export function makeIntermediate(
  key: KeyObject,
  root: Certificate,
  rootKey: KeyObject,
  constraints: NameConstraints,
  validity: Validity,
  random: Random,
): Buffer {
  const spki = publicKeyInfo(key);
  const extensions = [
    basicConstraints(true, 0),
    keyUsage('keyCertSign', 'cRLSign'),
    extKeyUsage('serverAuth'),
    nameConstraints(constraints),
    subjectKeyIdentifier(keyIdentifier(spki)),
    authorityKeyIdentifier(Buffer.from(root.subjectKeyId!, 'hex')),
  ];
  return makeCertificate(
    {
      serial: randomSerial(random),
      issuer: root.subject,
      subject: authorityName('intermediate', key),
      ...validity,
      publicKeyInfo: spki,
      extensions,
    },
    rootKey,
  );
}

/**
 * A leaf for a TLS server. Its subject is empty, so its subjectAltName is critical (RFC 5280 §4.1.2.6): no client needs
 * a common name any more, it is limited to 64 characters, and name constraints do not cover it.
 */
export function makeLeaf(
  spki: Buffer,
  names: readonly string[],
  issuer: Certificate,
  issuerKey: KeyObject,
  validity: Validity,
  serial: Buffer,
): Buffer {
  const extensions = [
    basicConstraints(false),
    keyUsage('digitalSignature'),
    extKeyUsage('serverAuth'),
    subjectAltName(names, true),
    subjectKeyIdentifier(keyIdentifier(spki)),
    authorityKeyIdentifier(Buffer.from(issuer.subjectKeyId!, 'hex')),
  ];
  return makeCertificate(
    { serial, issuer: issuer.subject, subject: makeName({}), ...validity, publicKeyInfo: spki, extensions },
    issuerKey,
  );
}
