import assert from 'node:assert/strict';
import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import * as fc from '../../support/fast-check.ts';
import { subjectHash } from '../../../src/trust/bundle/subject-hash.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import { Tag } from '../../../src/x509/der-values.ts';
import { der, oid, sequence, setOf } from '../../../src/x509/der-writer.ts';
import { decodePem, encodePem } from '../../../src/x509/pem.ts';
import { folderOf, openssl } from '../../support/oracles.ts';
import { without } from '../../support/tools.ts';
import { makeRoot } from './roots.ts';

const skip = without('openssl');

/** The names from `openssl rehash`, with one process for all certificates. */
async function opensslHashes(t: TestContext, certificates: readonly Buffer[]): Promise<(string | undefined)[]> {
  const files = certificates.map((der, index) => [`${index}.pem`, encodePem('CERTIFICATE', der)]);
  const folder = await folderOf(t, Object.fromEntries(files) as Record<string, string>);
  const { code, stderr } = await openssl(`rehash ${folder}`);
  assert.equal(code, 0, stderr);
  const hashes = new Map<string, string>();
  for (const name of await readdir(folder)) {
    const target = await readlink(path.join(folder, name)).catch(() => undefined);
    if (target !== undefined) hashes.set(target, name.split('.')[0]!);
  }
  return certificates.map((_, index) => hashes.get(`${index}.pem`));
}

const ours = (certificates: readonly Buffer[]): string[] =>
  certificates.map((der) => subjectHash(parseCertificate(der).subject));

test('matches OpenSSL’s hash for every Mozilla root', { skip }, async (t) => {
  const certificates = tls.getCACertificates('bundled').map((pem) => decodePem(pem)[0]!.der);
  assert.ok(certificates.length > 100);
  assert.deepEqual(ours(certificates), await opensslHashes(t, certificates));
});

const characters = fc.constantFrom('a', 'B', 'Z', ' ', '  ', '\t', '\n', '.', '9', 'Ä', 'ß', 'İ', '中', '\u00a0', '👍');
const text = fc.string({ unit: characters, minLength: 1, maxLength: 12 });
const value = fc.oneof(
  text.map((text) => der(Tag.utf8String, Buffer.from(text))),
  text.map((text) => der(Tag.bmpString, Buffer.from(text.replaceAll(/[^\u0000-\ud7ff]/g, '?'), 'utf16le').swap16())),
  // No VisibleString: OpenSSL rejects certificates with one in a name.
  ...[Tag.printableString, Tag.ia5String, Tag.numericString].map((tag) =>
    text.map((text) => der(tag, Buffer.from(text.replaceAll(/[^ -~]/g, '7')))),
  ),
  text.map((text) => der(Tag.teletexString, Buffer.from(text.replaceAll(/[^\u0000-\u00ff]/g, 'ü'), 'latin1'))),
  text.map((text) => {
    const points = Array.from(text, (character) => character.codePointAt(0)!).flatMap((point) => [
      0,
      point >> 16,
      (point >> 8) & 255,
      point & 255,
    ]);
    return der(Tag.universalString, Buffer.from(points));
  }),
);
const attribute = fc
  .tuple(fc.constantFrom('2.5.4.3', '2.5.4.10', '2.5.4.11', '1.2.3.4'), value)
  .map(([type, value]) => sequence(oid(type), value));
const name = fc
  .array(fc.array(attribute, { minLength: 1, maxLength: 3 }), { maxLength: 4 })
  .map((relatives) => sequence(...relatives.map((attributes) => setOf(...attributes))));

test(
  'property: matches OpenSSL for every string type, with odd spaces, case and multi-valued attributes',
  { skip },
  async (t) => {
    const { key } = makeRoot();
    const names = fc.sample(name, 150);
    const certificates = names.map((encoding) => {
      const name = { text: '', commonName: undefined, encoding };
      return makeRoot({ key, subject: name }).der;
    });
    assert.deepEqual(ours(certificates), await opensslHashes(t, certificates));
  },
);
