import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { findingReport } from '../../src/app/messages.ts';
import { Authority, privateKeyFingerprint } from '../../src/authority/authority.ts';
import { authorityError } from '../../src/authority/messages.ts';
import { baseError } from '../../src/base/messages.ts';
import type { Random } from '../../src/base/random.ts';
import { Secret } from '../../src/base/redact.ts';
import type { Database } from '../../src/store/database.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { type Certificate, isCertificateOf, isIssuedBy, parseCertificate } from '../../src/x509/certificate.ts';
import { exportPrivateKeyDer, exportPrivateKeyPem, generateKey, importPrivateKey } from '../../src/x509/key.ts';
import { x509Error } from '../../src/x509/messages.ts';
import { decodePem } from '../../src/x509/pem.ts';
import { FakeClock } from '../support/clock.ts';
import { folderOf } from '../support/oracles.ts';
import { testRandom } from '../support/seed.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const random: Random = testRandom;

interface House {
  database: Database;
  clock: FakeClock;
  authority: Authority;
}

async function house(t: TestContext, names: string[] = [], file = ':memory:'): Promise<House> {
  const database = await openSqlite(file);
  t.after(() => database.close().catch(() => {})); // some tests close it themselves
  const clock = new FakeClock();
  return { database, clock, authority: await Authority.open(database, { clock, random, names }) };
}

const parse = (pem: string): Certificate[] => decodePem(pem).map(({ der }) => parseCertificate(der));
const rootOf = (authority: Authority): Certificate => parse(authority.rootPem())[0]!;

async function counts(database: Database): Promise<Record<string, number>> {
  const rows = await database.query<{ kind: string; retired: number; count: number }>(
    'SELECT kind, retired_ms IS NOT NULL AS retired, COUNT(*) AS count FROM authority_certificates GROUP BY 1, 2',
  );
  return Object.fromEntries(rows.map(({ kind, retired, count }) => [retired ? `retired ${kind}` : kind, count]));
}

test('issues a leaf with the requested properties', async (t) => {
  const { authority, clock } = await house(t);
  const issued = await authority.issue(['Localhost', '127.0.0.1', '::1', '*.lab.internal', 'localhost']);
  const [leaf, intermediate, ...rest] = parse(issued.chainPem);
  assert.equal(rest.length, 0);
  assert.deepEqual(leaf!.dnsNames, ['localhost', '*.lab.internal']);
  assert.deepEqual(leaf!.ipAddresses, ['127.0.0.1', '::1']);
  assert.deepEqual([leaf!.subject.text, leaf!.isCa, leaf!.pathLength], ['', false, undefined]);
  assert.deepEqual([leaf!.keyUsage, leaf!.extendedKeyUsage], [['digitalSignature'], ['serverAuth']]);
  assert.deepEqual(leaf!.key, { kind: 'EC', bits: 256, curve: 'P-256' });
  assert.deepEqual(
    [issued.serial, issued.notBeforeMs, issued.notAfterMs],
    [leaf!.serial, leaf!.notBeforeMs, leaf!.notAfterMs],
  );
  assert.deepEqual([clock.now() - leaf!.notBeforeMs, leaf!.notAfterMs - clock.now()], [hourMs, 30 * dayMs]);
  assert.ok(isCertificateOf(leaf!, importPrivateKey(issued.keyPem.reveal())));
  assert.ok(isIssuedBy(leaf!, intermediate!) && isIssuedBy(intermediate!, rootOf(authority)));
  const san = leaf!.extensions.find(({ oid }) => oid === '2.5.29.17');
  assert.equal(san!.isCritical, true); // RFC 5280 §4.2.1.6: the subject is empty
  assert.ok(!inspect(issued, { depth: 9 }).includes('PRIVATE KEY'));
  const shorter = await authority.issue(['localhost'], { validityMs: hourMs });
  assert.equal(shorter.notAfterMs - clock.now(), hourMs);
  assert.notEqual(shorter.serial, issued.serial);
});

