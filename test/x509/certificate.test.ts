import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { rootCertificates } from 'node:tls';
import * as fc from '../support/fast-check.ts';
import * as pkijs from 'pkijs';
import { EveryhopError } from '../../src/base/errors.ts';
import { formatCidr, parseCidr } from '../../src/names/cidr.ts';
import { makeCertificate, randomSerial } from '../../src/x509/certificate-writer.ts';
import { type Certificate, isCertificateOf, isIssuedBy, parseCertificate } from '../../src/x509/certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  type Extension,
  extKeyUsage,
  keyUsage,
  nameConstraints,
  subjectAltName,
  subjectKeyIdentifier,
} from '../../src/x509/extension.ts';
import { generateKey, type KeyKind, keyIdentifier, publicKeyInfo } from '../../src/x509/key.ts';
import { makeName } from '../../src/x509/name.ts';
import { decodePem } from '../../src/x509/pem.ts';
import { peculiar } from '../support/peculiar.ts';
import { testRandom } from '../support/seed.ts';

const start = Date.parse('2026-01-15T12:00:00Z');
const end = Date.parse('2051-02-03T04:05:06Z');

async function make(extensions: Extension[] = [], kind?: KeyKind): Promise<Buffer> {
  const key = await generateKey(kind);
  const subject = makeName({ organization: 'Lab, "Inc"', commonName: '名前 #1' });
  return makeCertificate(
    {
      serial: randomSerial(testRandom),
      issuer: subject,
      subject,
      notBeforeMs: start,
      notAfterMs: end,
      publicKeyInfo: publicKeyInfo(key),
      extensions,
    },
    key,
  );
}

const everyExtension = [
  basicConstraints(true, 3),
  keyUsage('keyCertSign', 'cRLSign', 'decipherOnly'),
  extKeyUsage('serverAuth', '1.3.6.1.4.1.311.10.3.4'),
  subjectAltName(['Chat.Test', '*.lab.test', '10.1.2.3', 'fd00::1'], false),
  nameConstraints({
    permittedDnsNames: ['test'],
    permittedIpRanges: [parseCidr('10.0.0.0/8')!, parseCidr('fc00::/7')!],
    excludedDnsNames: ['no.test'],
    excludedIpRanges: [parseCidr('10.9.0.0/16')!],
  }),
  subjectKeyIdentifier(Buffer.from('0102', 'hex')),
  authorityKeyIdentifier(Buffer.from('0102', 'hex')),
];

/** The error code from parsing `bytes`, or 'accepted'. Other errors fail the test. */
function outcome(bytes: Uint8Array): string {
  try {
    parseCertificate(bytes);
    return 'accepted';
  } catch (error) {
    assert.ok(error instanceof EveryhopError && error.code.startsWith('x509.'), String(error));
    return error.code;
  }
}

test('parses every field that it writes', async () => {
  const certificate = parseCertificate(await make(everyExtension));
  assert.equal(certificate.version, 3);
  assert.equal(certificate.subject.text, 'CN=名前 #1,O=Lab\\, \\"Inc\\"');
  assert.equal(certificate.subject.commonName, '名前 #1');
  assert.deepEqual([certificate.notBeforeMs, certificate.notAfterMs], [start, end]);
  assert.deepEqual(certificate.dnsNames, ['chat.test', '*.lab.test']);
  assert.deepEqual(certificate.ipAddresses, ['10.1.2.3', 'fd00::1']);
  assert.equal(certificate.hasOtherNames, false);
  assert.deepEqual([certificate.isCa, certificate.pathLength], [true, 3]);
  assert.deepEqual(certificate.keyUsage, ['keyCertSign', 'cRLSign', 'decipherOnly']);
  assert.deepEqual(certificate.extendedKeyUsage, ['serverAuth', '1.3.6.1.4.1.311.10.3.4']);
  assert.deepEqual([certificate.subjectKeyId, certificate.authorityKeyId], ['0102', '0102']);
  assert.deepEqual(certificate.key, { kind: 'EC', bits: 256, curve: 'P-256' });
  assert.equal(certificate.signatureAlgorithm, 'ecdsa-with-SHA256');
  assert.ok(certificate.isSelfIssued && isIssuedBy(certificate, certificate));
  const constraints = certificate.nameConstraints!;
  assert.deepEqual([constraints.permittedDnsNames, constraints.excludedDnsNames], [['test'], ['no.test']]);
  assert.deepEqual(constraints.permittedIpRanges.map(formatCidr), ['10.0.0.0/8', 'fc00::/7']);
  assert.deepEqual(constraints.excludedIpRanges.map(formatCidr), ['10.9.0.0/16']);
  assert.deepEqual(
    certificate.extensions.map(({ isCritical }) => isCritical),
    [true, true, false, false, true, false, false],
  );
});

