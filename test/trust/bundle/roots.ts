import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { contextConstructed } from '../../../src/x509/der-values.ts';
import { der, integer, sequence, time } from '../../../src/x509/der-writer.ts';
import {
  basicConstraints,
  type Extension,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
  writeExtension,
} from '../../../src/x509/extension.ts';
import { keyIdentifier, publicKeyInfo } from '../../../src/x509/key.ts';
import { makeName, type Name } from '../../../src/x509/name.ts';
import { encodePem } from '../../../src/x509/pem.ts';
import { signStructure } from '../../../src/x509/signing.ts';

/** Current time in these tests. */
export const nowMs = Date.parse('2030-06-01T12:00:00Z');
const dayMs = 86_400_000;

export interface Made {
  der: Buffer;
  pem: string;
  /** PKCS#8. */
  keyPem: string;
  fingerprint: string;
  name: Name;
  key: KeyObject;
}

export interface Wanted {
  name?: string;
  /** Replaces the common name. */
  subject?: Name;
  /** Default: a new P-256 key. */
  key?: KeyObject;
  /** Default: itself. */
  issuer?: { name: Name; key: KeyObject };
  /** Days from `nowMs`. */
  from?: number;
  until?: number;
  /** DER. */
  serial?: Buffer;
  /** Replaces the extensions of a valid root. */
  extensions?: Extension[];
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
let serial = 1;

/** A valid root, except for the given options. */
export function makeRoot(wanted: Wanted = {}): Made {
  const key = wanted.key ?? newKey();
  const name = wanted.subject ?? makeName({ commonName: wanted.name ?? `Root ${serial}` });
  const spki = publicKeyInfo(key);
  const extensions = wanted.extensions ?? [
    basicConstraints(true),
    keyUsage('keyCertSign', 'cRLSign'),
    subjectKeyIdentifier(keyIdentifier(spki)),
  ];
  const number = wanted.serial ?? integer(++serial);
  const issuer = wanted.issuer ?? { name, key };
  const encoded = signStructure(issuer.key, (algorithm) =>
    sequence(
      der(contextConstructed(0), integer(2)),
      number,
      algorithm,
      issuer.name.encoding,
      sequence(time(nowMs + (wanted.from ?? -1) * dayMs), time(nowMs + (wanted.until ?? 365) * dayMs)),
      name.encoding,
      spki,
      ...(extensions.length > 0 ? [der(contextConstructed(3), sequence(...extensions.map(writeExtension)))] : []),
    ),
  );
  return {
    der: encoded,
    pem: encodePem('CERTIFICATE', encoded),
    keyPem: key.export({ format: 'pem', type: 'pkcs8' }),
    fingerprint: createHash('sha256').update(encoded).digest('hex'),
    name,
    key,
  };
}

/** A server's certificate for `localhost`. */
export function makeLeaf(issuer: Made, given: Wanted = {}): Made {
  const extensions = [basicConstraints(false), keyUsage('digitalSignature'), subjectAltName(['localhost'], true)];
  return makeRoot({ issuer, extensions, ...given });
}
