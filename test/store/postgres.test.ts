/** Runs the schema and all statements on PostgreSQL and on SQLite and compares the results. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { addAccessKey, readAccessKeys, recordKeyUses, revokeAccessKey } from '../../src/access/records.ts';
import { Authority, privateKeyFingerprint } from '../../src/authority/authority.ts';
import { loadRecords } from '../../src/authority/records.ts';
import { publishRoot, requireOwnRoot } from '../../src/app/authority/root.ts';
import { readContent } from '../../src/app/backup/content.ts';
import { cookieKeys } from '../../src/app/serve/cookie-keys.ts';
import { stickyKey } from '../../src/app/serve/sticky-key.ts';
import { EventBus } from '../../src/base/events.ts';
import {
  forgetAccountUrl,
  knownAccount,
  readAccounts,
  retireAccount,
  storedAccount,
} from '../../src/certificates/accounts.ts';
import { adoptPublished } from '../../src/certificates/adopt.ts';
import { readAdvice, writeAdvice } from '../../src/certificates/advice.ts';
import { Certificates } from '../../src/certificates/certificates.ts';
import { markRevoked, readGenerations, servedGenerations } from '../../src/certificates/generation.ts';
import { Ledger } from '../../src/certificates/ledger.ts';
import { readLiveFolders, writeLiveFolders } from '../../src/certificates/live-folders.ts';
import { storedPresentedRecords } from '../../src/certificates/presented-records.ts';
import { privateIssuer } from '../../src/certificates/private-issuer.ts';
import { provenForMs, recordProof } from '../../src/certificates/proofs.ts';
import type { Database } from '../../src/store/database.ts';
import { hasContent } from '../../src/store/published.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { installRoot, readInstallRecords, uninstallRoots } from '../../src/trust/install.ts';
import type { TrustStore } from '../../src/trust/store.ts';
import { startLyingAuthority } from '../acme/lying-authority.ts';
import { clientOf, soon } from '../acme/support.ts';
import { FakeClock } from '../support/clock.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { temporaryFolder } from '../support/up.ts';
import { seededRandom } from '../support/seed.ts';

const dayMs = 24 * 60 * 60 * 1000;
const names = ['b.test', 'a.test'];

/** Writes and reads as one user of the store does. Returns the data read, which must be the same on every store. */
type Walk = (t: TestContext, database: Database) => Promise<unknown>;

const authority: Walk = async (t, database) => {
  const clock = new FakeClock();
  const options = { clock, random: seededRandom(1, 'authority'), names: [] };
  const made = await Authority.open(database, options);
  const other = await Authority.open(database, options);
  await made.widen(['chat.example.com']);
  await other.refresh();
  const sameRoot = other.rootFingerprint() === made.rootFingerprint();
  const renewed = await made.renew();
  await made.forgetRootKey(privateKeyFingerprint(made.exportRootKey()));
  const records = await loadRecords(database);
  const rows = await database.query<{ kind: string; retired_ms: number | null }>(
    'SELECT kind, retired_ms FROM authority_certificates ORDER BY kind, created_ms, retired_ms IS NULL',
  );
  const { permitted } = made.summary();
  const stored = await readContent(database);
  const content = [await hasContent(database), { ...stored, root: stored?.root === made.rootFingerprint() }];
  const folder = await temporaryFolder(t, 'root');
  await publishRoot(folder, made.rootPem());
  await requireOwnRoot(folder, database);
  return { sameRoot, renewed, hasRootKey: records?.root.key !== undefined, rows, permitted, content };
};

const certificates: Walk = async (_, database) => {
  const clock = new FakeClock();
  const random = seededRandom(1, 'certificates');
  const issuing = await Authority.open(database, { clock, random, names: [] });
  const issuer = privateIssuer(() => Promise.resolve(issuing));
  const events = new EventBus();
  const kept = new Certificates({ database, issuersFor: () => [issuer], clock, random, events });
  const first = (await kept.ensure([names]))[0]!;
  for (let round = 0; round < 5; round += 1) {
    clock.advance(61 * dayMs);
    await kept.renew(names); // deletes generations that expired long ago
  }
  const left = await readGenerations(database, 'a.test b.test');
  await markRevoked(database, left[0]!.id, clock.now());
  const [served] = await servedGenerations(database, clock.now());
  await kept.stop();
  return {
    first: [first.names, first.issuer, first.notBeforeMs, first.notAfterMs, first.createdMs],
    left: left.map(({ names: own, createdMs }) => [own, createdMs]),
    served: [served!.createdMs, served!.revokedMs, served!.keyPem.reveal().split('\n')[0]],
  };
};

