import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { EveryhopError } from '../../src/base/errors.ts';
import { readPkcs7 } from '../../src/x509/pkcs7.ts';
import { folderOf, openssl } from '../support/oracles.ts';
import { without } from '../support/tools.ts';
import { makeRoot } from '../trust/bundle/roots.ts';

test(
  'reads certificates packed by OpenSSL; changed bytes either parse or throw our errors',
  { skip: without('openssl') },
  async (t) => {
    const made = [makeRoot(), makeRoot(), makeRoot()];
    const folder = await folderOf(t, { 'roots.pem': made.map(({ pem }) => pem).join('') });
    const file = path.join(folder, 'roots.p7b');
    const { code, stderr } = await openssl(`crl2pkcs7 -nocrl -certfile ${folder}/roots.pem -outform DER -out ${file}`);
    assert.equal(code, 0, stderr);
    const bytes = readFileSync(file);
    assert.deepEqual(
      readPkcs7(bytes),
      made.map(({ der }) => der),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, octet, end) => {
        const changed = Buffer.from(bytes.subarray(0, end));
        if (at < end) changed[at] = octet;
        try {
          readPkcs7(changed);
        } catch (error) {
          assert.ok(error instanceof EveryhopError && error.code.startsWith('x509.'));
        }
      }),
      { numRuns: 2000 },
    );
  },
);
