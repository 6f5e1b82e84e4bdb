import type { KeyObject } from 'node:crypto';
import type { Random } from '../base/random.ts';
import { contextConstructed } from './der-values.ts';
import { der, integer, sequence, time, unsignedInteger } from './der-writer.ts';
import { type Extension, writeExtension } from './extension.ts';
import type { Name } from './name.ts';
import { signed } from './signing.ts';

/** What a new certificate is to say. */
export interface CertificateContent {
  /** Big-endian octets, positive, at most 20 (RFC 5280 §4.1.2.2); see `randomSerial`. */
  serial: Uint8Array;
  issuer: Name;
  subject: Name;
  /** Whole seconds are kept. */
  notBeforeMs: number;
  notAfterMs: number;
  /** SubjectPublicKeyInfo, DER. */
  publicKeyInfo: Uint8Array;
  extensions: readonly Extension[];
}

const version3 = der(contextConstructed(0), integer(2));

/** Signs a version 3 certificate and returns its DER. @throws EveryhopError `x509.key-unsupported`. */
export function makeCertificate(content: CertificateContent, issuerKey: KeyObject): Buffer {
  return signed(issuerKey, (algorithm) =>
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

/** 16 octets of which 126 bits are random: always positive, never with a leading zero, so of one length. */
export function randomSerial(random: Random): Buffer {
  const serial = random.bytes(16);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  return serial;
}
