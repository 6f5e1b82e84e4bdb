import assert from 'node:assert/strict';
import { test } from 'node:test';
import { obtain } from '../../src/acme/obtain.ts';
import { AcmeIssuer } from '../../src/certificates/acme-issuer.ts';
import { adviceFrom, isAdviceDue } from '../../src/certificates/advice.ts';
import { Ledger } from '../../src/certificates/ledger.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { problem, startLyingAuthority } from '../acme/lying-authority.ts';
import { accountAt, clientOf, HastyClock, RecordingSolver, soon } from '../acme/support.ts';
import { FakeClock } from '../support/clock.ts';
import { mends } from '../support/outside.ts';
import { testRandom } from '../support/seed.ts';
import { dayMs } from './test-issuer.ts';

const hourMs = 60 * 60 * 1000;

test('after an error, asks again when the authority says, between a minute and a day', async (t) => {
  mends(t, 'acme/ari-small');
  let retryAfter = '';
  const authority = await startLyingAuthority(t, ({ path }, honest) =>
    path.startsWith('/when/') ? problem(503, 'busy', {}, { 'retry-after': retryAfter }) : honest,
  );
  const database = await openSqlite(':memory:');
  const clock = new FakeClock(Date.now());
  const client = clientOf(t, authority, { clock: new HastyClock() });
  const ledger = new Ledger(database, clock, testRandom);
  const options = { database, ledger, client, clock, solvers: [], contacts: [], termsAgreed: true, limits: {} };
  const issuer = new AcmeIssuer(options);
  const nowMs = Date.now();
  const account = await accountAt(client);
  const { chainPem } = await obtain(client, { account, names: ['a.test'], solvers: [new RecordingSolver()] });
  for (const [header, expectedMs] of [
    ['3600', hourMs],
    ['40', hourMs / 60],
    ['9999999', dayMs],
  ] as const) {
    retryAfter = header;
    const said = await issuer.advise(chainPem, soon());
    const advice = adviceFrom('g', said, undefined, nowMs, testRandom);
    assert.equal(advice.askAgainMs - nowMs, expectedMs, header);
    assert.equal(isAdviceDue(advice, nowMs + expectedMs - 1), false);
  }
  const former = {
    generation: 'g',
    window: { startMs: 1, endMs: 2 },
    renewAtMs: 1,
    explanationUrl: 'https://a.test/',
    askAgainMs: 0,
  };
  const silent = adviceFrom('g', { isSilent: true, retryAfterMs: hourMs }, former, nowMs, testRandom);
  assert.deepEqual(silent, { ...former, askAgainMs: nowMs + hourMs }, 'the former advice stays');
  assert.equal(adviceFrom('g', undefined, former, nowMs, testRandom).askAgainMs, nowMs + 6 * hourMs);
});
