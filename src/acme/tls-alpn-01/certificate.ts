import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { Secret } from '../../base/redact.ts';
import { addressOctets } from '../../names/address.ts';
import { makeCertificate, randomSerial } from '../../x509/certificate-writer.ts';
import { acmeIdentifier, subjectAltName } from '../../x509/extension.ts';
import { exportPrivateKeyPem, generateKey, publicKeyInfo } from '../../x509/key.ts';
import { makeName } from '../../x509/name.ts';
import { encodePem } from '../../x509/pem.ts';
import type { Challenge, Identifier } from '../challenge.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** The certificate for connections with this server name and ALPN `acme-tls/1`. */
export interface TlsAlpnAnswer {
  serverName: string;
  certificatePem: string;
  keyPem: Secret<string>;
}

/**
 * The self-signed certificate that answers TLS-ALPN-01 (RFC 8737 §3): the name or address as its only subjectAltName,
 * and the digest of the key authorization in the critical extension acmeIdentifier.
 */
export async function makeTlsAlpnAnswer(challenge: Challenge, clock: Clock, random: Random): Promise<TlsAlpnAnswer> {
  const key = await generateKey();
  const digest = createHash('sha256').update(challenge.keyAuthorization).digest();
  const name = makeName({ commonName: 'ACME challenge' });
  const nowMs = clock.now();
  const certificate = makeCertificate(
    {
      serial: randomSerial(random),
      issuer: name,
      subject: name,
      notBeforeMs: nowMs - dayMs,
      notAfterMs: nowMs + 7 * dayMs,
      publicKeyInfo: publicKeyInfo(key),
      extensions: [subjectAltName([challenge.name], false), acmeIdentifier(digest)],
    },
    key,
  );
  return {
    serverName: tlsAlpnServerName(challenge.identifier),
    certificatePem: encodePem('CERTIFICATE', certificate),
    keyPem: exportPrivateKeyPem(key),
  };
}

/**
 * The server name (SNI) in the authority's ClientHello: the name itself or, because SNI cannot hold an address, the
 * address's reverse name (RFC 8738 §6).
 */
export function tlsAlpnServerName({ type, value }: Identifier): string {
  if (type === 'dns') return value;
  const octets = addressOctets(value)!;
  if (octets.length === 4) return `${[...octets].toReversed().join('.')}.in-addr.arpa`;
  const digits = octets.toString('hex').split('');
  return `${digits.toReversed().join('.')}.ip6.arpa`;
}