const ledger: Walk = async (_, database) => {
  const clock = new FakeClock();
  const kept = new Ledger(database, clock, seededRandom(1, 'ledger'));
  const at = 'https://ca.example/dir';
  const begin = async (): Promise<string> => {
    clock.advance(1000);
    return kept.begin(at, names);
  };
  for (let count = 0; count < 105; count += 1) await begin();
  clock.advance(31 * dayMs);
  await kept.issued(await begin(), true);
  await kept.failed(await begin(), 'acme.server-busy', 'busy', 60_000);
  await kept.withdraw(await begin());
  await kept.begin('https://other.example/dir', names);
  const all = await kept.attempts();
  return [all.length, all.slice(0, 3), await kept.attempts(at), await kept.attemptsFor(at, ['c.test'])];
};

const accounts: Walk = async (t, database) => {
  const lying = await startLyingAuthority(t);
  const client = clientOf(t, lying);
  const clock = new FakeClock();
  const terms = { contacts: [], termsAgreed: true };
  const made = await storedAccount(database, client, terms, clock, soon());
  const again = await storedAccount(database, client, terms, clock, soon());
  const known = await knownAccount(database, client.directoryUrl);
  await forgetAccountUrl(database, client.directoryUrl);
  const forgotten = await knownAccount(database, client.directoryUrl);
  await retireAccount(database, client.directoryUrl, clock.now());
  return {
    listed: (await readAccounts(database)).map(({ createdMs, endedMs }) => [createdMs, endedMs]),
    retired: await database.query('SELECT url, created_ms, ended_ms FROM former_acme_accounts'),
    left: await database.query('SELECT directory FROM acme_accounts'),
    same: [again, known].map((one) => one?.url === made.url && one.keyPem.reveal() === made.keyPem.reveal()),
    forgotten,
  };
};

const proofs: Walk = async (_, database) => {
  const begin = Date.parse('2026-01-15T12:00:00Z');
  const seen: number[] = [];
  for (const [ok, atMs] of [
    [true, begin],
    [true, begin + dayMs],
    [true, begin - dayMs], // the clock was set back
    [false, begin],
    [true, begin],
  ] as const) {
    await recordProof(database, 'a.test', ok, atMs);
    seen.push(await provenForMs(database, 'a.test', begin + 2 * dayMs));
  }
  return seen;
};

const advice: Walk = async (_, database) => {
  const none = { window: undefined, renewAtMs: undefined, explanationUrl: undefined };
  await writeAdvice(database, { generation: 'a', ...none, askAgainMs: 1 });
  const window = { startMs: 1_800_000_000_000, endMs: 1_900_000_000_000 };
  const whole = { window, renewAtMs: 1_850_000_000_000, explanationUrl: 'https://ca.example/why' };
  await writeAdvice(database, { generation: 'b', ...none, askAgainMs: 2 });
  await writeAdvice(database, { generation: 'b', ...whole, askAgainMs: 3 });
  const read = await readAdvice(database, ['a', 'b', 'c']);
  return ['a', 'b', 'c'].map((generation) => read.get(generation));
};

const presentedRecords: Walk = async (_, database) => {
  const records = storedPresentedRecords(database);
  const one = { provider: 'exec', fqdn: '_acme-challenge.a.test', value: 'x' };
  await records.add(one);
  await records.add(one);
  await records.add({ ...one, value: 'y' });
  await records.remove(one);
  return records.list();
};

const installs: Walk = async (_, database) => {
  const held = new Set<string>();
  const store: TrustStore = {
    name: 'nss',
    find: async () => ['/there'],
    has: async (_location, { fingerprint }) => held.has(fingerprint),
    list: async () => [],
    prepare: async () => ({ was: true }),
    install: async (_location, { fingerprint }) => void held.add(fingerprint),
    conclude: async (_location, undo) => ({ ...undo, made: 'x' }),
    uninstall: async (_location, fingerprint) => void held.delete(fingerprint),
  };
  const context = { database, clock: new FakeClock(), stores: [store], stateFolder: '/state' };
  await installRoot(context, { pem: '', fingerprint: 'aa' });
  await installRoot(context, { pem: '', fingerprint: 'bb' });
  const records = await readInstallRecords(database);
  const gone = await uninstallRoots(context);
  return [records, gone, held.size, await readInstallRecords(database)];
};

