import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { decide, renewalMomentMs } from '../../src/certificates/decide.ts';
import { acmeError, dns01Error } from '../../src/acme/messages.ts';
import { baseError } from '../../src/base/messages.ts';
import { mends } from '../support/outside.ts';
import { type Attempt, Ledger } from '../../src/certificates/ledger.ts';
import { standing } from '../../src/certificates/standing.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { FakeClock } from '../support/clock.ts';
import { testRandom } from '../support/seed.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const names = ['b.example', 'a.example'];

function attempt(beganMs: number, outcome: Attempt['outcome'], more: Partial<Attempt> = {}): Attempt {
  return {
    id: String(beganMs),
    authority: 'https://ca.example/dir',
    names: 'a.example b.example',
    beganMs,
    outcome,
    exempt: false,
    code: undefined,
    detail: undefined,
    notBeforeMs: undefined,
    ...more,
  };
}

test('waits 1, 10 and 100 minutes after failures, then a day, until a success', () => {
  const attempts: Attempt[] = [];
  for (const [failures, pauseMs] of [
    [1, minuteMs],
    [2, 10 * minuteMs],
    [3, 100 * minuteMs],
    [4, dayMs],
    [5, dayMs],
  ] as const) {
    const nowMs = failures * 1e10;
    attempts.unshift(attempt(nowMs, 'failed'));
    const { nextMs, reason, failures: counted } = standing(attempts, names, {}, nowMs);
    assert.deepEqual([counted, nextMs - nowMs, reason], [failures, pauseMs, 'failures']);
    assert.equal(standing(attempts, names, {}, nextMs).reason, undefined);
  }
  attempts.unshift(attempt(9e10, 'issued'));
  assert.deepEqual(standing(attempts, names, {}, 9e10), {
    failures: 0,
    nextMs: 0,
    reason: undefined,
    insistMs: 0,
    limit: undefined,
    left: undefined,
  });
});

test('permits one immediate retry after a crash, then treats crashes like failures', () => {
  assert.equal(standing([attempt(0, 'open')], names, {}, 1000).nextMs, 0);
  assert.equal(standing([attempt(500, 'open'), attempt(0, 'open')], names, {}, 1000).nextMs, 500 + minuteMs);
});

test('after a local failure, permits a few retries at once, then one a minute', () => {
  const full = (beganMs: number): Attempt => attempt(beganMs, 'failed', { code: 'file.no-space' });
  assert.equal(standing([full(0)], names, {}, 1000).nextMs, 0);
  assert.equal(standing([500, 400, 300, 200, 100].map(full), names, {}, 1000).nextMs, 500 + minuteMs);
  assert.equal(standing([attempt(500, 'failed'), full(0)], names, {}, 1000).nextMs, 500 + minuteMs);
});

/** Let's Encrypt counts these as failed validations, or as issued certificates; and a limit may end a day later. */
const counted = /^acme\.(?:validation-|caa$|order-failed$|rate-limited$|certificate-)/;
/** Failures of the authority, and refusals that it does not count. */
const refused = /^acme\.(?:account-|timeout$|deadline$|answer-|server-|paused$|name-|profile-|key-refused$|refused$)/;

test('of all failures, only those that the authority counts make long pauses', (t) => {
  mends(t, 'acme/lockout-for-local-failures');
  const codes = [acmeError, dns01Error, baseError].flatMap(({ texts }) => Object.keys(texts));
  // Findings about the environment end no attempt.
  for (const code of codes.filter((each) => !/^(?:internal\.defect$|environment\.)/.test(each))) {
    const longest = counted.test(code) ? dayMs : refused.test(code) ? 15 * minuteMs : minuteMs;
    const attempts: Attempt[] = [];
    for (let failures = 1; failures <= 9; failures += 1) {
      const nowMs = failures * 1e10;
      attempts.unshift(attempt(nowMs, 'failed', { code }));
      const { nextMs } = standing(attempts, names, {}, nowMs);
      assert.ok(nextMs - nowMs <= longest, `${code}: ${nextMs - nowMs} ms after ${failures}`);
      if (counted.test(code) && failures >= 4) assert.equal(nextMs - nowMs, dayMs, code);
    }
  }
});

