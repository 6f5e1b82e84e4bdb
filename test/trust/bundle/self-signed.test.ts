import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import tls from 'node:tls';
import { selfSignedOf } from '../../../src/trust/bundle/self-signed.ts';
import { isIssuedBy, parseCertificate } from '../../../src/x509/certificate.ts';
import { decodePem } from '../../../src/x509/pem.ts';
import { makeRoot } from './roots.ts';

test('self-signed detection matches isIssuedBy for Mozilla’s roots and odd ones', async () => {
  const ofMozilla = tls.getCACertificates('bundled').map((pem) => parseCertificate(decodePem(pem)[0]!.der));
  const root = makeRoot();
  const damaged = Buffer.from(root.der);
  damaged[damaged.length - 1]! ^= 1;
  const odd = [
    root.der,
    damaged,
    makeRoot({ issuer: root }).der,
    makeRoot({ subject: root.name, issuer: { name: root.name, key: makeRoot().key } }).der,
    makeRoot({ key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }).der,
    makeRoot({ key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey }).der,
  ].map((der) => parseCertificate(der));
  const all = [...ofMozilla, ...odd];
  const expected = all.filter((certificate) => isIssuedBy(certificate, certificate));
  assert.equal(expected.length, ofMozilla.length + 3);
  assert.deepEqual(await selfSignedOf(all), new Set(expected.map(({ fingerprint }) => fingerprint)));
});