test('root and intermediate have critical name constraints and allow two levels', async (t) => {
  const { authority, clock } = await house(t, ['chat.example.com', '*.pub.example.org', '8.8.4.4', '2001:db8::1']);
  const root = rootOf(authority);
  const intermediate = parse((await authority.issue(['a.test'])).chainPem)[1]!;
  assert.equal(
    authority.rootFingerprint(),
    new X509Certificate(root.der).fingerprint256.replaceAll(':', '').toLowerCase(),
  );
  for (const certificate of [root, intermediate]) {
    const critical = certificate.extensions.filter(({ isCritical }) => isCritical).map(({ oid }) => oid);
    assert.deepEqual(critical, ['2.5.29.19', '2.5.29.15', '2.5.29.30']);
    assert.deepEqual(certificate.keyUsage, ['keyCertSign', 'cRLSign']);
    assert.equal(certificate.authorityKeyId, root.subjectKeyId);
    assert.deepEqual(certificate.nameConstraints, root.nameConstraints);
  }
  assert.deepEqual([root.isCa, root.pathLength, root.extendedKeyUsage], [true, 1, undefined]);
  assert.deepEqual(
    [intermediate.isCa, intermediate.pathLength, intermediate.extendedKeyUsage],
    [true, 0, ['serverAuth']],
  );
  assert.ok(root.notAfterMs - clock.now() > 3650 * dayMs && root.notBeforeMs < clock.now());
  assert.deepEqual(
    authority.summary().permitted.filter((name) => name.includes('example') || /^(8|2001)/.test(name)),
    ['chat.example.com', 'pub.example.org', '8.8.4.4/32', '2001:db8::1/128'],
  );
});

test('permits private names, and the public ones given at creation', async (t) => {
  const { authority } = await house(t, ['chat.example.com', '8.8.4.4']);
  const permitted = [
    'localhost',
    'ai.localhost',
    'box.local',
    'nas.lan',
    'x.home.arpa',
    'y.internal',
    '*.z.internal',
    'svc.cluster.local',
    '10.1.2.3',
    '172.31.0.1',
    '100.64.0.1',
    '169.254.1.1',
    'fd00::1',
    'fe80::1',
    '::1',
    'chat.example.com',
    'CHAT.example.com.',
    '8.8.4.4',
  ];
  const outside = [
    'example.com',
    'google.com',
    'notlocalhost',
    'internal.com',
    '8.8.8.8',
    '172.32.0.1',
    '2001:db8::1',
    'a b',
    '*',
  ];
  for (const name of permitted) assert.ok(authority.permits(name), name);
  for (const name of outside) assert.ok(!authority.permits(name), name);
  await assert.rejects(authority.issue(['localhost', 'Google.com']), (error) => {
    assert.ok(authorityError.is(error, 'authority.name-not-permitted'));
    return error.report('en').hint.includes('everyhop authority widen google.com');
  });
  await assert.rejects(authority.issue(['a b']), (error) => x509Error.is(error, 'x509.name-invalid'));
  await assert.rejects(authority.issue([]), (error) => baseError.is(error, 'internal.defect'));
});

test('creates the authority once, then loads it', async (t) => {
  const { authority, database, clock } = await house(t);
  const again = await Authority.open(database, { clock, random, names: ['chat.example.com'] });
  assert.equal(again.rootPem(), authority.rootPem());
  assert.ok(!again.permits('chat.example.com'), 'names apply only at creation');
  assert.deepEqual(await counts(database), { root: 1, intermediate: 1 });
});

