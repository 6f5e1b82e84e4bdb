import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Authority } from '../../src/authority/authority.ts';
import { systemClock } from '../../src/base/clock.ts';
import { baseError } from '../../src/base/messages.ts';
import { type Execute, execute } from '../../src/base/process.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { installRoot, planInstall, uninstallRoots } from '../../src/trust/install.ts';
import { JavaStore } from '../../src/trust/java.ts';
import { trustError } from '../../src/trust/messages.ts';
import { NssStore } from '../../src/trust/nss.ts';
import { labelOf, type TrustStore } from '../../src/trust/store.ts';
import { testRandom } from '../support/seed.ts';
import { authority, cleanEnv, database, folder, installInto, picture, rootOf, uninstallFrom } from './installation.ts';

test('NSS: creates Chromium’s database, trusts the root for servers, and removes the database again', async () => {
  const home = path.join(folder, 'nss');
  mkdirSync(home);
  const before = picture(home);
  const store = new NssStore(execute, home);
  const location = await installInto(store);
  const label = labelOf(authority.rootFingerprint());
  const listed = await execute('certutil', ['-d', `sql:${location}`, '-L']);
  assert.match(listed.stdout, new RegExp(`${label}\\s+C,,`));
  const valid = await execute('certutil', ['-d', `sql:${location}`, '-V', '-u', 'L', '-n', label]);
  assert.match(valid.stdout, /certificate is valid/);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.deepEqual(picture(home), before);
});

test('NSS: an existing database keeps its other entries, including the user’s own import of the root', async () => {
  const home = path.join(folder, 'nss-owned');
  const profile = path.join(home, '.mozilla/firefox/abc.default');
  mkdirSync(profile, { recursive: true });
  const other = await Authority.open(await openSqlite(':memory:'), {
    clock: systemClock,
    random: testRandom,
    names: [],
  });
  const pem = path.join(folder, 'other.pem');
  await execute('certutil', ['-d', `sql:${profile}`, '-N', '--empty-password']);
  await import('node:fs/promises').then(({ writeFile }) => writeFile(pem, other.rootPem()));
  await execute('certutil', ['-d', `sql:${profile}`, '-A', '-t', 'C,,', '-n', 'Mine', '-i', pem]);
  const store = new NssStore(execute, home);
  const outcomes = await installRoot({ database, clock: systemClock, stores: [store], stateFolder: folder }, rootOf());
  assert.equal(outcomes.length, 2, 'the profile and Chromium’s database');
  assert.ok(outcomes.every(({ outcome }) => outcome === 'installed'));
  // The user's own import is not ours, under any name.
  const theirs = { pem: other.rootPem(), fingerprint: other.rootFingerprint() };
  assert.equal(await store.has(profile, theirs), true);
  assert.deepEqual(await uninstallFrom(store), ['removed', 'removed']);
  assert.equal(await store.has(profile, theirs), true);
  assert.equal(await store.has(profile, rootOf()), false);
});

test('NSS: install trusts a root that the user imported untrusted, and uninstall restores its trust', async () => {
  const home = path.join(folder, 'nss-kept');
  const location = path.join(home, '.pki/nssdb');
  mkdirSync(location, { recursive: true });
  const pem = path.join(folder, 'ours.pem');
  writeFileSync(pem, authority.rootPem());
  await execute('certutil', ['-d', `sql:${location}`, '-N', '--empty-password']);
  await execute('certutil', ['-d', `sql:${location}`, '-A', '-t', ',,', '-n', 'Mine', '-i', pem]);
  const store = new NssStore(execute, home);
  await installInto(store);
  assert.equal(await store.has(location, rootOf()), true);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.equal(await store.has(location, rootOf()), false);
  const listed = await execute('certutil', ['-d', `sql:${location}`, '-L']);
  assert.match(listed.stdout, /^Mine\s+,,\s*$/m);
});

test('the new root of a widened authority replaces the old one', async () => {
  const home = path.join(folder, 'nss-widened');
  mkdirSync(home);
  const store = new NssStore(execute, home);
  const location = await installInto(store);
  const old = rootOf();
  await authority.widen(['wider.example.com']);
  await installInto(store);
  assert.equal(await store.has(location, old), false);
  assert.equal(await store.has(location, rootOf()), true);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.deepEqual(picture(home), {}, 'the last uninstall removes the files of the first install');
});