const liveFolders: Walk = async (t, database) => {
  const folder = await temporaryFolder(t, 'live');
  await mkdir(path.join(folder, 'live'));
  await symlink('../archive/old/nothing', path.join(folder, 'live/old'));
  await writeLiveFolders(database, [{ name: 'a', names: 'a b', owner: 'up' }]);
  await writeLiveFolders(database, [{ name: 'a', names: 'a', owner: 'obtain' }]);
  return [await readLiveFolders(database, folder), await adoptPublished(database, folder)];
};

const accessKeys: Walk = async (_, database) => {
  const key = {
    name: 'b',
    digest: 'd1',
    sites: [],
    expiresMs: undefined,
    rate: undefined,
    createdMs: 1,
    usedMs: undefined,
  };
  await addAccessKey(database, key);
  const rate = { count: 60, periodMs: 60_000 };
  await addAccessKey(database, { ...key, name: 'a', digest: 'd2', sites: ['x.test', 'y.test'], expiresMs: 5, rate });
  await assert.rejects(addAccessKey(database, { ...key, digest: 'd3' }), { code: 'access.key-exists' });
  await recordKeyUses(
    database,
    new Map([
      ['d1', 7.4],
      ['d2', 3],
      ['none', 1],
    ]),
  );
  await recordKeyUses(database, new Map([['d1', 6]]));
  const before = await readAccessKeys(database);
  const revoked = [await revokeAccessKey(database, 'b', 8)];
  await addAccessKey(database, { ...key, digest: 'd4', createdMs: 9 });
  revoked.push(await revokeAccessKey(database, 'b', 10), await revokeAccessKey(database, 'b', 11));
  await assert.rejects(revokeAccessKey(database, 'c', 12), {
    code: 'access.unknown-key',
    params: { name: 'c', known: 'a' },
  });
  await addAccessKey(database, { ...key, digest: 'd5', createdMs: 10 ** 10 }); // more than a month later
  return [before, revoked, await readAccessKeys(database), await revokeAccessKey(database, 'b', 10 ** 10)];
};

/** Of sealed cookies and of sticky ones. */
const keysOfCookies: Walk = async (_, database) => {
  const random = seededRandom(1, 'cookies');
  const sealing = [await cookieKeys(database, random, 1), await cookieKeys(database, random, 2)];
  sealing.push(await cookieKeys(database, random, 1 + 31 * dayMs));
  return [sealing, await stickyKey(database, random), await stickyKey(database, random)];
};

const walks = {
  authority,
  certificates,
  ledger,
  accounts,
  proofs,
  advice,
  presentedRecords,
  installs,
  liveFolders,
  accessKeys,
  keysOfCookies,
};
let postgres: Postgres;

before(async () => {
  postgres = await startPostgres();
});
after(() => postgres.close());

for (const [name, walk] of Object.entries(walks)) {
  test(`${name}: the same results on PostgreSQL and SQLite`, { timeout: 120_000 }, async (t) => {
    const expected = await walk(t, await openSqlite(':memory:'));
    const answers = await walk(t, await postgres.openStore());
    assert.deepEqual(structuredClone(answers), structuredClone(expected));
  });
}

test('transactions are atomic on both', async () => {
  for (const database of [await postgres.openStore(), await openSqlite(':memory:')]) {
    const failing = database.transaction(async (inner) => {
      await recordProof(inner, 'a.test', true, 1);
      throw new Error('stop');
    });
    await assert.rejects(failing, /stop/);
    assert.deepEqual(await database.query('SELECT host FROM proofs'), []);
  }
});

test('covers every statement in the source', () => {
  const source = path.resolve(import.meta.dirname, '../../src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const texts = files
    .filter((file) => !/^store[/\\]sqlite/.test(file)) // only for SQLite
    .flatMap((file) => [...readFileSync(path.join(source, file), 'utf8').matchAll(sqlText)].map((match) => match[2]!));
  assert.ok(texts.length > 20, 'the scan finds the statements');
  const run = [...postgres.statements].map(plain);
  const missing = texts.filter((text) => !run.some((statement) => patternOf(text).test(statement)));
  assert.deepEqual(missing, []);
});

const sqlText = /(['"`])((?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\s(?:(?!\1)[\s\S])*)\1/g;

function plain(sql: string): string {
  return sql.replaceAll(/\s+/g, ' ').trim();
}

/** Interpolations in a template match any text. */
function patternOf(text: string): RegExp {
  const parts = plain(text).split(/\$\{[^}]*\}/);
  return new RegExp(
    `^${parts.map((part) => part.trim().replaceAll(/[.*+?^$()[\]{}|\\]/g, String.raw`\$&`)).join('.*')}$`,
    's',
  );
}