test('a taken port neither lengthens nor hides the pause after failed validations', (t) => {
  mends(t, 'acme/lockout-for-local-failures');
  const validation = (beganMs: number): Attempt => attempt(beganMs, 'failed', { code: 'acme.validation-connection' });
  const taken = (beganMs: number): Attempt => attempt(beganMs, 'failed', { code: 'acme.port-taken' });
  const mixed = [taken(9), taken(8), validation(7), taken(6), taken(5), validation(4), taken(3)];
  assert.equal(standing(mixed, names, {}, 10).nextMs, 7 + 10 * minuteMs);
  assert.equal(standing([validation(10), ...[9, 8, 7, 6, 5].map(taken)], names, {}, 10).nextMs, 10 + minuteMs);
});

test('a person may insist, within the limits of the authority', (t) => {
  mends(t, 'acme/lockout-for-local-failures');
  const limits = { sameNamesPerWeek: 5, failedValidationsPerHour: 5 };
  const failed = (minute: number, of = 'a.example b.example'): Attempt =>
    attempt(minute * minuteMs, 'failed', { code: 'acme.validation-dns', names: of });
  const nowMs = 50 * minuteMs;
  const four = [40, 30, 20, 10].map((minute) => failed(minute));
  const pausing = standing(four, names, limits, nowMs);
  assert.deepEqual([pausing.reason, pausing.insistMs], ['failures', 0]);
  // A certificate for other names counts where it shares one; a local failure and an old one do not.
  const local = attempt(45 * minuteMs, 'failed', { code: 'acme.self-check' });
  const old = failed(-11);
  assert.equal(standing([local, ...four, old], names, limits, nowMs).insistMs, 0);
  assert.equal(standing([failed(45, 'c.example'), ...four], names, limits, nowMs).insistMs, 0);
  const fifth = standing([failed(45, 'b.example c.example'), ...four], names, limits, nowMs);
  assert.deepEqual([fifth.insistMs, fifth.limit], [70 * minuteMs, 'validations-limit']);
  // Nobody knows what an attempt did in which the program died.
  const crashed = attempt(45 * minuteMs, 'open');
  assert.equal(standing([crashed, ...four], names, limits, nowMs).insistMs, 70 * minuteMs);
  const busy = attempt(45 * minuteMs, 'failed', { code: 'acme.server-busy', notBeforeMs: 90 * minuteMs });
  assert.deepEqual(
    [standing([busy], names, {}, nowMs).insistMs, standing([busy], names, {}, nowMs).limit],
    [90 * minuteMs, 'retry-after'],
  );
});

test('ignores attempts dated in the future by a wrong clock', () => {
  const later = attempt(400 * dayMs, 'failed', { notBeforeMs: 401 * dayMs, code: 'acme.server-busy' });
  assert.equal(standing([later], names, {}, dayMs).reason, undefined);
  const issued = [5, 4, 3, 2, 1].map((day) => attempt((400 + day) * dayMs, 'issued'));
  assert.equal(standing(issued, names, { sameNamesPerWeek: 5 }, dayMs).reason, undefined);
  // Nor do they hide the failures of today.
  assert.equal(standing([...issued, attempt(dayMs, 'failed')], names, {}, dayMs).nextMs, dayMs + minuteMs);
});

test('does not hurry after faulty certificates, and counts them against the limit', () => {
  const vain = (beganMs: number): Attempt => attempt(beganMs, 'failed', { code: 'acme.certificate-dates' });
  assert.equal(standing([3, 2, 1].map(vain), names, {}, 3, 0).nextMs, 3 + 100 * minuteMs);
  assert.equal(standing([3, 2, 1].map(vain), names, { sameNamesPerWeek: 5 }, 3).left, 2);
});

