import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { makeCertificate, randomSerial } from '../x509/certificate-writer.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { subjectAltName } from '../x509/extension.ts';
import { exportPrivateKeyPem, generateKey, publicKeyInfo } from '../x509/key.ts';
import { makeName } from '../x509/name.ts';
import { encodePem } from '../x509/pem.ts';
import type { Generation } from './generation.ts';

/** Issuer name of a certificate that no client should trust. */
export const standInIssuer = 'stand-in';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * A self-signed certificate, kept in memory only: with it the edge can listen and answer challenges before the first
 * real certificate arrives.
 */
export async function standIn(names: readonly string[], clock: Clock, random: Random): Promise<Generation> {
  const key = await generateKey();
  const name = makeName({ commonName: 'Everyhop, waiting for a certificate' });
  const [notBeforeMs, notAfterMs] = [clock.now() - dayMs, clock.now() + 7 * dayMs];
  const der = makeCertificate(
    {
      serial: randomSerial(random),
      issuer: name,
      subject: name,
      notBeforeMs,
      notAfterMs,
      publicKeyInfo: publicKeyInfo(key),
      extensions: [subjectAltName(names, false)],
    },
    key,
  );
  return {
    id: `${standInIssuer}-${random.bytes(8).toString('hex')}`,
    names: [...names],
    issuer: standInIssuer,
    chainPem: encodePem('CERTIFICATE', der),
    keyPem: exportPrivateKeyPem(key),
    serial: parseCertificate(der).serial,
    notBeforeMs,
    notAfterMs,
    createdMs: clock.now(),
    revokedMs: undefined,
  };
}
