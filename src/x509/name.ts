import type { DerElement } from './der-reader.ts';
import { readOid, readText, Tag } from './der-values.ts';
import { der, oid, sequence, setOf, utf8String } from './der-writer.ts';
import { attributeNames, Oid } from './oids.ts';

/** A distinguished name (RFC 5280 §4.1.2.4). */
export interface Name {
  /** For display, as in RFC 4514 (last attribute first); empty for the empty name. */
  text: string;
  /** The first commonName. */
  commonName: string | undefined;
  /** DER; compare names by this. */
  encoding: Buffer;
}

/** Builds a name from an optional organization and common name, both as UTF8String. */
export function makeName(attributes: { organization?: string; commonName?: string }): Name {
  const parts: Buffer[] = [];
  if (attributes.organization !== undefined) parts.push(relative(Oid.organizationName, attributes.organization));
  if (attributes.commonName !== undefined) parts.push(relative(Oid.commonName, attributes.commonName));
  const texts = [
    attributes.commonName === undefined ? [] : [`CN=${escape(attributes.commonName)}`],
    attributes.organization === undefined ? [] : [`O=${escape(attributes.organization)}`],
  ];
  return { text: texts.flat().join(','), commonName: attributes.commonName, encoding: sequence(...parts) };
}

function relative(type: string, value: string): Buffer {
  return setOf(sequence(oid(type), utf8String(value)));
}

/** Reads a Name. @throws EveryhopError `x509.der-*`. */
export function readName(element: DerElement): Name {
  const texts: string[] = [];
  let commonName: string | undefined;
  for (const reader = element.inside(); !reader.done;) {
    const attributes = reader.next(Tag.set).inside();
    const pairs: string[] = [];
    do {
      const pair = attributes.next(Tag.sequence).inside();
      const type = readOid(pair.next(Tag.oid));
      const value = pair.next();
      pair.finish();
      const text = readText(value);
      if (type === Oid.commonName) commonName ??= text;
      pairs.push(`${attributeNames[type] ?? type}=${text === undefined ? hexValue(value) : escape(text)}`);
    } while (!attributes.done);
    texts.push(pairs.join('+'));
  }
  return { text: texts.toReversed().join(','), commonName, encoding: element.encoding };
}

function hexValue(value: DerElement): string {
  return `#${der(value.tag, value.contents).toString('hex')}`;
}

/** RFC 4514 §2.4. Also escapes control characters, so a name cannot inject terminal sequences. */
function escape(text: string): string {
  return text
    .replace(/[\\",+<>;=]|^[ #]|\s$/g, '\\$&')
    .replace(/\p{Cc}/gu, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
