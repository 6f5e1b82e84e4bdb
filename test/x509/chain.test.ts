import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { type Certificate, parseCertificate } from '../../src/x509/certificate.ts';
import { makeCertificate, randomSerial } from '../../src/x509/certificate-writer.ts';
import { orderChain } from '../../src/x509/chain.ts';
import { basicConstraints } from '../../src/x509/extension.ts';
import { generateKey, publicKeyInfo } from '../../src/x509/key.ts';
import { makeName } from '../../src/x509/name.ts';
import { testRandom } from '../support/seed.ts';

interface Pair {
  certificate: Certificate;
  key: KeyObject;
}

async function certify(name: string, isCa: boolean, issuer?: Pair): Promise<Pair> {
  const key = await generateKey();
  const subject = makeName({ commonName: name });
  const der = makeCertificate(
    {
      serial: randomSerial(testRandom),
      issuer: issuer?.certificate.subject ?? subject,
      subject,
      notBeforeMs: 0,
      notAfterMs: 1,
      publicKeyInfo: publicKeyInfo(key),
      extensions: [basicConstraints(isCa)],
    },
    issuer?.key ?? key,
  );
  return { certificate: parseCertificate(der), key };
}

test('orders certificates as leaf, intermediate, root and returns the unrelated ones', async () => {
  const root = await certify('root', true);
  const intermediate = await certify('intermediate', true, root);
  const leaf = await certify('leaf', false, intermediate);
  const stranger = await certify('stranger', true);
  const namesake = await certify('intermediate', true); // same name, another key
  const heap = [root, stranger, namesake, leaf, intermediate, leaf].map(({ certificate }) => certificate);
  const { chain, unrelated } = orderChain(heap);
  assert.deepEqual(
    chain.map(({ subject }) => subject.text),
    ['CN=leaf', 'CN=intermediate', 'CN=root'],
  );
  assert.equal(chain[1], intermediate.certificate);
  assert.deepEqual(unrelated, [stranger.certificate, namesake.certificate]);
  const incomplete = orderChain([root.certificate, leaf.certificate]);
  assert.deepEqual([incomplete.chain, incomplete.unrelated], [[leaf.certificate], [root.certificate]]);
  assert.deepEqual(orderChain([]), { chain: [], unrelated: [] });
});
