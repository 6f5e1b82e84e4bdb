import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { obtain, type IssuedCertificate } from '../../src/acme/obtain.ts';
import { generateKey } from '../../src/x509/key.ts';
import { type CertificateLie, type Lie, problem, type Reply, startLyingAuthority } from './lying-authority.ts';
import { accountAt, clientOf, HastyClock, RecordingSolver, withCode } from './support.ts';

const hourMs = 60 * 60 * 1000;
const blocks = (pem: string): string[] => pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g) ?? [];

async function fetchFrom(t: TestContext, certificate: CertificateLie, lie?: Lie): Promise<IssuedCertificate> {
  const authority = await startLyingAuthority(t, lie);
  authority.certificate = certificate;
  const client = clientOf(t, authority, { clock: new HastyClock() });
  const account = await accountAt(client);
  return obtain(client, { account, names: ['a.test', '192.0.2.7'], solvers: [new RecordingSolver()] });
}

/** Alters the PEM chain in transit. */
function chainLie(change: (leaf: string, issuer: string, root: string) => string): Lie {
  return ({ path }, honest) => {
    if (!path.startsWith('/take')) return honest;
    const [leaf, issuer, root] = blocks(honest.body) as [string, string, string];
    return { ...honest, body: change(leaf, issuer, root) };
  };
}

test('returns a good chain leaf first, without the root, and with all its properties', async (t) => {
  const got = await fetchFrom(t, {});
  const [leaf, issuer, ...rest] = blocks(got.chainPem).map((pem) => new X509Certificate(pem));
  assert.equal(rest.length, 0);
  assert.ok(leaf!.checkIssued(issuer!) && leaf!.verify(issuer!.publicKey));
  assert.equal(got.serial, leaf!.serialNumber.toLowerCase());
  assert.equal(got.notAfterMs, leaf!.validToDate.getTime());
  assert.equal(got.topIssuer, 'Root of lies');
  assert.match(got.certificateId!, /^[\w-]+\.[\w-]+$/);
});

test('sorts a chain with wrong order, duplicates or text in between', async (t) => {
  const got = await fetchFrom(
    t,
    {},
    chainLie((leaf, issuer, root) => `${root}\n${issuer}${issuer}hello\r\n${leaf}\n`),
  );
  assert.equal(blocks(got.chainPem).length, 2);
  assert.equal(new X509Certificate(got.chainPem).ca, false);
});

const otherKey = await generateKey();
const wrong: [string, string, CertificateLie, Lie?][] = [
  ['for another key', 'acme.certificate-key', { key: otherKey }],
  ['without one of the names', 'acme.certificate-names', { names: ['a.test'] }],
  ['for a wildcard of the name', 'acme.certificate-names', { names: ['*.a.test', '192.0.2.7'] }],
  [
    'that has expired',
    'acme.certificate-dates',
    { notBeforeMs: Date.now() - 9 * hourMs, notAfterMs: Date.now() - hourMs },
  ],
  ['that is not valid yet', 'acme.certificate-dates', { notBeforeMs: Date.now() + hourMs }],
  ['whose issuer has expired', 'acme.certificate-chain', { issuerNotAfterMs: Date.now() - hourMs }],
  [
    'with an unrelated certificate instead of its issuer',
    'acme.certificate-chain',
    {},
    chainLie((leaf, _, root) => leaf + root),
  ],
  ['that is missing from its chain', 'acme.certificate-key', {}, chainLie((_, issuer, root) => issuer + root)],
  ['that is not PEM', 'acme.certificate-unreadable', {}, chainLie(() => '<html>')],
  ['that is truncated', 'acme.certificate-unreadable', {}, chainLie((leaf, issuer) => (leaf + issuer).slice(0, -40))],
  ['that is damaged', 'acme.certificate-unreadable', {}, chainLie((leaf) => leaf.replace(/MI/, 'AA'))],
  ['that is empty', 'acme.certificate-unreadable', {}, chainLie(() => '')],
];

for (const [what, code, certificate, lie] of wrong) {
  test(`rejects a certificate ${what}`, async (t) => {
    await assert.rejects(fetchFrom(t, certificate, lie), withCode(code));
  });
}

test('tolerates a certificate that starts a minute from now', async (t) => {
  await fetchFrom(t, { notBeforeMs: Date.now() + 60_000 });
});

test('uses an alternate chain if the first is invalid', async (t) => {
  let good: Reply | undefined;
  const got = await fetchFrom(t, {}, ({ path }, honest) => {
    if (path === '/take/0') {
      good = honest;
      const links = ['</want/>;rel="alternate"', '</better/0>; title="x"; rel=alternate'];
      return {
        ...honest,
        headers: { ...honest.headers, link: ['</where>;rel="index"', links.join(', ')] },
        body: 'bad',
      };
    }
    if (path === '/want/' && good) return problem(404, 'malformed');
    return path === '/better/0' ? { ...honest, status: 200, body: good!.body } : honest;
  });
  assert.equal(got.topIssuer, 'Root of lies');
});
