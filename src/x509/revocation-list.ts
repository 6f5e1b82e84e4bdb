import type { KeyObject } from 'node:crypto';
import { type Certificate, serialText } from './certificate.ts';
import { type DerElement, DerReader } from './der-reader.ts';
import { contextConstructed, readBoolean, readIntegerOctets, readOid, readTime, Tag } from './der-values.ts';
import { importPublicKey } from './key.ts';
import { type Name, readName } from './name.ts';
import { decodePem, encodePem } from './pem.ts';
import { isSignedBy } from './signing.ts';

/** Lists of large authorities have hundreds of thousands of entries. */
const limitBytes = 16 * 1024 * 1024;
const deltaIndicator = '2.5.29.27';

/** A certificate revocation list (RFC 5280 §5). */
export interface RevocationList {
  der: Buffer;
  issuer: Name;
  thisUpdateMs: number;
  /** undefined: it says nothing of its successor. */
  nextUpdateMs: number | undefined;
  /** As `serial` of a certificate. */
  serials: ReadonlySet<string>;
  /** Only what changed since another list. */
  isDelta: boolean;
  /** False for weak or unknown algorithms, too. Does not compare names. */
  isSignedBy(key: KeyObject): boolean;
}

/**
 * Reads one list from DER.
 * @throws EveryhopError `x509.der-*`.
 */
export function parseRevocationList(bytes: Uint8Array): RevocationList {
  const whole = DerReader.single(bytes, Tag.sequence, limitBytes);
  const outer = whole.inside();
  const bodyElement = outer.next(Tag.sequence);
  const algorithm = outer.next(Tag.sequence);
  const signature = outer.next(Tag.bitString);
  outer.finish();
  const body = bodyElement.inside();
  body.optional(Tag.integer); // version
  body.next(Tag.sequence);
  const issuer = readName(body.next(Tag.sequence));
  const thisUpdateMs = readTime(body.next());
  const hasNext = body.isNext(Tag.utcTime) || body.isNext(Tag.generalizedTime);
  const nextUpdateMs = hasNext ? readTime(body.next()) : undefined;
  const serials = readEntries(body.optional(Tag.sequence));
  const isDelta = hasDelta(body.optional(contextConstructed(0)));
  body.finish();
  return {
    der: whole.encoding,
    issuer,
    thisUpdateMs,
    nextUpdateMs,
    serials,
    isDelta,
    isSignedBy: (key) => isSignedBy(key, bodyElement, algorithm, signature),
  };
}

/**
 * The lists of a file: one in DER, or blocks in PEM.
 * @throws EveryhopError `x509.*`.
 */
export function readRevocationLists(bytes: Buffer): RevocationList[] {
  if (bytes[0] === Tag.sequence) return [parseRevocationList(bytes)];
  const blocks = decodePem(bytes.toString('latin1')).filter(({ label }) => label === 'X509 CRL');
  return blocks.map(({ der }) => parseRevocationList(der));
}

export function revocationListPem({ der }: RevocationList): string {
  return encodePem('X509 CRL', der);
}

/** True if this authority's key signed the list. */
export function isListOf(list: RevocationList, authority: Certificate): boolean {
  if (!list.issuer.encoding.equals(authority.subject.encoding)) return false;
  try {
    return list.isSignedBy(importPublicKey(authority.publicKeyInfo));
  } catch {
    return false; // OpenSSL does not support the key
  }
}

function readEntries(element: DerElement | undefined): Set<string> {
  const serials = new Set<string>();
  if (!element) return serials;
  for (const entries = element.inside(); !entries.done;) {
    serials.add(serialText(readIntegerOctets(entries.next(Tag.sequence).inside().next(Tag.integer))));
  }
  return serials;
}

function hasDelta(element: DerElement | undefined): boolean {
  if (!element) return false;
  for (const extensions = element.inside().next(Tag.sequence).inside(); !extensions.done;) {
    const extension = extensions.next(Tag.sequence).inside();
    const isDelta = readOid(extension.next(Tag.oid)) === deltaIndicator;
    const critical = extension.optional(Tag.boolean);
    if (critical) readBoolean(critical);
    if (isDelta) return true;
  }
  return false;
}
