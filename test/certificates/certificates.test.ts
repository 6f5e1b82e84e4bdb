import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { EveryhopError, isError } from '../../src/base/errors.ts';
import { type Event, EventBus } from '../../src/base/events.ts';
import { Certificates } from '../../src/certificates/certificates.ts';
import { markRevoked } from '../../src/certificates/generation.ts';
import { certificatesError } from '../../src/certificates/messages.ts';
import { provenForMs, recordProof } from '../../src/certificates/proofs.ts';
import { verifyIssuance } from '../../src/certificates/verify.ts';
import type { Database } from '../../src/store/database.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { mends } from '../support/outside.ts';
import { FakeClock } from '../support/clock.ts';
import { dayMs, TestAuthority, TestIssuer } from './test-issuer.ts';
import { testRandom } from '../support/seed.ts';

const authority = await TestAuthority.create();
const names = ['a.test', '10.0.0.1'];

async function house(given: { database?: Database } = {}) {
  const clock = new FakeClock();
  const issuer = new TestIssuer(authority, clock);
  const database = given.database ?? (await openSqlite(':memory:'));
  const events = new EventBus();
  const seen: Event[] = [];
  events.onAny((event) => seen.push(event));
  const next = (type: Event['type']): Promise<void> =>
    new Promise((resolve) => {
      const end = events.onAny((event) => {
        if (event.type !== type) return;
        end();
        resolve();
      });
    });
  const certificates = new Certificates({ database, issuersFor: () => [issuer], clock, random: testRandom, events });
  return { clock, issuer, database, certificates, seen, next };
}

test('issues a missing certificate once, stores it, and finds it again', async () => {
  const { certificates, issuer, database, seen } = await house();
  const [first, same, other] = await certificates.ensure([names, ['10.0.0.1', 'A.test'], ['*.b.test', '::1']]);
  assert.equal(first!.id, same!.id);
  assert.deepEqual(issuer.issued, ['10.0.0.1 a.test', '*.b.test ::1']);
  assert.equal(seen.filter(({ type }) => type === 'certificate.ready').length, 2);
  const again = await house({ database });
  assert.equal((await again.certificates.ensure([['::1', '*.b.test']]))[0]!.id, other!.id);
  assert.equal(again.certificates.current(['::1', '*.b.test'])!.keyPem.reveal(), other!.keyPem.reveal());
  assert.deepEqual(again.issuer.issued, []);
});

test('renews after two thirds of the lifetime, not before', async () => {
  const { certificates, issuer, clock, next } = await house();
  const [first] = await certificates.ensure([names]);
  certificates.start();
  clock.advance(19 * dayMs);
  assert.equal(issuer.issued.length, 1);
  const ready = next('certificate.ready');
  clock.advance(1.1 * dayMs);
  await ready;
  assert.notEqual(certificates.current(names)!.id, first!.id);
  await certificates.stop();
  clock.advance(60 * dayMs);
  assert.equal(issuer.issued.length, 2);
});

test('renew issues a new certificate at once, and keeps the old one if it fails', async () => {
  const { certificates, issuer, seen } = await house();
  const [first] = await certificates.ensure([names]);
  const renewed = await certificates.renew(names);
  assert.notEqual(renewed.id, first!.id);
  assert.equal(certificates.current(names)!.id, renewed.id);
  assert.equal(seen.filter(({ type }) => type === 'certificate.ready').length, 2);
  issuer.failure = new Error('the authority is down');
  await assert.rejects(certificates.renew(names), (error) => certificatesError.is(error, 'certificates.issue-failed'));
  assert.equal(certificates.current(names)!.id, renewed.id);
});

test('after a revocation, renew issues a new certificate and never returns to an older one', async (t) => {
  mends(t, 'acme/revoked-key-stays');
  const { certificates, issuer, database, clock } = await house();
  const [first] = await certificates.ensure([names]);
  const second = await certificates.renew(names);
  // By `certificates revoke`, another process.
  await markRevoked(database, second.id, clock.now());
  issuer.failure = new Error('the authority is down');
  await assert.rejects(certificates.renew(names));
  assert.equal(certificates.current(names)!.id, second.id, 'not the older one, whose key lay beside this one');
  assert.equal(certificates.decision(names)!.reason, 'held-off');
  issuer.failure = undefined;
  const third = await certificates.renew(names);
  assert.ok(![first!.id, second.id].includes(third.id));
  assert.equal(issuer.issued.length, 3);
  await markRevoked(database, third.id, clock.now());
  const again = await house({ database });
  const [fourth] = await again.certificates.ensure([names]);
  assert.equal(again.issuer.issued.length, 1, 'nor does another program');
  assert.notEqual(fourth!.id, first!.id);
});

test('after a failure, keeps the good certificate, emits an event, waits, and recovers', async () => {
  const { certificates, issuer, clock, next, seen } = await house();
  const [first] = await certificates.ensure([names]);
  issuer.failure = new Error('the authority is down');
  certificates.start();
  const failed = next('certificate.failed');
  clock.advance(21 * dayMs);
  await failed;
  assert.equal(certificates.current(names)!.id, first!.id);
  assert.equal(certificates.decision(names)!.reason, 'held-off');
  assert.equal((await certificates.ensure([names]))[0]!.id, first!.id);
  assert.equal(seen.filter(({ type }) => type === 'certificate.failed').length, 1);
  issuer.failure = undefined;
  const ready = next('certificate.ready');
  clock.advance(2 * 60_000);
  await ready;
  assert.notEqual(certificates.current(names)!.id, first!.id);
  await certificates.stop();
});

