import { type KeyObject, sign, verify } from 'node:crypto';
import type { DerElement } from './der-reader.ts';
import { readBitStringOctets, readOid, Tag } from './der-values.ts';
import { bitString, nullValue, oid, sequence } from './der-writer.ts';
import { x509Error } from './messages.ts';
import { Oid } from './oids.ts';

const ecdsaWithSha256 = { hash: 'sha256', identifier: sequence(oid(Oid.ecdsaWithSha256)) };
const ecdsaWithSha384 = { hash: 'sha384', identifier: sequence(oid(Oid.ecdsaWithSha384)) };
const sha256WithRsa = { hash: 'sha256', identifier: sequence(oid(Oid.sha256WithRsa), nullValue()) };

/** The hash and the AlgorithmIdentifier (DER) for signatures with a private key. */
function signatureAlgorithm(key: KeyObject): { hash: string; identifier: Buffer } {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'prime256v1') return ecdsaWithSha256;
  if (curve === 'secp384r1') return ecdsaWithSha384;
  if (key.asymmetricKeyType === 'rsa') return sha256WithRsa;
  throw x509Error('x509.key-unsupported', { kind: curve ?? key.asymmetricKeyType ?? 'unknown' });
}

/**
 * Makes the structure that certificates and requests share: SEQUENCE { body, algorithm, signature }.
 * @param body makes the signed part from the AlgorithmIdentifier, which a certificate repeats there.
 * @throws EveryhopError `x509.key-unsupported` for keys other than P-256, P-384 and RSA.
 */
export function signStructure(key: KeyObject, body: (algorithm: Buffer) => Buffer): Buffer {
  const { hash, identifier } = signatureAlgorithm(key);
  const toBeSigned = body(identifier);
  return sequence(toBeSigned, identifier, bitString(sign(hash, toBeSigned, key)));
}

/** Algorithms accepted in signatures: none with SHA-1 or older hashes. `null` is the hash built into the key type. */
const verifiable: Readonly<Record<string, { keyType: string; hash: string | null }>> = {
  [Oid.ecdsaWithSha256]: { keyType: 'ec', hash: 'sha256' },
  [Oid.ecdsaWithSha384]: { keyType: 'ec', hash: 'sha384' },
  [Oid.ecdsaWithSha512]: { keyType: 'ec', hash: 'sha512' },
  [Oid.sha256WithRsa]: { keyType: 'rsa', hash: 'sha256' },
  [Oid.sha384WithRsa]: { keyType: 'rsa', hash: 'sha384' },
  [Oid.sha512WithRsa]: { keyType: 'rsa', hash: 'sha512' },
  [Oid.ed25519]: { keyType: 'ed25519', hash: null },
};

/**
 * True if `body` was signed with this key. False for weak or unknown algorithms and those of another key type.
 * @throws EveryhopError `x509.der-*`.
 */
export function isSignedBy(key: KeyObject, body: DerElement, algorithm: DerElement, signature: DerElement): boolean {
  const octets = readBitStringOctets(signature);
  const method = verifiable[readOid(algorithm.inside().next(Tag.oid))];
  if (method === undefined || method.keyType !== key.asymmetricKeyType) return false;
  try {
    return verify(method.hash, body.encoding, key, octets);
  } catch {
    return false; // OpenSSL parses some keys that it refuses to use
  }
}
