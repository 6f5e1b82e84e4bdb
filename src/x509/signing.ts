import { type KeyObject, sign } from 'node:crypto';
import { EveryhopError } from '../base/errors.ts';
import { bitString, nullValue, oid, sequence } from './der-writer.ts';
import { Oid } from './oids.ts';

const ecdsaWithSha256 = { hash: 'sha256', identifier: sequence(oid(Oid.ecdsaWithSha256)) };
const ecdsaWithSha384 = { hash: 'sha384', identifier: sequence(oid(Oid.ecdsaWithSha384)) };
const sha256WithRsa = { hash: 'sha256', identifier: sequence(oid(Oid.sha256WithRsa), nullValue()) };

/** The hash and the AlgorithmIdentifier (DER) that a private key signs with. */
function signatureAlgorithm(key: KeyObject): { hash: string; identifier: Buffer } {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'prime256v1') return ecdsaWithSha256;
  if (curve === 'secp384r1') return ecdsaWithSha384;
  if (key.asymmetricKeyType === 'rsa') return sha256WithRsa;
  throw new EveryhopError('x509.key-unsupported', { kind: curve ?? key.asymmetricKeyType ?? 'unknown' });
}

/**
 * Signs what a certificate and a request both are: SEQUENCE { body, algorithm, signature }.
 * @param body makes the signed part, given the AlgorithmIdentifier (a certificate repeats it inside).
 * @throws EveryhopError `x509.key-unsupported` for anything but P-256, P-384 and RSA.
 */
export function signed(key: KeyObject, body: (algorithm: Buffer) => Buffer): Buffer {
  const { hash, identifier } = signatureAlgorithm(key);
  const toBeSigned = body(identifier);
  return sequence(toBeSigned, identifier, bitString(sign(hash, toBeSigned, key)));
}
