import { hash, type KeyObject, X509Certificate } from 'node:crypto';
import { EveryhopError } from '../base/errors.ts';
import { type DerElement, DerReader } from './der-reader.ts';
import {
  contextConstructed,
  contextPrimitive,
  readBitStringOctets,
  readIntegerOctets,
  readOid,
  readSmallInteger,
  readTime,
  Tag,
} from './der-values.ts';
import { type ExtensionFacts, noExtensions, readExtensions } from './extension-reader.ts';
import { importPublicKey, type KeyFacts, publicKeyInfo, readPublicKeyInfo } from './key.ts';
import { x509Error } from './messages.ts';
import { type Name, readName } from './name.ts';
import { signatureAlgorithms } from './oids.ts';

/** The fields of a certificate (RFC 5280 §4.1). */
export interface Certificate extends ExtensionFacts {
  der: Buffer;
  version: 1 | 2 | 3;
  /** Magnitude in hex without a leading zero octet; negative serials start with `-`. */
  serial: string;
  /** The content octets of the INTEGER, sign octet included. */
  serialOctets: Buffer;
  issuer: Name;
  subject: Name;
  notBeforeMs: number;
  notAfterMs: number;
  key: KeyFacts;
  /** SubjectPublicKeyInfo, DER. */
  publicKeyInfo: Buffer;
  /** Name if known (`ecdsa-with-SHA256`), else dotted OID. */
  signatureAlgorithm: string;
  /** SHA-256 of `der`, hex. */
  fingerprint: string;
  /** Subject and issuer are the same name. To check for self-signed, use `isIssuedBy`. */
  isSelfIssued: boolean;
}

/**
 * Reads one certificate from DER.
 * @throws EveryhopError `x509.der-*` or `x509.malformed`, with the byte offset. No input makes it throw anything else.
 */
export function parseCertificate(bytes: Uint8Array): Certificate {
  const whole = DerReader.single(bytes, Tag.sequence);
  const outer = whole.inside();
  const body = outer.next(Tag.sequence).inside();
  const outerAlgorithm = outer.next(Tag.sequence);
  readBitStringOctets(outer.next(Tag.bitString));
  outer.finish();

  const version = readVersion(body.optional(contextConstructed(0)));
  const serialOctets = readIntegerOctets(body.next(Tag.integer));
  const algorithm = body.next(Tag.sequence);
  // RFC 5280 §4.1.1.2: must equal the field inside the signed part.
  if (!algorithm.encoding.equals(outerAlgorithm.encoding)) throw malformed(outerAlgorithm, 'signatureAlgorithm');
  const issuer = readName(body.next(Tag.sequence));
  const validity = body.next(Tag.sequence).inside();
  const notBeforeMs = readTime(validity.next());
  const notAfterMs = readTime(validity.next());
  validity.finish();
  const subjectElement = body.next(Tag.sequence);
  const isSelfIssued = subjectElement.encoding.equals(issuer.encoding);
  const subject = isSelfIssued ? issuer : readName(subjectElement);
  const keyElement = body.next(Tag.sequence);
  body.optional(contextPrimitive(1)); // issuerUniqueID and subjectUniqueID are obsolete
  body.optional(contextPrimitive(2));
  const extensions = readExtensionField(body.optional(contextConstructed(3)), version);
  body.finish();

  const algorithmOid = readOid(algorithm.inside().next(Tag.oid));
  return {
    der: whole.encoding,
    version,
    serial: serialText(serialOctets),
    serialOctets,
    issuer,
    subject,
    notBeforeMs,
    notAfterMs,
    key: readPublicKeyInfo(keyElement).facts,
    publicKeyInfo: keyElement.encoding,
    signatureAlgorithm: signatureAlgorithms[algorithmOid] ?? algorithmOid,
    fingerprint: hash('sha256', whole.encoding, 'hex'),
    isSelfIssued,
    ...extensions,
  };
}

function malformed(element: DerElement, field: string): EveryhopError {
  return x509Error('x509.malformed', { field, offset: element.offset });
}

function readVersion(element: DerElement | undefined): 1 | 2 | 3 {
  if (!element) return 1;
  const reader = element.inside();
  const version = readSmallInteger(reader.next(Tag.integer)) + 1;
  reader.finish();
  if (version === 2 || version === 3) return version;
  throw malformed(element, 'version'); // DER omits version 1, the default
}

function readExtensionField(element: DerElement | undefined, version: number): ExtensionFacts {
  if (!element) return noExtensions();
  if (version !== 3) throw malformed(element, 'extensions');
  const reader = element.inside();
  const facts = readExtensions(reader.next(Tag.sequence));
  reader.finish();
  return facts;
}

/** The magnitude in hex, as in `Certificate`. */
export function serialText(octets: Buffer): string {
  if (octets[0]! < 0x80) return octets.subarray(octets[0] === 0 && octets.length > 1 ? 1 : 0).toString('hex');
  const magnitude = (1n << BigInt(octets.length * 8)) - BigInt(`0x${octets.toString('hex')}`);
  const hex = magnitude.toString(16);
  return `-${hex.padStart(hex.length + (hex.length % 2), '0')}`;
}

/** True if the certificate is for this private or public key. */
export function isCertificateOf(certificate: Certificate, key: KeyObject): boolean {
  const wanted = publicKeyInfo(key);
  if (wanted.equals(certificate.publicKeyInfo)) return true;
  try {
    return publicKeyInfo(importPublicKey(certificate.publicKeyInfo)).equals(wanted); // another encoding of the same point
  } catch {
    return false;
  }
}

/** True if `issuer` signed `certificate`. Checks names, key identifiers and the signature, not dates or constraints. */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (!certificate.issuer.encoding.equals(issuer.subject.encoding)) return false;
  const isOtherKey =
    certificate.authorityKeyId !== undefined &&
    issuer.subjectKeyId !== undefined &&
    certificate.authorityKeyId !== issuer.subjectKeyId;
  if (isOtherKey) return false;
  try {
    return new X509Certificate(certificate.der).verify(importPublicKey(issuer.publicKeyInfo));
  } catch {
    return false; // OpenSSL does not support the key or the algorithm
  }
}
