import { createHash, createHmac, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { x509Error } from '../x509/messages.ts';

/** The signer: a bare key (new account, certificate key), or an account (RFC 8555 §6.2). */
export interface Signer {
  key: KeyObject;
  accountUrl?: string;
}

export function base64url(data: string | Uint8Array): string {
  return Buffer.from(data).toString('base64url');
}

/** The members required by RFC 7638 §3.2, in its order. */
function jwk(key: KeyObject): Record<string, string> {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const { kty, crv, x, y, n, e } = publicKey.export({ format: 'jwk' }) as Record<string, string>;
  return kty === 'RSA' ? { e: e!, kty, n: n! } : { crv: crv!, kty: kty!, x: x!, y: y! };
}

/** RFC 7638, SHA-256, base64url. */
export function thumbprint(key: KeyObject): string {
  return createHash('sha256')
    .update(JSON.stringify(jwk(key)))
    .digest('base64url');
}

/** RFC 8555 §8.1. */
export function keyAuthorization(token: string, accountKey: KeyObject): string {
  return `${token}.${thumbprint(accountKey)}`;
}

/** @throws EveryhopError `x509.key-unsupported` for anything but P-256, P-384 and RSA. */
function algorithm(key: KeyObject): { alg: string; hash: string } {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === 'prime256v1') return { alg: 'ES256', hash: 'sha256' };
  if (curve === 'secp384r1') return { alg: 'ES384', hash: 'sha384' };
  if (key.asymmetricKeyType === 'rsa') return { alg: 'RS256', hash: 'sha256' };
  throw x509Error('x509.key-unsupported', { kind: curve ?? key.asymmetricKeyType ?? 'unknown' });
}

/**
 * A flattened JWS (RFC 7515 §7.2.2), as ACME requires.
 * @param payload undefined: POST-as-GET, with an empty payload (RFC 8555 §6.3).
 * @param nonce undefined only in the inner signature of a key change.
 */
export function signJws(signer: Signer, url: string, payload: unknown, nonce: string | undefined): string {
  const { alg, hash } = algorithm(signer.key);
  const identity = signer.accountUrl === undefined ? { jwk: jwk(signer.key) } : { kid: signer.accountUrl };
  const header = base64url(JSON.stringify({ alg, ...identity, ...(nonce === undefined ? {} : { nonce }), url }));
  const body = payload === undefined ? '' : base64url(JSON.stringify(payload));
  const signature = sign(hash, Buffer.from(`${header}.${body}`), { key: signer.key, dsaEncoding: 'ieee-p1363' });
  return JSON.stringify({ protected: header, payload: body, signature: base64url(signature) });
}

/** The value of `externalAccountBinding` (RFC 8555 §7.3.4): the account's public key, signed with HS256. */
export function bindAccount(accountKey: KeyObject, keyId: string, macKey: Uint8Array, url: string): object {
  const header = base64url(JSON.stringify({ alg: 'HS256', kid: keyId, url }));
  const payload = base64url(JSON.stringify(jwk(accountKey)));
  const signature = createHmac('sha256', macKey).update(`${header}.${payload}`).digest('base64url');
  return { protected: header, payload, signature };
}

/** The inner JWS of a key change (RFC 8555 §7.3.5). */
export function signKeyChange(oldKey: KeyObject, newKey: KeyObject, accountUrl: string, url: string): object {
  const jws = signJws({ key: newKey }, url, { account: accountUrl, oldKey: jwk(oldKey) }, undefined);
  return JSON.parse(jws) as object;
}
