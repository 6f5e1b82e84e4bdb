/** Concurrent programs on one store, and accounts that one side has lost. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { EventBus } from '../../src/base/events.ts';
import { systemClock } from '../../src/base/clock.ts';
import { AcmeIssuer } from '../../src/certificates/acme-issuer.ts';
import { Certificates } from '../../src/certificates/certificates.ts';
import { Ledger } from '../../src/certificates/ledger.ts';
import { livePaths, publishLive } from '../../src/certificates/publish.ts';
import { readGenerations } from '../../src/certificates/generation.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { openState } from '../../src/store/state.ts';
import { startLyingAuthority } from '../acme/lying-authority.ts';
import { clientOf, RecordingSolver } from '../acme/support.ts';
import { type Beginning, openHouse } from '../support/faults-house.ts';
import { AccountBook, readSnapshot, names, obtainAndPublish, type Place } from '../support/faults-world.ts';
import { atEnd, cleanEnvironment } from '../support/up.ts';
import { testRandom } from '../support/seed.ts';

const daemon = path.resolve(import.meta.dirname, '../support/faults-daemon.ts');

async function runTogether(place: Place, count: number): Promise<string[]> {
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, [daemon, JSON.stringify(place)], {
      env: cleanEnvironment(place.webroot),
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  );
  const outcomes = children.map(async (child) => {
    const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    assert.equal(child.exitCode, 0, errors);
    return said.replace('ready\n', '');
  });
  await Promise.all(children.map((child) => once(child.stdout, 'readable')));
  for (const child of children) child.stdin.end();
  return Promise.all(outcomes);
}

for (const beginning of ['nothing', 'a due certificate'] as Beginning[]) {
  test(`three programs that start at once on one store, with ${beginning}: one order`, async (t) => {
    const house = await openHouse(t);
    for (let round = 0; round < 3; round += 1) {
      const place = await house.place(beginning);
      const [orders, accounts] = [house.orders(), house.accounts.keys.length];
      const serials = await runTogether(place, 3);
      assert.equal(new Set(serials).size, 1);
      assert.equal(house.orders() - orders, 1);
      assert.equal(house.accounts.keys.length - accounts, beginning === 'nothing' ? 1 : 0);
      const { live, served } = await readSnapshot(place.stateFolder);
      assert.deepEqual([live, served], [serials[0], serials[0]]);
    }
  });
}

test('several concurrent certificates register one account', async (t) => {
  const accounts = new AccountBook();
  const authority = await startLyingAuthority(t, accounts.lie);
  const database = await openSqlite(':memory:');
  const clock = systemClock;
  const issuer = new AcmeIssuer({
    database,
    ledger: new Ledger(database, clock, testRandom),
    client: clientOf(t, authority),
    clock,
    solvers: [new RecordingSolver()],
    contacts: [],
    termsAgreed: true,
    limits: {},
  });
  const certificates = new Certificates({
    database,
    issuersFor: () => [issuer],
    clock,
    random: testRandom,
    events: new EventBus(),
  });
  atEnd(t, () => certificates.stop());
  await certificates.ensure([['a.test'], ['b.test'], ['c.test']]);
  assert.equal(accounts.keys.length, 1);
});

test('the account is missing from the store: registers a new one and keeps the certificates', async (t) => {
  const house = await openHouse(t);
  const place = await house.place('a due certificate');
  const before = await readSnapshot(place.stateFolder);
  const state = await openState(place.stateFolder);
  await state.database.query('DELETE FROM acme_accounts');
  await state.close();
  const { serial, failure } = await obtainAndPublish(place);
  assert.equal(failure, undefined);
  const after = await readSnapshot(place.stateFolder);
  assert.deepEqual(after.serials, [...before.serials, serial]);
  assert.deepEqual(
    after.accounts.map(({ thumbprint }) => thumbprint),
    [house.accounts.keys.at(-1)],
  );
  assert.equal(house.accounts.keys.length, 2);
});

test('the authority has forgotten the account: registers again with the same key, in the same run', async (t) => {
  const house = await openHouse(t);
  const place = await house.place('a due certificate');
  const [before, orders] = [await readSnapshot(place.stateFolder), house.orders()];
  house.accounts.keys.length = 0;
  const { serial, failure } = await obtainAndPublish(place);
  assert.equal(failure, undefined);
  const after = await readSnapshot(place.stateFolder);
  assert.deepEqual(after.serials, [...before.serials, serial]);
  assert.deepEqual(after.accounts, [{ ...after.accounts[0]!, thumbprint: before.accounts[0]!.thumbprint }]);
  assert.deepEqual(house.accounts.keys, [before.accounts[0]!.thumbprint]);
  assert.equal(house.orders() - orders, 2, 'one refused without the account, one accepted');
});

test('restores missing published files, also from several processes at once', async (t) => {
  const house = await openHouse(t);
  const place = await house.place('a due certificate');
  await obtainAndPublish(place);
  const { served } = await readSnapshot(place.stateFolder);
  const state = await openState(place.stateFolder);
  const [generation] = await readGenerations(state.database, names[0]!);
  await state.close();
  await rm(livePaths(place.stateFolder, names[0]!).privkey);
  await publishLive(place.stateFolder, generation!);
  assert.equal((await readSnapshot(place.stateFolder)).live, served);

  await rm(path.join(place.stateFolder, 'live'), { recursive: true });
  await Promise.all([1, 2, 3, 4].map(() => publishLive(place.stateFolder, generation!)));
  assert.equal((await readSnapshot(place.stateFolder)).live, served);
});