test('widening keeps key, subject and issued certificates, and adds the names', async (t) => {
  const { authority, database, clock } = await house(t, ['a.example.com']);
  const other = await Authority.open(database, { clock, random, names: [] });
  const before = rootOf(authority);
  const old = parse((await authority.issue(['a.example.com'])).chainPem);
  clock.advance(dayMs);
  assert.equal(await authority.widen(['nas.lan', 'a.example.com']), false);
  assert.equal(authority.rootFingerprint(), before.fingerprint);
  assert.equal(await authority.widen(['*.b.example.com', '9.9.9.9']), true);
  const after = rootOf(authority);
  assert.notEqual(after.serial, before.serial);
  assert.deepEqual(
    [after.subject, after.publicKeyInfo, after.subjectKeyId],
    [before.subject, before.publicKeyInfo, before.subjectKeyId],
  );
  assert.ok(after.notAfterMs > before.notAfterMs);
  for (const name of ['a.example.com', 'x.b.example.com', '9.9.9.9', 'localhost'])
    assert.ok(authority.permits(name), name);
  assert.ok(isIssuedBy(old[1]!, after), 'the new root accepts the old intermediate');
  assert.ok(
    isIssuedBy(parse((await authority.issue(['9.9.9.9'])).chainPem)[1]!, before),
    'the old root’s key signed the new intermediate',
  );
  assert.deepEqual(await counts(database), { root: 1, intermediate: 1, 'retired root': 1, 'retired intermediate': 1 });

  // Another process that has it open sees the change when it next issues.
  assert.ok(!other.permits('9.9.9.9'));
  await other.issue(['9.9.9.9']);
  assert.equal(other.rootPem(), authority.rootPem());
});

test('blocks of addresses are permitted ahead; both whole families remove the limit on addresses', async (t) => {
  const { authority } = await house(t, ['ollama', '203.0.113.0/24']);
  assert.ok(authority.permits('203.0.113.9') && !authority.permits('198.51.100.1'));
  assert.equal(await authority.widen(['203.0.113.128/25', '10.1.0.0/16', 'ollama']), false);
  assert.equal(await authority.widen(['0.0.0.0/0']), true);
  assert.ok(authority.permits('198.51.100.1') && !authority.permits('2001:db8::1'));
  assert.equal(await authority.widen(['::/0']), true);
  const { chainPem } = await authority.issue(['2001:db8::1']);
  const intermediate = chainPem.slice(chainPem.lastIndexOf('-----BEGIN'));
  for (const pem of [authority.rootPem(), intermediate]) {
    const { nameConstraints } = parseCertificate(decodePem(pem)[0]!.der);
    assert.deepEqual(nameConstraints!.permittedIpRanges, []);
    assert.ok(nameConstraints!.permittedDnsNames.includes('ollama'));
  }
  assert.ok(authority.summary().permitted.includes('::/0'));
  assert.equal(await authority.widen(['203.0.113.7', '::/0']), false);
  assert.ok(!authority.permits('google.com'));
});

test('two concurrent calls of widen both add their names', async (t) => {
  const { authority, database, clock } = await house(t);
  const other = await Authority.open(database, { clock, random, names: [] });
  await Promise.all([authority.widen(['a.example.com']), other.widen(['b.example.com'])]);
  await authority.refresh();
  assert.ok(authority.permits('a.example.com') && authority.permits('b.example.com'));
  assert.deepEqual(await counts(database), { root: 1, intermediate: 1, 'retired root': 2, 'retired intermediate': 2 });
});

test('a failed change leaves store and memory unchanged', async (t) => {
  const { authority, database, clock } = await house(t);
  let isFailing = true;
  const failing: Database = {
    query: (sql, params) => database.query(sql, params),
    lock: (name, work, signal) => database.lock(name, work, signal),
    close: () => database.close(),
    transaction: (work) =>
      database.transaction((inner) =>
        work({
          ...inner,
          query: (sql, params) => {
            if (isFailing && sql.startsWith('INSERT') && params?.[1] === 'intermediate') throw new Error('disk full');
            return inner.query(sql, params);
          },
        }),
      ),
  };
  const other = await Authority.open(failing, { clock, random, names: [] });
  await assert.rejects(other.widen(['a.example.com']), /disk full/);
  assert.equal(other.rootPem(), authority.rootPem());
  assert.ok(!other.permits('a.example.com'));
  assert.deepEqual(await counts(database), { root: 1, intermediate: 1 });
  isFailing = false;
  await other.widen(['a.example.com']);
  assert.ok(other.permits('a.example.com'));
});

