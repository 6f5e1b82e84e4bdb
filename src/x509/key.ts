import { createHash, createPrivateKey, createPublicKey, generateKeyPair, hash, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Secret } from '../base/redact.ts';
import { type DerElement, DerReader } from './der-reader.ts';
import { readBitStringOctets, readIntegerOctets, readOid, Tag } from './der-values.ts';
import { x509Error } from './messages.ts';
import { Oid } from './oids.ts';

/** The kinds of keys that Everyhop generates. */
export type KeyKind = 'p256' | 'p384' | 'rsa2048' | 'rsa3072' | 'rsa4096';

/** `bits` is the size of the curve's field or of the RSA modulus; undefined if unknown. */
export interface KeyFacts {
  /** `EC`, `RSA`, `RSA-PSS`, `Ed25519`, `Ed448`, or the dotted OID of another algorithm. */
  kind: string;
  bits: number | undefined;
  /** `P-256` …, or the dotted OID of another curve. */
  curve: string | undefined;
}

/** The kind of a key; undefined if Everyhop does not generate such keys. */
export function keyKindOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): KeyKind | undefined {
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === 'ec')
    return namedCurve === 'prime256v1' ? 'p256' : namedCurve === 'secp384r1' ? 'p384' : undefined;
  const kinds = ['rsa2048', 'rsa3072', 'rsa4096'] as const;
  return asymmetricKeyType === 'rsa' ? kinds.find((kind) => kind === `rsa${modulusLength}`) : undefined;
}

const generate = promisify(generateKeyPair);

/** Generates a private key. RSA takes up to a second, off the main thread. */
export async function generateKey(kind: KeyKind = 'p256'): Promise<KeyObject> {
  const { privateKey } = kind.startsWith('rsa')
    ? await generate('rsa', { modulusLength: Number(kind.slice('rsa'.length)) })
    : await generate('ec', { namedCurve: kind === 'p384' ? 'P-384' : 'P-256' });
  return privateKey;
}

/**
 * Imports an unencrypted private key: PKCS#8 in PEM or DER, or OpenSSL's older PEM formats (RSA, EC).
 * @throws EveryhopError `x509.key-encrypted`, `x509.key-unreadable`; neither reveals any part of the key.
 */
export function importPrivateKey(key: string | Uint8Array): KeyObject {
  if (typeof key === 'string' && /^-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(key)) {
    throw x509Error('x509.key-encrypted', {});
  }
  try {
    if (typeof key === 'string') return createPrivateKey(key);
    return createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' });
  } catch {
    throw x509Error('x509.key-unreadable', {}); // without OpenSSL's error as cause, which could quote the input
  }
}

/** PKCS#8, DER. */
export function exportPrivateKeyDer(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'pkcs8' });
}

/** PKCS#8, PEM. */
export function exportPrivateKeyPem(key: KeyObject): Secret<string> {
  return new Secret(key.export({ format: 'pem', type: 'pkcs8' }));
}

/** SubjectPublicKeyInfo (DER) of a public key, or of the public half of a private key. */
export function publicKeyInfo(key: KeyObject): Buffer {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'der', type: 'spki' });
}

/** @throws EveryhopError `x509.key-unreadable`. */
export function importPublicKey(publicKeyInfo: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(publicKeyInfo), format: 'der', type: 'spki' });
  } catch {
    throw x509Error('x509.key-unreadable', {});
  }
}

/** SHA-256 of the SubjectPublicKeyInfo, hex: the same for a private key, its public key and its certificates. */
export function keyFingerprint(publicKeyInfo: Uint8Array): string {
  return hash('sha256', publicKeyInfo, 'hex');
}

/**
 * 20 octets for subjectKeyIdentifier: the left-most 160 bits of SHA-256 (RFC 7093 §2 method 1), or SHA-1
 * (RFC 5280 §4.2.1.2 method 1), of the key's BIT STRING.
 */
export function keyIdentifier(publicKeyInfo: Uint8Array, method: 'sha256' | 'sha1' = 'sha256'): Buffer {
  const { bits } = readPublicKeyInfo(DerReader.single(publicKeyInfo, Tag.sequence));
  return createHash(method).update(bits).digest().subarray(0, 20);
}

/** Parses a SubjectPublicKeyInfo. @throws EveryhopError `x509.der-*`. */
export function readPublicKeyInfo(element: DerElement): { facts: KeyFacts; bits: Buffer } {
  const reader = element.inside();
  const algorithm = reader.next(Tag.sequence).inside();
  const type = readOid(algorithm.next(Tag.oid));
  const parameters = algorithm.done ? undefined : algorithm.next();
  algorithm.finish();
  const bitString = reader.next(Tag.bitString);
  reader.finish();
  return { facts: keyFacts(type, parameters, bitString), bits: readBitStringOctets(bitString) };
}

const curves: Record<string, { curve: string; bits: number }> = {
  [Oid.p256]: { curve: 'P-256', bits: 256 },
  [Oid.p384]: { curve: 'P-384', bits: 384 },
  [Oid.p521]: { curve: 'P-521', bits: 521 },
};

function keyFacts(type: string, parameters: DerElement | undefined, bitString: DerElement): KeyFacts {
  switch (type) {
    case Oid.ecPublicKey: {
      const named = parameters?.tag === Tag.oid ? readOid(parameters) : undefined;
      const known = named === undefined ? undefined : curves[named];
      return { kind: 'EC', bits: known?.bits, curve: known?.curve ?? named };
    }
    case Oid.rsaEncryption:
    case Oid.rsassaPss:
      return { kind: type === Oid.rsassaPss ? 'RSA-PSS' : 'RSA', bits: modulusBits(bitString), curve: undefined };
    case Oid.ed25519:
      return { kind: 'Ed25519', bits: 256, curve: undefined };
    case Oid.ed448:
      return { kind: 'Ed448', bits: 456, curve: undefined };
    default:
      return { kind: type, bits: undefined, curve: undefined };
  }
}

function modulusBits(bitString: DerElement): number {
  const key = bitString.inside(1).next(Tag.sequence).inside();
  const modulus = readIntegerOctets(key.next(Tag.integer));
  const start = modulus[0] === 0 ? 1 : 0;
  return (modulus.length - start) * 8 - (modulus.length > start ? Math.clz32(modulus[start]!) - 24 : 0);
}
