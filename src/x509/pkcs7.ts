import { DerReader } from './der-reader.ts';
import { contextConstructed, readOid, Tag } from './der-values.ts';
import { x509Error } from './messages.ts';

const signedData = '1.2.840.113549.1.7.2';

/**
 * The certificates that a PKCS#7 file carries (`.p7b`, `.p7c`; RFC 5652 §5.1): those of a SignedData, which in such a file
 * signs nothing. In their order, each as it stands; nothing says that they belong together, or that anyone vouches for them.
 * @returns an empty list where it carries none.
 * @throws EveryhopError `x509.der-*`, or `x509.malformed` where it is another kind of message.
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