test('Retry-After holds off only the names of the order; from a busy authority, all names', () => {
  const said = { notBeforeMs: 5 * hourMs };
  const limited = [attempt(0, 'failed', { code: 'acme.rate-limited', ...said })];
  assert.deepEqual(
    [standing(limited, names, {}, 1000).nextMs, standing(limited, names, {}, 1000).reason],
    [5 * hourMs, 'retry-after'],
  );
  assert.equal(standing(limited, ['other.example'], {}, 1000).nextMs, 0);
  const busy = [attempt(0, 'failed', { code: 'acme.server-busy', ...said })];
  assert.equal(standing(busy, ['other.example'], {}, 1000).nextMs, 5 * hourMs);
});

test('orders at most the weekly limit of certificates for the same names', () => {
  const limits = { sameNamesPerWeek: 5 };
  const issued = (count: number): Attempt[] =>
    Array.from({ length: count }, (_, at) => attempt(10 * dayMs + at * hourMs, 'issued')).toReversed();
  const nowMs = 11 * dayMs;
  assert.equal(standing(issued(4), names, limits, nowMs).left, 1);
  const full = standing(issued(5), names, limits, nowMs);
  assert.deepEqual([full.left, full.nextMs, full.reason], [0, 17 * dayMs, 'certificates-limit']);
  assert.equal(standing(issued(5), names, limits, 17 * dayMs + 1).left, 1);
  const renewals = issued(5).map((one) => ({ ...one, exempt: true }));
  assert.equal(standing(renewals, names, limits, nowMs).left, 5, 'renewals with ARI do not count');
});

test('no certificate lapses if the authority works for any tenth of the last third', () => {
  const lives = fc.constantFrom(160 * hourMs, 45 * dayMs, 47 * dayMs, 90 * dayMs, 30 * dayMs);
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(lives, share, share, share, (lifeMs, jitter, where, phase) => {
      const leaf = { notBeforeMs: 0, notAfterMs: lifeMs, createdMs: 0, revokedMs: undefined };
      const thirdMs = lifeMs / 3;
      const upFromMs = lifeMs - thirdMs + where * 0.9 * thirdMs;
      const upUntilMs = Math.min(upFromMs + 0.1 * thirdMs, lifeMs);
      const attempts: Attempt[] = [];
      // The program checks once a minute, with any offset.
      for (let nowMs = lifeMs / 3 + phase * minuteMs; nowMs < lifeMs; nowMs += minuteMs) {
        const { nextMs } = standing(attempts, names, {}, nowMs, leaf.notAfterMs);
        const policy = { renewAtMs: () => renewalMomentMs(leaf, jitter), holdOffMs: Math.max(0, nextMs - nowMs) };
        if (decide(nowMs, leaf, policy).action === 'wait') continue;
        if (nowMs >= upFromMs && nowMs < upUntilMs) return; // renewed
        attempts.unshift(attempt(nowMs, 'failed'));
      }
      assert.fail(`lapsed after ${attempts.length} attempts`);
    }),
    { numRuns: 60 },
  );
});

test('keeps attempts for the next process on the store', async () => {
  const database = await openSqlite(':memory:');
  const clock = new FakeClock(1e12);
  const ledger = new Ledger(database, clock, testRandom);
  const failed = await ledger.begin('https://ca.example/dir', names);
  await ledger.failed(failed, 'acme.rate-limited', 'too many', hourMs);
  clock.advance(1000);
  await ledger.issued(await ledger.begin('https://ca.example/dir', ['c.example']), true);
  await ledger.withdraw(await ledger.begin('https://ca.example/dir', names));
  await ledger.begin('https://other.example/dir', names);
  const seen = await new Ledger(database, clock, testRandom).attempts('https://ca.example/dir');
  assert.deepEqual(
    seen.map(({ names: of, outcome, exempt, code, detail, notBeforeMs }) => [
      of,
      outcome,
      exempt,
      code,
      detail,
      notBeforeMs,
    ]),
    [
      ['c.example', 'issued', true, undefined, undefined, undefined],
      ['a.example b.example', 'failed', false, 'acme.rate-limited', 'too many', 1e12 + hourMs],
    ],
  );
  assert.equal((await ledger.attempts()).length, 3);
});
