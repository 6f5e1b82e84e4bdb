import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { advisedMomentMs, choose, decide, renewalMomentMs, generationsToPrune } from '../../src/certificates/decide.ts';
import { hstsMaxAgeSeconds } from '../../src/certificates/proofs.ts';

const dayMs = 24 * 60 * 60 * 1000;
const time = fc.integer({ min: 0, max: 4e12 });
const jitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const life = fc
  .record({ notBeforeMs: time, lengthMs: fc.integer({ min: 1000, max: 400 * dayMs }), isRevoked: fc.boolean() })
  .map(({ notBeforeMs, lengthMs, isRevoked }) => ({
    notBeforeMs,
    notAfterMs: notBeforeMs + lengthMs,
    createdMs: notBeforeMs,
    revokedMs: isRevoked ? notBeforeMs : undefined,
  }));
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;
const isValid = (nowMs: number, { notBeforeMs, notAfterMs, revokedMs }: Life): boolean =>
  revokedMs === undefined && notBeforeMs <= nowMs && nowMs < notAfterMs;
const policy = (share: number, holdOffMs = 0) => ({
  renewAtMs: (generation: Life) => renewalMomentMs(generation, share),
  holdOffMs,
});

test('renews a 30-day leaf after 20 days, or up to 21.6 hours earlier', () => {
  const leaf = { notBeforeMs: 0, notAfterMs: 30 * dayMs, createdMs: 0, revokedMs: undefined };
  assert.deepEqual(decide(0, leaf, policy(0)), { action: 'wait', reason: 'good', untilMs: 20 * dayMs });
  assert.deepEqual(decide(20 * dayMs, leaf, policy(0)), { action: 'renew', reason: 'due' });
  assert.deepEqual(decide(30 * dayMs, leaf, policy(0)), { action: 'obtain', reason: 'expired' });
  assert.deepEqual(decide(-1, leaf, policy(0)), { action: 'obtain', reason: 'not-yet-valid' });
  assert.deepEqual(decide(0, undefined, policy(0)), { action: 'obtain', reason: 'missing' });
  assert.deepEqual(decide(0, { ...leaf, revokedMs: 0 }, policy(0)), { action: 'obtain', reason: 'revoked' });
  assert.deepEqual(decide(5, undefined, policy(0, 60)), { action: 'wait', reason: 'held-off', untilMs: 65 });
});

test('for any lifetime and clock: waits or renews while valid, otherwise obtains', () => {
  fc.assert(
    fc.property(life, time, jitter, (generation, nowMs, share) => {
      const decision = decide(nowMs, generation, policy(share));
      assert.equal(decision.action !== 'obtain', isValid(nowMs, generation));
      if (decision.action !== 'wait') return;
      assert.ok(decision.untilMs > nowMs && decision.untilMs <= generation.notAfterMs);
      assert.notEqual(decide(decision.untilMs, generation, policy(share)).action, 'wait', 'then it is due');
    }),
  );
});

test('renews at two thirds of the lifetime (half of a short one), at most 3 % earlier', () => {
  fc.assert(
    fc.property(life, jitter, (generation, share) => {
      const lengthMs = generation.notAfterMs - generation.notBeforeMs;
      const used = (renewalMomentMs(generation, share) - generation.notBeforeMs) / lengthMs;
      const ratio = lengthMs < 10 * dayMs ? 1 / 2 : 2 / 3;
      assert.ok(used <= ratio + 1e-9 && used >= ratio - 0.03 - 1 / lengthMs - 1e-9);
    }),
  );
});

test("follows the authority's advice, but does not replace new certificates endlessly", () => {
  const hourMs = dayMs / 24;
  const at = (createdMs: number): { createdMs: number } => ({ createdMs });
  const usualMs = 60 * dayMs;
  assert.equal(advisedMomentMs(0, usualMs, at(hourMs), undefined), 0, 'the first is replaced at once');
  assert.equal(advisedMomentMs(0, usualMs, at(30 * dayMs), at(hourMs)), 0);
  assert.equal(advisedMomentMs(0, usualMs, at(2 * hourMs), at(hourMs)), dayMs + 2 * hourMs, 'the second after a day');
  assert.equal(advisedMomentMs(70 * dayMs, usualMs, at(2 * hourMs), at(hourMs)), 70 * dayMs);
  assert.equal(
    advisedMomentMs(0, usualMs, at(400 * dayMs), at(400 * dayMs - 1)),
    usualMs,
    'issued under a wrong clock',
  );
});

test('serves a valid certificate if there is one newer than the last revocation, and deletes only useless ones', () => {
  fc.assert(
    fc.property(fc.array(life, { maxLength: 8 }), time, (lives, nowMs) => {
      const newestFirst = lives.sort((a, b) => b.createdMs - a.createdMs);
      const chosen = choose(nowMs, newestFirst);
      const revoked = newestFirst.findIndex(({ revokedMs }) => revokedMs !== undefined);
      const newer = newestFirst.slice(0, revoked < 0 ? Infinity : revoked);
      const anyValid = newer.some((generation) => isValid(nowMs, generation));
      if (anyValid) assert.ok(chosen && isValid(nowMs, chosen));
      assert.equal(chosen === undefined, newestFirst.length === 0);
      const gone = generationsToPrune(nowMs, newestFirst);
      assert.ok(!gone.includes(chosen!));
      assert.ok(gone.every((generation) => generation.notAfterMs + 30 * dayMs < nowMs));
      assert.ok(newestFirst.length - gone.length >= Math.min(3, newestFirst.length));
    }),
  );
});

test('the HSTS age grows with the proven time, from an hour to a year', () => {
  assert.equal(hstsMaxAgeSeconds(0), 3600);
  assert.equal(hstsMaxAgeSeconds(dayMs - 1), 3600);
  assert.equal(hstsMaxAgeSeconds(dayMs), 86_400);
  assert.equal(hstsMaxAgeSeconds(1000 * dayMs), 31_536_000);
});
