import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import * as pkijs from 'pkijs';
import { EveryhopError } from '../../src/base/errors.ts';
import { generateKey, publicKeyInfo } from '../../src/x509/key.ts';
import { x509Error } from '../../src/x509/messages.ts';
import { decodePem } from '../../src/x509/pem.ts';
import { makeRequest, parseRequest } from '../../src/x509/request.ts';
import { folderOf, openssl } from '../support/oracles.ts';
import { peculiar } from '../support/peculiar.ts';

const names = ['chat.test', '*.lab.test', '10.0.0.1', 'fd00::1'];

test('parses its own requests for every kind of key', async () => {
  for (const kind of ['p256', 'p384', 'rsa2048'] as const) {
    const key = await generateKey(kind);
    const request = parseRequest(makeRequest(names, key));
    assert.deepEqual([request.dnsNames, request.ipAddresses], [names.slice(0, 2), names.slice(2)]);
    assert.deepEqual(request.publicKeyInfo, publicKeyInfo(key));
    assert.equal(request.subject.text, '');
  }
});

test('OpenSSL, @peculiar/x509 and pkijs verify our requests', async (t) => {
  const bytes = makeRequest(names, await generateKey());
  const folder = await folderOf(t, { 'request.der': bytes });
  const seen = await openssl(`req -inform DER -in ${folder}/request.der -verify -noout -text`);
  assert.equal(seen.code, 0, seen.stderr);
  assert.match(seen.stdout, /DNS:chat\.test, DNS:\*\.lab\.test, IP Address:10\.0\.0\.1, IP Address:FD00:0:0:0:0:0:0:1/);
  assert.ok(await new peculiar.Pkcs10CertificateRequest(bytes).verify());
  assert.ok(await pkijs.CertificationRequest.fromBER(bytes).verify());
});

test('parses requests from OpenSSL and @peculiar/x509', async (t) => {
  const folder = await folderOf(t);
  for (const algorithm of ['rsa:2048', 'ed25519']) {
    const seen = await openssl(
      `req -newkey ${algorithm} -nodes -keyout ${folder}/key.pem -subj /O=Lab/CN=a.test -addext subjectAltName=DNS:a.test,IP:10.0.0.1`,
    );
    const request = parseRequest(decodePem(seen.stdout)[0]!.der);
    assert.deepEqual(
      [request.subject.text, request.dnsNames, request.ipAddresses],
      ['CN=a.test,O=Lab', ['a.test'], ['10.0.0.1']],
    );
  }
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-512' };
  const keys = await crypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify']);
  const theirs = await peculiar.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=b.test',
    keys,
    signingAlgorithm,
    attributes: [new peculiar.ChallengePasswordAttribute('x')],
    extensions: [new peculiar.SubjectAlternativeNameExtension([{ type: 'dns', value: 'b.test' }])],
  });
  assert.deepEqual(parseRequest(new Uint8Array(theirs.rawData)).dnsNames, ['b.test']);
});

test('rejects a request signed with SHA-1', async (t) => {
  const folder = await folderOf(t);
  const seen = await openssl(`req -newkey rsa:2048 -nodes -sha1 -keyout ${folder}/key.pem -subj /CN=a.test`);
  assert.throws(
    () => parseRequest(decodePem(seen.stdout)[0]!.der),
    (error) => x509Error.is(error, 'x509.request-signature'),
  );
});

test('rejects a modified request with our errors', async () => {
  const bytes = makeRequest(names, await generateKey());
  const renamed = Buffer.from(bytes);
  renamed[bytes.indexOf('chat.test')] = 'k'.charCodeAt(0);
  assert.throws(
    () => parseRequest(renamed),
    (error) => x509Error.is(error, 'x509.request-signature'),
  );
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const mutated = Buffer.from(bytes);
      mutated[at]! ^= change;
      try {
        parseRequest(mutated);
        return false;
      } catch (error) {
        return error instanceof EveryhopError && error.code.startsWith('x509.');
      }
    }),
    { numRuns: 1000 },
  );
});
