import { DerReader } from './der-reader.ts';
import { contextConstructed, readOid, Tag } from './der-values.ts';
import { x509Error } from './messages.ts';

const signedData = '1.2.840.113549.1.7.2';

/**
 * Reads the certificates of a PKCS#7 file (`.p7b`, `.p7c`; RFC 5652 §5.1), in their order. Such a file is a SignedData
 * without signatures: its certificates need not form a chain and are not authenticated.
 * @returns DER of each certificate; may be empty.
 * @throws EveryhopError `x509.der-*`, or `x509.malformed` for other content types.
 */
export function readPkcs7(bytes: Uint8Array): Buffer[] {
  const contentInfo = DerReader.single(bytes, Tag.sequence).inside();
  const type = contentInfo.next(Tag.oid);
  if (readOid(type) !== signedData) {
    throw x509Error('x509.malformed', { field: 'contentType', offset: type.offset });
  }
  const content = contentInfo.next(contextConstructed(0)).inside();
  contentInfo.finish();
  const fields = content.next(Tag.sequence).inside();
  content.finish();
  fields.next(Tag.integer); // version
  fields.next(Tag.set); // digestAlgorithms
  fields.next(Tag.sequence); // encapContentInfo
  const certificates = fields.optional(contextConstructed(0))?.inside();
  fields.optional(contextConstructed(1)); // crls
  fields.next(Tag.set); // signerInfos
  fields.finish();
  const found: Buffer[] = [];
  if (!certificates) return found;
  while (!certificates.done) found.push(certificates.next().encoding);
  return found;
}
