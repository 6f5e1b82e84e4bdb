/** A store that is lost, damaged or foreign: told with the way back, never replaced silently, and served around. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, lstat, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { before, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { listCertificates, obtainCertificate } from '../../../src/app/certificates.ts';
import { takeRootKeyOffline } from '../../../src/app/authority.ts';
import { existingRoot } from '../../../src/app/authority/root.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { plainInvocation } from '../../../src/base/invocation.ts';
import { probeTls } from '../../../src/probe/tls.ts';
import { storeError } from '../../../src/store/messages.ts';
import { copiesOf, copyStore } from '../../../src/store/daily-copy.ts';
import { mends } from '../../support/outside.ts';
import { temporaryFolder } from '../../support/up.ts';
import { startService } from './start.ts';

const shell = promisify(execFile);
const host = 'a.test';
const dayMs = 24 * 60 * 60 * 1000;

/** A state folder that has served `a.test`, as its operator's backup would hold it. */
let original: string;
before(async (t) => {
  original = await served(t as TestContext);
});

async function served(t: TestContext): Promise<string> {
  const state = path.join(await temporaryFolder(t, 'store'), 'state');
  const { service } = await startService(t, state, [host]);
  await service.stop(0);
  return state;
}

async function copied(t: TestContext): Promise<{ state: string; database: string; root: string }> {
  const state = path.join(await temporaryFolder(t, 'store'), 'state');
  await cp(original, state, { recursive: true, verbatimSymlinks: true });
  return {
    state,
    database: path.join(state, 'everyhop.db'),
    root: await readFile(path.join(state, 'root.pem'), 'utf8'),
  };
}

const obtain = (stateFolder: string, more: { isNew?: boolean } = {}): Promise<unknown> =>
  obtainCertificate({
    stateFolder,
    names: [host],
    authority: undefined,
    authorityRootFile: undefined,
    challenge: undefined,
    dns: undefined,
    dnsResolvers: undefined,
    webroot: undefined,
    httpPort: undefined,
    httpsPort: undefined,
    profile: undefined,
    email: undefined,
    termsAgreed: false,
    env: {},
    version: '0.0.0',
    signal: new AbortController().signal,
    ...more,
  });

const losses: Record<string, (database: string) => Promise<unknown>> = {
  missing: (database) => rm(database),
  empty: (database) => truncate(database, 0),
  'without the log that held everything': async (database) => {
    // A new store, of which only the header has left the log.
    await rm(database);
    const made = new DatabaseSync(database);
    made.exec('PRAGMA journal_mode = WAL');
    made.close();
  },
};

for (const [kind, lose] of Object.entries(losses)) {
  test(`a store that is ${kind} beside published files is store.lost; up serves from archive/ meanwhile`, async (t) => {
    mends(t, 'acme/empty-store-is-a-new-store');
    const { state, database, root } = await copied(t);
    await lose(database);
    const isLost = (error: unknown): boolean => storeError.is(error, 'store.lost');
    await assert.rejects(obtain(state), isLost);
    await assert.rejects(listCertificates(state), isLost);
    assert.equal(await existingRoot(state), root, 'clients keep the published root');

    const { service, httpsPort, events } = await startService(t, state, [host, 'b.test']);
    assert.equal(service.storeProblem?.code, 'store.lost');
    assert.equal((await service.status()).storeProblem?.code, 'store.lost');
    assert.ok(events.some((event) => event.type === 'upkeep.failed' && event.error.code === 'store.lost'));
    const target = { host, address: '127.0.0.1', port: httpsPort, clock: systemClock, roots: [root] };
    const facts = await probeTls(target);
    assert.ok(facts.reached && facts.verified, JSON.stringify(facts));
    await assert.rejects(service.renewCertificates([]), isLost);
    await service.stop(0);
    assert.equal(await readFile(path.join(state, 'root.pem'), 'utf8'), root);

    // The printed commands restore it.
    await runHint(service.storeProblem);
    const again = await startService(t, state, [host]);
    assert.equal(again.service.storeProblem, undefined);
    assert.equal(await existingRoot(state), root);
  });
}

test('the error for a damaged store names its copy, which the printed commands restore', async (t) => {
  mends(t, 'acme/empty-store-is-a-new-store');
  const { state, database, root } = await copied(t);
  const bytes = await readFile(database);
  await writeFile(database, bytes.fill(7, 4096));
  const { service } = await startService(t, state, [host]);
  assert.equal(service.storeProblem?.code, 'store.corrupt');
  await service.stop(0);
  await runHint(service.storeProblem);
  const again = await startService(t, state, [host]);
  assert.equal(again.service.storeProblem, undefined);
  assert.equal(await existingRoot(state), root);
  assert.ok((await readdir(state)).includes('everyhop.db.damaged'));
});

