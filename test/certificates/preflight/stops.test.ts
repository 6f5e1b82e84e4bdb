import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AcmeClient } from '../../../src/acme/client.ts';
import { GatheredError } from '../../../src/base/errors.ts';
import { AcmeIssuer } from '../../../src/certificates/acme-issuer.ts';
import { Ledger } from '../../../src/certificates/ledger.ts';
import { preflightError, preflightWords } from '../../../src/certificates/preflight/messages.ts';
import { Fault, type Finding, okFinding } from '../../../src/hop/finding.ts';
import { openState } from '../../../src/store/state.ts';
import { FakeClock } from '../../support/clock.ts';
import { atEnd, temporaryFolder } from '../../support/up.ts';
import { testRandom } from '../../support/seed.ts';

test('reports everything an authority would refuse, without using up an attempt', async (t) => {
  const clock = new FakeClock();
  const state = await openState(await temporaryFolder(t, 'preflight'));
  atEnd(t, () => state.close());
  const { database } = state;
  const ledger = new Ledger(database, clock, testRandom);
  const client = new AcmeClient({ directoryUrl: 'https://127.0.0.1:1/directory', clock, userAgent: 'test' });
  atEnd(t, () => client.close());
  const hop = { from: { role: 'authority' as const }, to: { host: 'a.test' } };
  const findings: Finding[] = [
    okFinding(preflightWords('preflight-fine.clock', {})),
    new Fault('error', preflightError('preflight.wildcard-needs-dns', { name: '*.a.test' }), { hop }),
    new Fault('warning', preflightError('preflight.address-private', { name: 'a.test', addresses: '' }), { hop }),
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
    check: async () => findings,
  });
  const attempt = issuer.issue(['*.a.test'], new AbortController().signal, { former: undefined, insists: false });
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