test('throws a failure without a certificate to serve, after issuing the other sets', async () => {
  const { certificates, issuer } = await house();
  issuer.permits = (wanted: readonly string[]) => !wanted.includes('b.test');
  await assert.rejects(certificates.ensure([['b.test'], names]), (error) =>
    certificatesError.is(error, 'certificates.no-issuer'),
  );
  assert.ok(certificates.current(names));
});

test('obtains another certificate after the clock is set back, and serves the older one once it is right', async () => {
  const { certificates, issuer, clock } = await house();
  const [first] = await certificates.ensure([names]);
  clock.jump(-365 * dayMs);
  const [second] = await certificates.ensure([names]);
  assert.notEqual(second!.id, first!.id);
  clock.jump(365 * dayMs);
  assert.equal((await certificates.ensure([names]))[0]!.id, first!.id);
  assert.equal(issuer.issued.length, 2);
});

test('two programs on one store issue one certificate', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-certificates-'));
  const databases = await Promise.all([1, 2].map(() => openSqlite(path.join(folder, 'db'))));
  const houses = await Promise.all(databases.map((database) => house({ database })));
  const [one, two] = await Promise.all(houses.map(({ certificates }) => certificates.ensure([names])));
  assert.equal(one![0]!.id, two![0]!.id);
  assert.equal(houses.flatMap(({ issuer }) => issuer.issued).length, 1);
  await Promise.all(databases.map((database) => database.close()));
  await rm(folder, { recursive: true });
});

test('rejects an unusable certificate before storing it', async () => {
  const now = Date.parse('2026-01-15T12:00:00Z');
  const options = { names, notBeforeMs: now, notAfterMs: now + dayMs };
  const good = await authority.leaf(options);
  verifyIssuance(names, good, now);
  const refused = (code: EveryhopError['code'], issuance: typeof good, atMs = now): void =>
    assert.throws(
      () => verifyIssuance(names, issuance, atMs),
      (error) => isError(error, code),
      code,
    );
  const leafPem = good.chainPem.slice(0, good.chainPem.indexOf('-----END') + 26);
  refused('certificates.key-mismatch', { ...good, keyPem: (await authority.leaf(options)).keyPem });
  refused('certificates.names-missing', await authority.leaf({ ...options, names: ['a.test'] }));
  refused('certificates.names-missing', await authority.leaf({ ...options, names: ['*.test', '10.0.0.2'] }));
  refused('certificates.dates-wrong', good, now + dayMs);
  refused('certificates.dates-wrong', good, now - dayMs);
  refused('certificates.dates-wrong', { ...good, notAfterMs: now });
  refused('certificates.chain-broken', { ...good, chainPem: `${leafPem}${authority.rootPem}` });
  refused('certificates.chain-broken', { ...good, chainPem: `${leafPem}${leafPem}` });
  refused('certificates.unreadable', { ...good, chainPem: 'nothing' });
});

test('a failed proof resets the proven time', async () => {
  const database = await openSqlite(':memory:');
  await recordProof(database, 'a.test', true, 1000);
  await recordProof(database, 'a.test', true, 5000);
  assert.equal(await provenForMs(database, 'a.test', 9000), 4000);
  assert.equal(await provenForMs(database, 'b.test', 9000), 0);
  await recordProof(database, 'a.test', false, 6000);
  assert.equal(await provenForMs(database, 'a.test', 9000), 0);
  await recordProof(database, 'a.test', true, 7000);
  await recordProof(database, 'a.test', true, 3000);
  await recordProof(database, 'a.test', true, 4000);
  assert.equal(await provenForMs(database, 'a.test', 9000), 1000, 'the clock was set back');
});

test('reads hundreds of sets at once, and drops sets that are no longer needed', async () => {
  const { certificates, issuer, database } = await house();
  const sets = Array.from({ length: 600 }, (_, index) => [`n${index}.test`]);
  await certificates.ensure(sets);
  await certificates.renew(['n1.test']);
  const again = await house({ database });
  const wanted = [...sets.slice(1), ['new.test']];
  const served = await again.certificates.ensure(wanted);
  assert.deepEqual(
    served.map(({ names: [name] }) => [name]),
    wanted,
  );
  assert.deepEqual(again.issuer.issued, ['new.test']);
  assert.equal(issuer.issued.length, 601);
  assert.equal(served[0]!.id, certificates.current(['n1.test'])!.id, 'the newest one');
  assert.equal(again.certificates.current(['n0.test']), undefined);
  await again.certificates.ensure([['new.test']]);
  assert.equal(again.certificates.current(['n1.test']), undefined);
});

test('queries advice for many certificates a few at a time, and for each one', async () => {
  const { certificates, clock, issuer } = await house();
  await certificates.ensure(Array.from({ length: 40 }, (_, index) => [`n${index}.test`]));
  let [asked, open, most] = [0, 0, 0];
  const allAsked = new Promise<void>((resolve) => {
    const advise = async (): Promise<undefined> => {
      most = Math.max(most, (open += 1));
      await new Promise((later) => setImmediate(later));
      open -= 1;
      if ((asked += 1) === 40) resolve();
    };
    Object.assign(issuer, { advise });
  });
  certificates.start();
  clock.advance(60_000);
  await allAsked;
  assert.equal(most, 4);
  await certificates.stop();
});