test('serials are positive, have 16 octets and do not repeat', () => {
  const serials = Array.from({ length: 500 }, () => randomSerial(testRandom));
  assert.ok(serials.every((serial) => serial.length === 16 && serial[0]! >= 0x40 && serial[0]! < 0x80));
  assert.equal(new Set(serials.map((serial) => serial.toString('hex'))).size, 500);
});

test('signs with every kind of key, and Node verifies it', async () => {
  const facts: [KeyKind, string, number, string][] = [
    ['p256', 'EC', 256, 'ecdsa-with-SHA256'],
    ['p384', 'EC', 384, 'ecdsa-with-SHA384'],
    ['rsa2048', 'RSA', 2048, 'sha256WithRSAEncryption'],
    ['rsa3072', 'RSA', 3072, 'sha256WithRSAEncryption'],
  ];
  for (const [kind, keyKind, bits, algorithm] of facts) {
    const bytes = await make([], kind);
    const certificate = parseCertificate(bytes);
    assert.deepEqual(
      [certificate.key.kind, certificate.key.bits, certificate.signatureAlgorithm],
      [keyKind, bits, algorithm],
    );
    const theirs = new X509Certificate(bytes);
    assert.ok(theirs.verify(theirs.publicKey), kind);
    assert.ok(isCertificateOf(certificate, theirs.publicKey));
  }
  const other = await generateKey();
  assert.ok(!isCertificateOf(parseCertificate(await make()), other));
});

test('computes key identifiers by RFC 7093 and RFC 5280', async () => {
  const spki = publicKeyInfo(await generateKey());
  const point = spki.subarray(-65);
  const digest = (hash: string): Buffer => createHash(hash).update(point).digest();
  assert.deepEqual(keyIdentifier(spki), digest('sha256').subarray(0, 20));
  assert.deepEqual(keyIdentifier(spki, 'sha1'), digest('sha1'));
});

test('@peculiar/x509 and pkijs parse our certificates', async () => {
  const bytes = await make(everyExtension);
  const theirs = new peculiar.X509Certificate(bytes);
  const ours = parseCertificate(bytes);
  assert.equal(theirs.serialNumber, ours.serial);
  assert.deepEqual([theirs.notBefore.getTime(), theirs.notAfter.getTime()], [start, end]);
  assert.deepEqual(theirs.getExtension(peculiar.SubjectAlternativeNameExtension)!.names.toJSON(), [
    { type: 'dns', value: 'chat.test' },
    { type: 'dns', value: '*.lab.test' },
    { type: 'ip', value: '10.1.2.3' },
    { type: 'ip', value: 'fd00::1' },
  ]);
  const basic = theirs.getExtension(peculiar.BasicConstraintsExtension)!;
  assert.deepEqual([basic.ca, basic.pathLength, basic.critical], [true, 3, true]);
  const usages = theirs.getExtension(peculiar.KeyUsagesExtension)!.usages;
  assert.equal(
    usages,
    peculiar.KeyUsageFlags.keyCertSign | peculiar.KeyUsageFlags.cRLSign | peculiar.KeyUsageFlags.decipherOnly,
  );
  assert.equal(theirs.getExtension(peculiar.SubjectKeyIdentifierExtension)!.keyId, '0102');
  assert.equal(theirs.getExtension(peculiar.AuthorityKeyIdentifierExtension)!.keyId, '0102');
  assert.ok(await theirs.verify({ signatureOnly: true }));

  const parsed = pkijs.Certificate.fromBER(bytes);
  assert.equal(parsed.extensions!.length, everyExtension.length);
  const constraints = parsed.extensions!.find(({ extnID }) => extnID === '2.5.29.30')!
    .parsedValue as pkijs.NameConstraints;
  assert.deepEqual([constraints.permittedSubtrees!.length, constraints.excludedSubtrees!.length], [3, 2]);
  assert.ok(await parsed.verify());
});