test('takes the root key offline in two steps, without a trace in the store', async (t) => {
  const folder = await folderOf(t);
  const file = path.join(folder, 'state.sqlite');
  const { authority, database, clock } = await house(t, [], file);
  await authority.widen(['a.example.com']); // the retired root has the key too
  const other = await Authority.open(database, { clock, random, names: [] });
  const exported = authority.exportRootKey();
  const stranger = exportPrivateKeyPem(await generateKey());
  await assert.rejects(authority.forgetRootKey(privateKeyFingerprint(stranger)), (error) =>
    authorityError.is(error, 'authority.root-key-mismatch'),
  );
  assert.ok(authority.hasRootKey(), 'a wrong copy removes nothing');

  await authority.forgetRootKey(privateKeyFingerprint(exported));
  assert.ok(!authority.hasRootKey());
  assert.throws(
    () => authority.exportRootKey(),
    (error) => authorityError.is(error, 'authority.root-key-gone'),
  );
  await authority.issue(['localhost']);
  assert.ok(other.hasRootKey());
  await other.issue(['localhost']);
  assert.ok(!other.hasRootKey(), 'another process drops it too');
  for (const attempt of [authority.widen(['b.example.com']), authority.renew()]) {
    await assert.rejects(attempt, (error) => {
      assert.ok(authorityError.is(error, 'authority.root-key-offline'));
      return error.report('zh').hint.includes('--root-key FILE');
    });
  }
  await assert.rejects(authority.widen(['b.example.com'], { rootKeyPem: stranger }), (error) =>
    authorityError.is(error, 'authority.root-key-mismatch'),
  );
  await assert.rejects(authority.renew({ rootKeyPem: new Secret('no key') }), (error) =>
    x509Error.is(error, 'x509.key-unreadable'),
  );

  // Provided for one command, the key is used but not stored.
  assert.equal(await authority.widen(['b.example.com'], { rootKeyPem: exported }), true);
  assert.equal(await authority.renew({ rootKeyPem: exported }), false);
  assert.ok(authority.permits('b.example.com') && !authority.hasRootKey());
  const reopened = await Authority.open(database, { clock, random, names: [] });
  assert.ok(!reopened.hasRootKey());
  await database.close();
  const scalar = exportPrivateKeyDer(importPrivateKey(exported.reveal())).subarray(36, 68);
  assert.ok(!(await readFile(file)).includes(scalar), 'the file no longer contains the key');
});

test('a root key taken offline while a process runs does not stay in the write-ahead log', async (t) => {
  const file = path.join(await folderOf(t), 'state.sqlite');
  const { clock } = await house(t, [], file); // stays open, as with `up`
  const database = await openSqlite(file);
  const authority = await Authority.open(database, { clock, random, names: [] });
  const exported = authority.exportRootKey();
  const scalar = exportPrivateKeyDer(importPrivateKey(exported.reveal())).subarray(36, 68);
  const isStored = async (): Promise<boolean> =>
    (await readFile(file)).includes(scalar) || (await readFile(`${file}-wal`)).includes(scalar);
  assert.ok(await isStored());
  await authority.forgetRootKey(privateKeyFingerprint(exported));
  await database.close();
  assert.ok(!(await isStored()));
});

test('renews the intermediate in time, once, and never past the root’s end', async (t) => {
  const { authority, database, clock } = await house(t);
  const other = await Authority.open(database, { clock, random, names: [] });
  const first = authority.summary();
  clock.advance(400 * dayMs);
  await authority.refresh();
  assert.deepEqual(authority.summary(), first);
  clock.advance(100 * dayMs);
  await Promise.all([authority.refresh(), other.refresh(), authority.issue(['localhost'])]);
  await other.refresh();
  const second = authority.summary();
  assert.ok(second.intermediateNotAfterMs > first.intermediateNotAfterMs);
  assert.deepEqual(other.summary(), second);
  assert.equal(second.fingerprint, first.fingerprint);
  assert.deepEqual(await counts(database), { root: 1, intermediate: 1, 'retired intermediate': 1 });
  assert.deepEqual(authority.findings(), []);

  // Near the root's end all certificates end with it, and renewing the intermediate repeatedly would gain nothing.
  clock.advance(second.rootNotAfterMs - clock.now() - 40 * dayMs);
  await authority.refresh();
  await authority.refresh();
  assert.equal(authority.summary().intermediateNotAfterMs, second.rootNotAfterMs);
  assert.deepEqual(await counts(database), { root: 1, intermediate: 1, 'retired intermediate': 2 });
  const [finding] = authority.findings();
  assert.deepEqual(
    [finding?.severity, finding?.code, finding?.params['days']],
    ['warning', 'authority.root-ending', '40'],
  );
  assert.equal((await authority.issue(['localhost'], { validityMs: 90 * dayMs })).notAfterMs, second.rootNotAfterMs);
  assert.equal(await authority.renew(), true);
  assert.deepEqual(authority.findings(), []);
  assert.ok(authority.summary().rootNotAfterMs > clock.now() + 3650 * dayMs);
});

