import type { KeyObject } from 'node:crypto';
import { EveryhopError } from '../base/errors.ts';
import { type DerElement, DerReader } from './der-reader.ts';
import { contextConstructed, readOid, readSmallInteger, Tag } from './der-values.ts';
import { der, integer, oid, sequence, setOf } from './der-writer.ts';
import { type ExtensionFacts, noExtensions, readExtensions } from './extension-reader.ts';
import { subjectAltName, writeExtension } from './extension.ts';
import { importPublicKey, type KeyFacts, publicKeyInfo, readPublicKeyInfo } from './key.ts';
import { x509Error } from './messages.ts';
import { makeName, type Name, readName } from './name.ts';
import { Oid } from './oids.ts';
import { isSignedBy, signStructure } from './signing.ts';

/** The fields of a PKCS#10 certification request (RFC 2986), with the requested extensions. */
export interface CertificationRequest extends ExtensionFacts {
  der: Buffer;
  subject: Name;
  key: KeyFacts;
  /** SubjectPublicKeyInfo, DER. */
  publicKeyInfo: Buffer;
}

/**
 * Makes a request for these DNS names and IP addresses, all in subjectAltName; the subject is empty.
 * @returns DER, as sent in ACME.
 * @throws EveryhopError `x509.name-invalid`, `x509.key-unsupported`.
 */
export function makeRequest(names: readonly string[], key: KeyObject): Buffer {
  const extensions = sequence(writeExtension(subjectAltName(names, true)));
  const attribute = sequence(oid(Oid.extensionRequest), setOf(extensions));
  return signStructure(key, () =>
    sequence(integer(0), makeName({}).encoding, publicKeyInfo(key), der(contextConstructed(0), attribute)),
  );
}

/**
 * Reads a request and verifies that it is signed with its own key.
 * @throws EveryhopError `x509.der-*`, `x509.malformed`, `x509.key-unreadable`, `x509.request-signature`.
 */
export function parseRequest(bytes: Uint8Array): CertificationRequest {
  const whole = DerReader.single(bytes, Tag.sequence);
  const outer = whole.inside();
  const body = outer.next(Tag.sequence);
  const algorithm = outer.next(Tag.sequence);
  const signature = outer.next(Tag.bitString);
  outer.finish();

  const fields = body.inside();
  const version = fields.next(Tag.integer);
  if (readSmallInteger(version) !== 0) throw malformed(version, 'version');
  const subject = readName(fields.next(Tag.sequence));
  const key = fields.next(Tag.sequence);
  const extensions = readAttributes(fields.optional(contextConstructed(0)));
  fields.finish();
  const request = {
    der: whole.encoding,
    subject,
    key: readPublicKeyInfo(key).facts,
    publicKeyInfo: key.encoding,
    ...extensions,
  };
  if (!isSignedBy(importPublicKey(key.encoding), body, algorithm, signature)) {
    throw x509Error('x509.request-signature', {});
  }
  return request;
}

function malformed(element: DerElement, field: string): EveryhopError {
  return x509Error('x509.malformed', { field, offset: element.offset });
}

/** Reads extensionRequest. Ignores other attributes: challenge passwords, and those that Microsoft's tools add. */
function readAttributes(element: DerElement | undefined): ExtensionFacts {
  if (!element) return noExtensions(); // RFC 2986 requires it even when empty, but some programs omit it
  let facts: ExtensionFacts | undefined;
  for (const reader = element.inside(); !reader.done;) {
    const attribute = reader.next(Tag.sequence).inside();
    const type = attribute.next(Tag.oid);
    const values = attribute.next(Tag.set).inside();
    attribute.finish();
    if (readOid(type) !== Oid.extensionRequest) continue;
    if (facts) throw malformed(type, 'attributes');
    facts = readExtensions(values.next(Tag.sequence));
    values.finish();
  }
  return facts ?? noExtensions();
}
