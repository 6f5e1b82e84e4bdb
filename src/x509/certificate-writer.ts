import type { KeyObject } from 'node:crypto';
import type { Random } from '../base/random.ts';
import { contextConstructed } from './der-values.ts';
import { der, integer, sequence, time, unsignedInteger } from './der-writer.ts';
import { type Extension, writeExtension } from './extension.ts';
import type { Name } from './name.ts';
import { signStructure } from './signing.ts';

/** The contents of a certificate to be issued. */
export interface CertificateContent {
  /** Big-endian and positive, at most 20 octets (RFC 5280 §4.1.2.2); see `randomSerial`. */
  serial: Uint8Array;
  issuer: Name;
  subject: Name;
  /** Rounded down to whole seconds. */
  notBeforeMs: number;
  notAfterMs: number;
  /** SubjectPublicKeyInfo, DER. */
  publicKeyInfo: Uint8Array;
  extensions: readonly Extension[];
}

const version3 = der(contextConstructed(0), integer(2));

/** Signs a version 3 certificate and returns its DER. @throws EveryhopError `x509.key-unsupported`. */
export function makeCertificate(content: CertificateContent, issuerKey: KeyObject): Buffer {
  return signStructure(issuerKey, (algorithm) =>
    sequence(
      version3,
      unsignedInteger(content.serial),
      algorithm,
      content.issuer.encoding,
      sequence(time(content.notBeforeMs), time(content.notAfterMs)),
      content.subject.encoding,
      content.publicKeyInfo,
      der(contextConstructed(3), sequence(...content.extensions.map(writeExtension))),
    ),
  );
}

/**
 * 16 octets with 126 random bits. The two top bits are fixed: the serial is positive and always has the same length.
 */
export function randomSerial(random: Random): Buffer {
  const serial = random.bytes(16);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  return serial;
}