test('with the root key offline, warns months before the intermediate expires, and says what to do', async (t) => {
  const { authority, clock } = await house(t);
  const rootKeyPem = authority.exportRootKey();
  await authority.forgetRootKey(privateKeyFingerprint(rootKeyPem));
  const { intermediateNotAfterMs } = authority.summary();
  clock.advance(intermediateNotAfterMs - clock.now() - 91 * dayMs);
  assert.deepEqual(authority.findings(), []);
  clock.advance(2 * dayMs);
  const [finding] = authority.findings();
  const date = new Date(intermediateNotAfterMs).toISOString().slice(0, 10);
  assert.deepEqual(
    [finding?.severity, finding?.code, finding?.params],
    ['warning', 'authority.intermediate-ending', { days: '89', date }],
  );
  assert.match(findingReport(finding!, 'en').hint!, /everyhop authority renew --root-key FILE/);
  clock.advance(88.5 * dayMs);
  assert.equal((await authority.issue(['localhost'])).notAfterMs, intermediateNotAfterMs);
  clock.advance(dayMs);
  await assert.rejects(authority.issue(['localhost']), (error) =>
    authorityError.is(error, 'authority.intermediate-ended'),
  );
  assert.equal(await authority.renew({ rootKeyPem }), false);
  await authority.issue(['localhost']);
  assert.deepEqual(authority.findings(), []);
});

test('issues nothing with a clock that is certainly wrong', async (t) => {
  const database = await openSqlite(':memory:');
  t.after(() => database.close());
  const stopped = new FakeClock('1970-01-01T00:10:00Z');
  await assert.rejects(Authority.open(database, { clock: stopped, random, names: [] }), (error) =>
    authorityError.is(error, 'authority.clock-wrong'),
  );
  assert.deepEqual(await counts(database), {});
  const clock = new FakeClock();
  await Authority.open(database, { clock, random, names: [] });
  const behind = await Authority.open(database, { clock: stopped, random, names: [] }); // existing certificates can still be served
  for (const attempt of [behind.issue(['localhost']), behind.renew(), behind.widen(['a.example.com'])]) {
    await assert.rejects(attempt, (error) => authorityError.is(error, 'authority.clock-wrong'));
  }
  // Backdating covers a clock slightly behind.
  clock.jump(-hourMs);
  const slow = await Authority.open(database, { clock, random, names: [] });
  const { notBeforeMs } = await slow.issue(['localhost']);
  assert.equal(clock.now() - notBeforeMs, hourMs);
});

test('reports a store whose parts do not match, and does not use it', async (t) => {
  const damages = [
    "DELETE FROM authority_certificates WHERE kind = 'intermediate'",
    "UPDATE authority_certificates SET private_key = NULL WHERE kind = 'intermediate'",
    "UPDATE authority_certificates SET private_key = x'00' WHERE kind = 'root'",
    "UPDATE authority_certificates SET certificate = x'3000' WHERE kind = 'root'",
    "UPDATE authority_certificates SET private_key = (SELECT private_key FROM authority_certificates WHERE kind = 'root')",
    "UPDATE authority_certificates SET certificate = (SELECT certificate FROM authority_certificates WHERE kind = 'root'), private_key = (SELECT private_key FROM authority_certificates WHERE kind = 'root') WHERE kind = 'intermediate'",
  ];
  for (const damage of damages) {
    const { database, clock } = await house(t);
    await database.query(damage);
    const opening = Authority.open(database, { clock, random, names: [] });
    await assert.rejects(opening, (error) => authorityError.is(error, 'authority.damaged'), damage);
  }
});
