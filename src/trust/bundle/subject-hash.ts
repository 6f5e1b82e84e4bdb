import { hash } from 'node:crypto';
import { DerReader } from '../../x509/der-reader.ts';
import { readText, Tag } from '../../x509/der-values.ts';
import { sequence, setOf, utf8String } from '../../x509/der-writer.ts';
import type { Name } from '../../x509/name.ts';

/**
 * The hash by which OpenSSL finds an issuer in a folder (`X509_NAME_hash`, `openssl x509 -subject_hash`): the first four octets
 * of the SHA-1 of the canonical name, as a little-endian number, in eight hexadecimal digits.
 */
export function subjectHash(name: Name): string {
  const digest = hash('sha1', canonicalName(name), 'buffer');
  return digest.readUInt32LE(0).toString(16).padStart(8, '0');
}

/** Text as UTF-8, lower case, blanks trimmed and single; no SEQUENCE around it. */
function canonicalName(name: Name): Buffer {
  const parts: Buffer[] = [];
  for (const reader = DerReader.single(name.encoding, Tag.sequence).inside(); !reader.done;) {
    const pairs: Buffer[] = [];
    for (const attributes = reader.next(Tag.set).inside(); !attributes.done;) {
      const pair = attributes.next(Tag.sequence).inside();
      const type = pair.next(Tag.oid);
      const value = pair.next();
      // OpenSSL leaves only NumericString unchanged.
      const text = value.tag === Tag.numericString ? undefined : readText(value);
      pairs.push(sequence(type.encoding, text === undefined ? value.encoding : utf8String(canonicalText(text))));
    }
    parts.push(setOf(...pairs));
  }
  return Buffer.concat(parts);
}

/** Lower-cases only ASCII, as OpenSSL does. */
function canonicalText(text: string): string {
  const single = oddBlanks.test(text)
    ? text
        .replaceAll(/[ \t\n\v\f\r]+/g, ' ')
        .replace(/^ /, '')
        .replace(/ $/, '')
    : text;
  const isAscii = /^[\0-\x7f]*$/.test(single);
  return isAscii ? single.toLowerCase() : single.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Blanks other than one between two words; most names have none. */
const oddBlanks = /^ | $| {2}|[\t\n\v\f\r]/;