test('--new starts over where the store is lost or damaged, and changes a sound one in nothing', async (t) => {
  const { state, database, root } = await copied(t);
  await obtain(state, { isNew: true });
  assert.equal(await existingRoot(state), root);
  await writeFile(database, 'not a database at all, but something long enough to be read as one');
  await obtain(state, { isNew: true });
  const second = await existingRoot(state);
  assert.notEqual(second, root);
  assert.ok((await readdir(state)).includes('everyhop.db.damaged'));
  await rm(database);
  await assert.rejects(obtain(state), (error) => storeError.is(error, 'store.lost'));
  await obtain(state, { isNew: true });
  assert.notEqual(await existingRoot(state), second);
});

test('a store of another root is refused and served around, until --new publishes its root', async (t) => {
  const [mine, other] = [await copied(t), await served(t)];
  await rename(path.join(other, 'everyhop.db'), mine.database);
  await assert.rejects(obtain(mine.state), (error) => storeError.is(error, 'store.root-differs'));
  const { service, httpsPort } = await startService(t, mine.state, [host]);
  assert.equal(service.storeProblem?.code, 'store.root-differs');
  const target = { host, address: '127.0.0.1', port: httpsPort, clock: systemClock, roots: [mine.root] };
  const facts = await probeTls(target);
  assert.ok(facts.reached && facts.verified, 'clients of the published root still verify');
  await service.stop(0);
  assert.equal(await readFile(path.join(mine.state, 'root.pem'), 'utf8'), mine.root);
  const { service: right } = await startService(t, mine.state, [host], { isNew: true });
  assert.equal(right.storeProblem, undefined);
  assert.equal(await readFile(right.rootFile!, 'utf8'), await readFile(path.join(other, 'root.pem'), 'utf8'));
});

test('a copy put in place while the log of the former store remains is not overwritten by that log', async (t) => {
  mends(t, 'acme/stale-log-over-restored-store');
  const { state, database, root } = await copied(t);
  copyStore(database, Date.now());
  const [copy] = copiesOf(database);
  // The former store goes on and is killed: its last changes are in the log alone.
  const former = new DatabaseSync(database);
  former.exec("UPDATE authority_certificates SET certificate = x'00'; DELETE FROM generations");
  for (const end of ['-wal', '-shm']) await cp(`${database}${end}`, `${database}${end}.kept`);
  former.close();
  await cp(copy!.file, database);
  for (const end of ['-wal', '-shm']) await rename(`${database}${end}.kept`, `${database}${end}`);
  assert.equal((await listCertificates(state)).length, 1, 'for readers');
  const { service } = await startService(t, state, [host]);
  assert.equal(service.storeProblem, undefined);
  assert.equal(await existingRoot(state), root);
  assert.ok((await readdir(state)).includes('everyhop.db-wal.foreign'));
});

test('a store restored from an older copy takes up the certificates published since; also without links', async (t) => {
  mends(t, 'acme/live-links-lost-in-a-backup', 'acme/backup-without-log');
  const { state, database } = await copied(t);
  const old = await readFile(database);
  const first = await startService(t, state, [host]);
  const [renewed] = await first.service.renewCertificates([host]);
  await first.service.stop(0);
  await writeFile(database, old);
  // As `cp -rL`, rsync -L and some backups do.
  const elsewhere = path.join(await temporaryFolder(t, 'elsewhere'), 'state');
  await cp(state, elsewhere, { recursive: true, dereference: true });
  const again = await startService(t, state, [host]);
  const [site] = (await again.service.status()).sites;
  assert.equal(site!.certificates[0]!.serial, renewed!.serial);
  const moved = await startService(t, elsewhere, [host]);
  assert.equal(moved.service.storeProblem, undefined);
  assert.deepEqual(
    moved.events.filter(({ type }) => type === 'upkeep.failed'),
    [],
  );
  assert.ok((await lstat(path.join(elsewhere, 'live', host))).isSymbolicLink());
});

test('keeps three daily copies, readable by the owner alone; none holds a root key that was taken offline', async (t) => {
  const { state, database } = await copied(t);
  const backup = path.join(state, 'backup');
  for (let day = 1; day <= 4; day += 1) copyStore(database, Date.now() + day * dayMs);
  const names = await readdir(backup);
  assert.equal(names.length, 3);
  assert.deepEqual(
    names,
    names.filter((name) => /^everyhop-\d{4}-\d\d-\d\d\.db$/.test(name)),
  );
  for (const file of names) assert.equal((await stat(path.join(backup, file))).mode & 0o777, 0o600);
  assert.equal((await stat(backup)).mode & 0o777, 0o700);

  await takeRootKeyOffline(state, path.join(state, 'root-key.pem'));
  const [only, ...others] = await readdir(backup);
  assert.deepEqual(others, []);
  const copy = new DatabaseSync(path.join(backup, only!), { readOnly: true });
  const sql = "SELECT private_key FROM authority_certificates WHERE kind = 'root'";
  assert.deepEqual(
    copy
      .prepare(sql)
      .all()
      .map((row) => row['private_key']),
    [null],
  );
  copy.close();
});

async function runHint(problem: { report: (language: 'en', invocation: typeof plainInvocation) => { hint?: string } }) {
  const { hint } = problem.report('en', plainInvocation);
  const [, commands] = /copy of \S+: (.+?) — or start over/.exec(hint!)!;
  await shell('sh', ['-c', commands!]);
}
