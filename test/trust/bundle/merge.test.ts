import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { type EveryhopError, GatheredError } from '../../../src/base/errors.ts';
import type { SourceKind } from '../../../src/trust/bundle/anchor.ts';
import { type Bundle, mergeRoots, type MergeOptions } from '../../../src/trust/bundle/merge.ts';
import { bundleError } from '../../../src/trust/bundle/messages.ts';
import { readRoots } from '../../../src/trust/bundle/read-roots.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import { der } from '../../../src/x509/der-writer.ts';
import { basicConstraints, extKeyUsage, keyUsage, subjectKeyIdentifier } from '../../../src/x509/extension.ts';
import { type Made, makeLeaf, makeRoot, nowMs, type Wanted } from './roots.ts';

interface Given {
  system?: Made[];
  files?: Made[];
  authority?: Made;
}

function merge({ system = [], files = [], authority }: Given, options: Partial<MergeOptions> = {}): Bundle {
  const read = (kind: SourceKind, made: Made[]): ReturnType<typeof readRoots> =>
    readRoots(Buffer.from(made.map(({ pem }) => pem).join('') || '-----BEGIN '), { kind, file: `/${kind}.pem` });
  const sources = [
    ...(system.length > 0 ? [read('system', system)] : []),
    ...(files.length > 0 ? [read('file', files)] : []),
    ...(authority ? [read('authority', [authority])] : []),
  ];
  return mergeRoots(sources, { nowMs, ...options });
}

const held = (bundle: Bundle): string[] => bundle.anchors.map(({ certificate }) => certificate.fingerprint);
const codes = (findings: Bundle['dropped']): string[] => findings.map(({ error }) => error.code);

/** Code, file and line of each rejected root. */
function refusals(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof GatheredError && bundleError.is(error, 'trust.bundle-refused'));
    return error.problems.map(({ code, place }: EveryhopError) => `${code} ${place?.file}:${place?.line}`);
  }
  return [];
}

const withExtensions = (...extensions: NonNullable<Wanted['extensions']>): Wanted => ({ extensions });
const identifier = subjectKeyIdentifier(Buffer.alloc(20, 1));
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const wrong: Record<string, { made: Made; code: string }> = {
  'a server’s certificate': { made: makeLeaf(makeRoot()), code: 'trust.root-not-ca' },
  'a root without basicConstraints': {
    made: makeRoot(withExtensions(keyUsage('keyCertSign'), identifier)),
    code: 'trust.root-not-ca',
  },
  'a root without keyCertSign': {
    made: makeRoot(withExtensions(basicConstraints(true), keyUsage('digitalSignature'), identifier)),
    code: 'trust.root-cannot-sign',
  },
  'a root for mail': {
    made: makeRoot(withExtensions(basicConstraints(true), extKeyUsage('emailProtection'), identifier)),
    code: 'trust.root-not-for-servers',
  },
  'an expired root': { made: makeRoot({ from: -10, until: -1 }), code: 'trust.root-expired' },
  'a root that is not yet valid': { made: makeRoot({ from: 1 }), code: 'trust.root-not-yet-valid' },
  'a root whose notAfter precedes notBefore': { made: makeRoot({ from: 2, until: -2 }), code: 'trust.root-dates' },
  'RSA of 1024 bits': { made: makeRoot({ key: weakRsa }), code: 'trust.root-weak-key' },
  'a negative serial number': {
    made: makeRoot({ serial: der(2, Buffer.from([0xff, 0x01])) }),
    code: 'trust.root-serial',
  },
};
for (const [what, { made, code }] of Object.entries(wrong)) {
  test(`${what}: rejected from a private source, omitted from a public one`, () => {
    const [good, other] = [makeRoot(), makeRoot()];
    assert.deepEqual(
      refusals(() => merge({ files: [good, made, other] })),
      [`${code} /file.pem:${good.pem.split('\n').length}`],
    );
    const bundle = merge({ system: [good, made, other] });
    assert.deepEqual(new Set(held(bundle)), new Set([good.fingerprint, other.fingerprint]));
    assert.deepEqual(codes(bundle.dropped), [code]);
  });
}

test('rejects a root that is not self-signed', () => {
  const real = makeRoot();
  const forged = makeRoot({ issuer: { name: real.name, key: makeRoot().key }, key: real.key, name: 'x' });
  const same = makeRoot({ name: real.name.commonName!, issuer: { name: real.name, key: makeRoot().key } });
  assert.ok(parseCertificate(same.der).isSelfIssued);
  assert.deepEqual(
    refusals(() => merge({ files: [same] })),
    ['trust.root-signature /file.pem:1'],
  );
  assert.deepEqual(
    refusals(() => merge({ files: [forged] })),
    ['trust.root-intermediate /file.pem:1'],
  );
});

