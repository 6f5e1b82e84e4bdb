import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AcmeClient } from '../../src/acme/client.ts';
import { GatheredError } from '../../src/base/errors.ts';
import { AcmeIssuer } from '../../src/certificates/acme-issuer.ts';
import { Ledger } from '../../src/certificates/ledger.ts';
import type { Verdict } from '../../src/certificates/preflight/preflight.ts';
import { openState } from '../../src/store/state.ts';
import { FakeClock } from '../support/clock.ts';
import { atEnd, temporaryFolder } from '../support/up.ts';
import { testRandom } from '../support/seed.ts';

test('what an authority would refuse is told, each with its own words, and no attempt is spent', async (t) => {
  const clock = new FakeClock();
  const state = await openState(await temporaryFolder(t, 'preflight'));
  atEnd(t, () => state.close());
  const { database } = state;
  const ledger = new Ledger(database, clock, testRandom);
  const client = new AcmeClient({ directoryUrl: 'https://127.0.0.1:1/directory', clock, userAgent: 'test' });
  atEnd(t, () => client.close());
  const verdicts: Verdict[] = [
    { code: 'preflight-fine.clock', name: 'a.test', severity: 'fine', params: {} },
    { code: 'preflight.wildcard-needs-dns', name: 'a.test', severity: 'stops', params: { name: '*.a.test' } },
    { code: 'preflight.address-private', name: 'a.test', severity: 'warns', params: { name: 'a.test', addresses: '' } },
  ];
  const issuer = new AcmeIssuer({
    database,
    ledger,
    client,
    clock,
    solvers: [],
    contacts: [],
    termsAgreed: true,
    limits: {},
    check: async () => verdicts,
  });
  const attempt = issuer.issue(['*.a.test'], new AbortController().signal, undefined);
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof GatheredError);
    const report = error.report('zh');
    assert.deepEqual(
      report.problems?.map(({ code }) => code),
      ['preflight.wildcard-needs-dns'],
    );
    assert.match(report.problems[0]!.message, /\p{Script=Han}/u);
    return true;
  });
  assert.deepEqual(await ledger.attempts(), []);
});
