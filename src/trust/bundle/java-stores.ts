import { createHash, createHmac, hash } from 'node:crypto';
import type { Certificate } from '../../x509/certificate.ts';
import { contextConstructed, Tag } from '../../x509/der-values.ts';
import { der, derParts, integer, nullValue, octetString, oid, sequence, setOf } from '../../x509/der-writer.ts';

/** Entry names mean nothing to programs, but people find a root by its name. Names must be unique. */
function aliasOf(certificate: Certificate): string {
  const name = certificate.subject.commonName ?? certificate.subject.text;
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-|-$/g, '');
  return `${slug || 'root'}-${certificate.fingerprint.slice(0, 16)}`;
}

const data = oid('1.2.840.113549.1.7.1');
const certBag = oid('1.2.840.113549.1.12.10.1.3');
const x509Certificate = oid('1.2.840.113549.1.9.22.1');
const friendlyName = oid('1.2.840.113549.1.9.20');
/** Oracle's attribute. Without it, Java reads a certificate from a PKCS#12 file but trusts it for nothing. */
const trustedKeyUsage = sequence(oid('2.16.840.1.113894.746875.1.1'), setOf(oid('2.5.29.37.0')));
const sha256 = sequence(oid('2.16.840.1.101.3.4.2.1'), nullValue());

/**
 * Certificates as a PKCS#12 file (RFC 7292) that Java trusts. They are public, so they are not encrypted; the MAC is there
 * because readers that take a password expect one. The same certificates give the same bytes.
 */
export function encodePkcs12(certificates: readonly Certificate[], password: string): Buffer {
  const bags = certificates.flatMap((certificate) => {
    const value = inSequence([x509Certificate, ...explicit(derParts(Tag.octetString, [certificate.der]))]);
    const alias = Buffer.from(aliasOf(certificate), 'utf16le').swap16();
    const name = sequence(friendlyName, setOf(der(Tag.bmpString, alias)));
    return inSequence([certBag, ...explicit(value), setOf(name, trustedKeyUsage)]);
  });
  const safe = Buffer.concat(inSequence(contentInfo(inSequence(bags))));
  return Buffer.concat(inSequence([integer(3), ...contentInfo([safe]), macData(safe, password)]));
}

const inSequence = (parts: readonly Uint8Array[]): Uint8Array[] => derParts(Tag.sequence, parts);

function contentInfo(content: readonly Uint8Array[]): Uint8Array[] {
  return inSequence([data, ...explicit(derParts(Tag.octetString, content))]);
}

function explicit(content: readonly Uint8Array[]): Uint8Array[] {
  return derParts(contextConstructed(0), content);
}

/** One iteration, which is the default and so omitted: the password is public, and more iterations would only cost time. */
function macData(content: Buffer, password: string): Buffer {
  const salt = hash('sha256', content, 'buffer').subarray(0, 20); // derived from the content: a random salt would change the file each time
  const mac = createHmac('sha256', macKey(password, salt)).update(content).digest();
  return sequence(sequence(sha256, octetString(mac)), octetString(salt));
}

/** RFC 7292 appendix B.2 with SHA-256, for the one block that a MAC key needs. */
function macKey(password: string, salt: Buffer): Buffer {
  const blockBytes = 64;
  const repeat = (bytes: Buffer): Buffer => Buffer.alloc(Math.ceil(bytes.length / blockBytes) * blockBytes, bytes);
  const secret = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const diversifier = Buffer.alloc(blockBytes, 3); // 3: a key for a MAC
  return hash('sha256', Buffer.concat([diversifier, repeat(salt), repeat(secret)]), 'buffer');
}

/** Certificates as a JKS store, version 2, for Java versions and programs that read no other format. */
export function encodeJks(certificates: readonly Certificate[], password: string): Buffer {
  const entries = certificates.flatMap((certificate) => {
    const date = Buffer.alloc(8);
    date.writeBigInt64BE(BigInt(certificate.notBeforeMs)); // the entry's creation date; the current time would change the file each time
    return [uint32(2), utf(aliasOf(certificate)), date, utf('X.509'), uint32(certificate.der.length), certificate.der];
  });
  const content = Buffer.concat([uint32(0xfeedfeed), uint32(2), uint32(certificates.length), ...entries]);
  const secret = Buffer.from(password, 'utf16le').swap16();
  const digest = createHash('sha1').update(secret).update('Mighty Aphrodite').update(content).digest();
  return Buffer.concat([content, digest]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** `DataOutput.writeUTF` of ASCII. */
function utf(text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([length, Buffer.from(text, 'latin1')]);
}