test('reports all problems at once', () => {
  const all = Object.values(wrong);
  const said = refusals(() => merge({ files: all.map(({ made }) => made) }));
  const lines = said.map((line) => Number(line.split(':')[1]));
  assert.deepEqual(
    lines,
    lines.toSorted((a, b) => a - b),
    'in file order',
  );
  assert.deepEqual(new Set(said.map((line) => line.split(' ')[0])), new Set(all.map(({ code }) => code)));
  assert.equal(said.length, all.length);
});

test('omits an intermediate next to its root, and rejects it without', () => {
  const root = makeRoot();
  const intermediate = makeRoot({ issuer: root });
  const bundle = merge({ files: [intermediate, root] });
  assert.deepEqual(held(bundle), [root.fingerprint]);
  assert.deepEqual(codes(bundle.dropped), ['trust.root-intermediate-spare']);
  assert.deepEqual(
    refusals(() => merge({ files: [intermediate] })),
    ['trust.root-intermediate /file.pem:1'],
  );
});

test('omits an intermediate whose root the system has, unless that root is invalid', () => {
  const root = makeRoot();
  const intermediate = makeRoot({ issuer: root });
  const bundle = merge({ system: [root], files: [intermediate] });
  assert.deepEqual(held(bundle), [root.fingerprint]);
  const expired = makeRoot({ from: -10, until: -1 });
  assert.deepEqual(
    refusals(() => merge({ system: [expired], files: [makeRoot({ issuer: expired })] })),
    ['trust.root-intermediate /file.pem:1'],
  );
});

test('accepts a pinned certificate of any kind unless it has expired', () => {
  const leaf = makeLeaf(makeRoot());
  const colons = leaf.fingerprint.toUpperCase().match(/../g)!.join(':');
  assert.deepEqual(held(merge({ files: [leaf] }, { pins: [colons] })), [leaf.fingerprint]);
  const old = makeLeaf(makeRoot(), { from: -10, until: -1 });
  assert.deepEqual(
    refusals(() => merge({ files: [old] }, { pins: [old.fingerprint] })),
    ['trust.root-expired /file.pem:1'],
  );
});

test('accepts roots that Python 3.13 rejects, with a warning', () => {
  const constraints = { ...basicConstraints(true), isCritical: false };
  const lax = makeRoot({ extensions: [constraints] });
  const bundle = merge({ files: [lax] });
  assert.deepEqual(held(bundle), [lax.fingerprint]);
  assert.deepEqual(codes(bundle.warnings), ['trust.root-lax']);
  const { message } = bundle.warnings[0]!.error;
  for (const field of ['basicConstraints', 'keyUsage', 'subjectKeyIdentifier']) {
    assert.ok(message.includes(field), message);
  }
  assert.deepEqual(codes(merge({ system: [lax] }).warnings), []);
});

test('distrust removes a root from every source, by certificate or by key', () => {
  const { key } = makeRoot();
  const [first, second, third] = [makeRoot({ key }), makeRoot({ key }), makeRoot()];
  const byCertificate = merge({ system: [first, third], files: [first] }, { distrust: [first.fingerprint] });
  assert.deepEqual(held(byCertificate), [third.fingerprint]);
  const spki = parseCertificate(first.der).publicKeyInfo;
  const keyFingerprint = createHash('sha256').update(spki).digest('hex');
  const byKey = merge({ system: [first, third], files: [second] }, { distrust: [`SHA256:${keyFingerprint}`] });
  assert.deepEqual(held(byKey), [third.fingerprint]);
  assert.deepEqual(codes(byKey.dropped), ['trust.root-distrusted', 'trust.root-distrusted']);
});

test('warns about a fingerprint without match, and rejects a malformed one', () => {
  const root = makeRoot();
  const unknown = 'ab'.repeat(32);
  assert.deepEqual(codes(merge({ files: [root] }, { distrust: [unknown] }).warnings), ['trust.distrust-unmatched']);
  for (const value of ['', 'abc', 'g'.repeat(64), 'ab'.repeat(20)]) {
    assert.throws(
      () => merge({ files: [root] }, { distrust: [value] }),
      (error) => bundleError.is(error, 'trust.fingerprint-unreadable'),
    );
  }
});

test('merges a root of several sources, lists them all, and is private if any is', () => {
  const root = makeRoot();
  const { anchors } = merge({ system: [root, root], files: [root], authority: root });
  assert.equal(anchors.length, 1);
  assert.equal(anchors[0]!.isPrivate, true);
  assert.deepEqual(
    anchors[0]!.sources.map(({ kind, line, block }) => `${kind} ${line} ${block}`),
    ['system 1 1', `system ${root.pem.split('\n').length} 2`, 'file 1 1', 'authority 1 1'],
  );
});

test('property: order and repetition of inputs do not matter', () => {
  const made = Array.from({ length: 6 }, () => makeRoot());
  const expected = made.map(({ fingerprint }) => fingerprint).sort();
  const some = fc.array(fc.constantFrom(...made), { maxLength: 8 });
  fc.assert(
    fc.property(some, fc.shuffledSubarray(made, { minLength: made.length }), (system, files) => {
      assert.deepEqual(held(merge({ system, files })), expected);
    }),
  );
});