test('the next install removes an old root that a killed install left behind', async () => {
  const home = path.join(folder, 'nss-halfway');
  mkdirSync(home);
  const store = new NssStore(execute, home);
  const location = await installInto(store);
  const old = rootOf();
  await authority.widen(['halfway.example.com']);
  const dying = new NssStore(execute, home);
  dying.uninstall = () => Promise.reject(new Error('killed'));
  await assert.rejects(
    installRoot({ database, clock: systemClock, stores: [dying], stateFolder: folder }, rootOf()),
    /killed/,
  );
  assert.equal(await store.has(location, old), true);
  const outcomes = await installRoot({ database, clock: systemClock, stores: [store], stateFolder: folder }, rootOf());
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['already-there'],
  );
  assert.equal(await store.has(location, old), false);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.deepEqual(picture(home), {});
});

test('a root that NSS knows but does not trust is not reported as installed', async () => {
  const home = path.join(folder, 'nss-untrusted');
  mkdirSync(home);
  const store = new NssStore(execute, home);
  const location = await installInto(store);
  const label = labelOf(authority.rootFingerprint());
  await execute('certutil', ['-d', `sql:${location}`, '-M', '-n', label, '-t', ',,']);
  assert.equal(await store.has(location, rootOf()), false);
  await installInto(store);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.deepEqual(picture(home), {});
});

test('a dry run changes nothing and reports its plan', async () => {
  const home = path.join(folder, 'nss-dry');
  mkdirSync(home);
  const stores = [new NssStore(execute, home)];
  const outcomes = await planInstall({ stores, stateFolder: folder }, rootOf(), []);
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['planned'],
  );
  assert.deepEqual(readdirSync(home), []);
  assert.deepEqual(await uninstallRoots({ database, clock: systemClock, stores, stateFolder: folder }), []);
});

test('uninstall succeeds after a kill between record and change', async () => {
  const home = path.join(folder, 'nss-killed');
  mkdirSync(home);
  const store = new NssStore(execute, home);
  const dying: TrustStore = Object.assign(Object.create(store) as TrustStore, {
    name: 'nss',
    find: () => store.find(),
    has: store.has.bind(store),
    list: store.list.bind(store),
    prepare: store.prepare.bind(store),
    install: () => Promise.reject(new Error('killed')),
  });
  await assert.rejects(
    installRoot({ database, clock: systemClock, stores: [dying], stateFolder: folder }, rootOf()),
    /killed/,
  );
  assert.deepEqual(await uninstallFrom(store), ['removed']);
});

test('reports a store with a missing tool, and continues with the others', async () => {
  const home = path.join(folder, 'nss-none');
  mkdirSync(home);
  const without: Execute = (program, args, options) =>
    execute(program === 'certutil' ? '/nowhere/certutil' : program, args, options);
  const outcomes = await installRoot(
    {
      database,
      clock: systemClock,
      stores: [new NssStore(without, home), new NssStore(execute, home)],
      stateFolder: folder,
    },
    rootOf(),
  );
  assert.ok(trustError.is(outcomes[0]!.error, 'trust.tool-missing'));
  assert.equal(outcomes[1]!.outcome, 'installed');
  assert.deepEqual(await uninstallFrom(new NssStore(execute, home)), ['removed']);
});

test('without permission for a store, reports the sudo command and continues with the others', async () => {
  const home = path.join(folder, 'nss-denied');
  mkdirSync(home);
  const denied = new JavaStore(execute, cleanEnv);
  denied.find = async () => ['/jdk/cacerts'];
  denied.has = async () => false;
  denied.prepare = () => Promise.reject(baseError('file.denied', { file: '/jdk/cacerts' }));
  const stores = [denied, new NssStore(execute, home)];
  const outcomes = await installRoot({ database, clock: systemClock, stores, stateFolder: folder }, rootOf());
  assert.ok(trustError.is(outcomes[0]!.error, 'trust.denied'));
  const { hint } = outcomes[0]!.error.report('en');
  assert.equal(hint, 'Run: sudo everyhop trust install --store java');
  assert.equal(outcomes[1]!.outcome, 'installed');
  assert.deepEqual(await uninstallFrom(stores[1]!), ['removed']);
});
