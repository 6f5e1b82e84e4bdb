import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { makeCertificate, randomSerial } from '../../src/x509/certificate-writer.ts';
import {
  exportPrivateKeyDer,
  exportPrivateKeyPem,
  generateKey,
  importPrivateKey,
  importPublicKey,
  keyFingerprint,
  publicKeyInfo,
} from '../../src/x509/key.ts';
import { x509Error } from '../../src/x509/messages.ts';
import { makeName } from '../../src/x509/name.ts';
import { testRandom } from '../support/seed.ts';

test('exports and imports keys as PEM and DER', async () => {
  for (const kind of ['p256', 'p384', 'rsa2048'] as const) {
    const key = await generateKey(kind);
    assert.ok(importPrivateKey(exportPrivateKeyPem(key).reveal()).equals(key));
    assert.ok(importPrivateKey(exportPrivateKeyDer(key)).equals(key));
    assert.ok(
      importPublicKey(publicKeyInfo(key)).equals(importPublicKey(publicKeyInfo(importPublicKey(publicKeyInfo(key))))),
    );
    assert.match(keyFingerprint(publicKeyInfo(key)), /^[0-9a-f]{64}$/);
  }
});

test('imports the older PEM formats', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  assert.ok(importPrivateKey(privateKey.export({ format: 'pem', type: 'sec1' })).equals(privateKey));
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  assert.ok(importPrivateKey(rsa.export({ format: 'pem', type: 'pkcs1' })).equals(rsa));
});

test('rejects an encrypted or damaged key without revealing any of it', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const encrypted = privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' });
  const oldEncrypted = privateKey.export({ format: 'pem', type: 'sec1', cipher: 'aes-256-cbc', passphrase: 'x' });
  for (const pem of [encrypted, oldEncrypted]) {
    assert.throws(
      () => importPrivateKey(pem),
      (error) => x509Error.is(error, 'x509.key-encrypted'),
    );
  }
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  const damaged = pem.replace(/MI.{10}/, 'MIAAAAAAAAAA');
  assert.throws(
    () => importPrivateKey(damaged),
    (error) =>
      x509Error.is(error, 'x509.key-unreadable') && !inspect(error, { depth: 9 }).includes(pem.split('\n')[2]!),
  );
  for (const nothing of ['', 'hello', Buffer.alloc(0), Buffer.alloc(50)]) {
    assert.throws(
      () => importPrivateKey(nothing),
      (error) => x509Error.is(error, 'x509.key-unreadable'),
    );
  }
});

test('refuses to sign with a key type that not all clients support', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const subject = makeName({});
  const content = {
    serial: randomSerial(testRandom),
    issuer: subject,
    subject,
    notBeforeMs: 0,
    notAfterMs: 1,
    publicKeyInfo: publicKeyInfo(privateKey),
    extensions: [],
  };
  assert.throws(
    () => makeCertificate(content, privateKey),
    (error) => x509Error.is(error, 'x509.key-unsupported'),
  );
});
