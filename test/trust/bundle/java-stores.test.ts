import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { encodeJks, encodePkcs12 } from '../../../src/trust/bundle/java-stores.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import { folderOf, judge, openssl } from '../../support/oracles.ts';
import { without } from '../../support/tools.ts';
import { makeRoot } from './roots.ts';

const names = ['Plain', 'Ünïcödé 中文', 'CN with / and , and "', 'same', 'same', '!!!', 'x'.repeat(64)];
const certificates = names.map((name) => parseCertificate(makeRoot({ name }).der));
const fingerprints = certificates.map(({ fingerprint }) => fingerprint).sort();
const stores = {
  'store.p12': encodePkcs12(certificates, 'changeit'),
  'store.jks': encodeJks(certificates, 'changeit'),
};

test(
  'Java trusts every root of both stores, as either type, with and without a password',
  { skip: without('java') },
  async (t) => {
    const folder = await folderOf(t, stores);
    const files = Object.keys(stores).map((name) => path.join(folder, name));
    const program = path.join(import.meta.dirname, 'Anchors.java');
    // Java 8 defaults to "jks", later versions to "pkcs12"; all read both.
    for (const [type, password] of [
      ['pkcs12', 'changeit'],
      ['jks', 'changeit'],
      ['pkcs12', ''],
    ] as const) {
      const { stdout, stderr } = await judge('java', '-XX:TieredStopAtLevel=1', program, type, password, ...files);
      const lines = stdout.trimEnd().split('\n');
      assert.equal(lines.length, files.length, stderr);
      for (const line of lines) assert.deepEqual(line.split(' ').sort(), fingerprints);
    }
  },
);

test('keytool lists all roots, and rejects a wrong password', { skip: without('java') }, async (t) => {
  const folder = await folderOf(t, stores);
  for (const name of Object.keys(stores)) {
    const list = (password: string): ReturnType<typeof judge> =>
      judge('keytool', '-list', '-keystore', path.join(folder, name), '-storepass', password);
    const { stdout, stderr } = await list('changeit');
    assert.equal(stdout.match(/trustedCertEntry/g)?.length, names.length, stderr);
    assert.notEqual((await list('wrong!')).code, 0);
  }
});

test('OpenSSL reads the PKCS#12 file and checks its MAC', { skip: without('openssl') }, async (t) => {
  const folder = await folderOf(t, stores);
  const read = (password: string): ReturnType<typeof openssl> =>
    openssl(`pkcs12 -in ${folder}/store.p12 -nokeys -passin pass:${password}`);
  const { stdout, stderr } = await read('changeit');
  assert.equal(stdout.match(/BEGIN CERTIFICATE/g)?.length, names.length, stderr);
  assert.match((await read('wrong')).stderr, /Mac verify error/);
});

test('equal certificates give equal bytes, different ones different bytes', () => {
  assert.deepEqual(encodePkcs12(certificates, 'changeit'), stores['store.p12']);
  assert.deepEqual(encodeJks(certificates, 'changeit'), stores['store.jks']);
  assert.notDeepEqual(encodePkcs12(certificates.slice(1), 'changeit'), stores['store.p12']);
});