test('parses a certificate from @peculiar/x509', async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const theirs = await peculiar.X509CertificateGenerator.createSelfSigned({
    serialNumber: '00ff01',
    name: 'CN=theirs, O=Lab+OU=a, C=DE',
    notBefore: new Date(start),
    notAfter: new Date(end),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new peculiar.BasicConstraintsExtension(true, 0, true),
      new peculiar.KeyUsagesExtension(peculiar.KeyUsageFlags.digitalSignature, true),
      new peculiar.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1']),
      new peculiar.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'a.test' },
        { type: 'ip', value: '::1' },
        { type: 'email', value: 'a@a.test' },
      ]),
      await peculiar.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await peculiar.AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const ours = parseCertificate(new Uint8Array(theirs.rawData));
  assert.equal(ours.serial, 'ff01');
  assert.equal(ours.serialOctets.toString('hex'), '00ff01');
  assert.equal(ours.subject.commonName, 'theirs');
  assert.match(ours.subject.text, /^C=DE,/);
  assert.deepEqual([ours.notBeforeMs, ours.notAfterMs], [start, end]);
  assert.deepEqual([ours.isCa, ours.pathLength, ours.keyUsage], [true, 0, ['digitalSignature']]);
  assert.deepEqual([ours.dnsNames, ours.ipAddresses, ours.hasOtherNames], [['a.test'], ['::1'], true]);
  assert.equal(ours.subjectKeyId, ours.authorityKeyId);
  assert.deepEqual(ours.key, { kind: 'EC', bits: 384, curve: 'P-384' });
  assert.ok(isIssuedBy(ours, ours));
});

test("parses Node's built-in roots as Node does", () => {
  for (const pem of rootCertificates) {
    const theirs = new X509Certificate(pem);
    const ours = parseCertificate(decodePem(pem)[0]!.der);
    const label = theirs.subject;
    assert.deepEqual(ours.der, theirs.raw, label);
    assert.equal(BigInt(`0x${ours.serial}`), BigInt(`0x${theirs.serialNumber}`), label);
    assert.equal(ours.fingerprint, theirs.fingerprint256.replaceAll(':', '').toLowerCase(), label);
    assert.deepEqual(
      [ours.notBeforeMs, ours.notAfterMs],
      [theirs.validFromDate.getTime(), theirs.validToDate.getTime()],
      label,
    );
    assert.equal(ours.isCa, theirs.ca, label);
    const details = theirs.publicKey.asymmetricKeyDetails!;
    assert.equal(ours.key.bits, details.modulusLength ?? Number(/\d{3}/.exec(details.namedCurve!)![0]), label);
    assert.ok(isIssuedBy(ours, ours), label);
    const commonName = /^CN=(.*)$/m.exec(theirs.subject)?.[1];
    if (commonName !== undefined) assert.equal(ours.subject.commonName, commonName, label);
  }
  assert.ok(rootCertificates.length > 100);
});

test('rejects structures that violate RFC 5280', async () => {
  const good = await make(everyExtension);
  const twice = await make([basicConstraints(true), basicConstraints(true)]);
  assert.equal(outcome(good), 'accepted');
  assert.equal(outcome(twice), 'x509.malformed');
  assert.equal(outcome(Buffer.concat([good, Buffer.from([0])])), 'x509.der-trailing');
  assert.equal(outcome(good.subarray(0, -1)), 'x509.der-truncated');
  assert.equal(outcome(Buffer.alloc(0)), 'x509.der-truncated');

  const algorithm = Buffer.from('2a8648ce3d040302', 'hex');
  const mismatched = Buffer.from(good);
  mismatched[good.lastIndexOf(algorithm) + 7] = 3;
  assert.equal(outcome(mismatched), 'x509.malformed');
  const version = Buffer.from(good);
  version[good.indexOf(Buffer.from('a003020102', 'hex')) + 4] = 0;
  assert.equal(outcome(version), 'x509.malformed');
  const badAddress = await make([{ oid: '2.5.29.17', isCritical: false, value: Buffer.from('300587030a0203', 'hex') }]);
  assert.equal(outcome(badAddress), 'x509.malformed');
});

test('accepts a negative serial', async () => {
  const good = await make();
  const at = good.indexOf(Buffer.from('a003020102', 'hex')) + 7; // first content octet of the serial
  const negative = Buffer.from(good);
  negative[at] = 0xbf;
  assert.match(parseCertificate(negative).serial, /^-4[01]/);
  assert.equal(new X509Certificate(negative).serialNumber.toLowerCase(), parseCertificate(negative).serial);
});

test('mutated certificates either parse or throw our errors, and never verify', async () => {
  const bytes = await make(everyExtension);
  const good: Certificate = parseCertificate(bytes);
  const mutation = fc.record({
    at: fc.nat(bytes.length - 1),
    octets: fc.uint8Array({ maxLength: 6 }),
    removed: fc.nat(6),
  });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      let mutated = bytes;
      for (const { at, octets, removed } of mutations) {
        mutated = Buffer.concat([mutated.subarray(0, at), octets, mutated.subarray(at + removed)]);
      }
      if (outcome(mutated) !== 'accepted' || mutated.equals(bytes)) return;
      const changed = parseCertificate(mutated);
      assert.ok(!isIssuedBy(changed, good), 'a changed certificate must not verify');
    }),
    { numRuns: 3000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => outcome(octets) !== 'accepted'));
});
