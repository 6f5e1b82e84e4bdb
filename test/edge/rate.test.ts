import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Buckets, type RateUses } from '../../src/edge/rate.ts';
import { FakeClock } from '../support/clock.ts';
import * as fc from '../support/fast-check.ts';

const perMinute = { count: 60, periodMs: 60_000 };

function admitted(buckets: Buckets, name: string, tries: number, rate = perMinute): number {
  let count = 0;
  for (let at = 0; at < tries; at += 1) if (buckets.take(name, rate) === 0) count += 1;
  return count;
}

test('a bucket gives its whole content at once, then one token at a time, and says how long to wait', () => {
  const clock = new FakeClock();
  const buckets = new Buckets(clock);
  assert.equal(admitted(buckets, 'a', 100), 60);
  assert.equal(buckets.take('a', perMinute), 1000);
  assert.equal(admitted(buckets, 'b', 100), 60, 'another visitor has a bucket of its own');
  clock.advance(999);
  assert.equal(Math.round(buckets.take('a', perMinute)), 1);
  clock.advance(1);
  assert.equal(admitted(buckets, 'a', 5), 1, 'refused requests take nothing');
  clock.advance(10_000);
  assert.equal(admitted(buckets, 'a', 50), 10);
  clock.advance(3_600_000);
  assert.equal(admitted(buckets, 'a', 100), 60, 'a bucket never holds more than its size');
});

test('the wall clock has no part in it', () => {
  const clock = new FakeClock();
  const buckets = new Buckets(clock);
  assert.equal(admitted(buckets, 'a', 100), 60);
  clock.jump(-86_400_000);
  assert.equal(admitted(buckets, 'a', 5), 0);
  clock.jump(2 * 86_400_000);
  assert.equal(admitted(buckets, 'a', 5), 0);
});

test('a visitor never gets more than a full bucket and the rate, whenever it asks', () => {
  const rates = fc.record({
    count: fc.integer({ min: 1, max: 1000 }),
    periodMs: fc.constantFrom(1000, 60_000, 86_400_000),
  });
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 40 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(rates, steps, (rate, visits) => {
      const clock = new FakeClock();
      const buckets = new Buckets(clock);
      let count = 0;
      for (const [pauseMs, tries] of visits) {
        clock.advance(pauseMs);
        count += admitted(buckets, 'a', tries, rate);
        assert.ok(count <= rate.count + (clock.monotonic() * rate.count) / rate.periodMs + 0.001);
      }
      clock.advance(rate.periodMs);
      assert.equal(admitted(buckets, 'a', rate.count, rate), rate.count, 'after a period it has all of it again');
    }),
  );
});

test('a million addresses take bounded memory, and a visitor that goes on asking is not forgotten meanwhile', () => {
  const clock = new FakeClock();
  const buckets = new Buckets(clock);
  assert.equal(admitted(buckets, 'flood', 60), 60);
  for (let at = 0; at < 1_000_000; at += 1) {
    buckets.take(`2001:db8:${at >> 16}:${at & 0xffff}`, perMinute);
    if (at % 20_000 === 0) assert.ok(buckets.take('flood', perMinute) > 0);
  }
  assert.ok(buckets.size <= 2 * 65_536, String(buckets.size));
});

/** Workers that tell each other, as the control process passes it on. */
class Workers {
  readonly clock = new FakeClock();
  readonly all: Buckets[];

  constructor(count: number) {
    this.all = Array.from({ length: count }, () => new Buckets(this.clock, count));
  }

  exchange(): void {
    const uses = this.all.map((buckets) => buckets.uses());
    for (const [at, buckets] of this.all.entries())
      for (const [from, use] of uses.entries()) if (from !== at && use) buckets.add(structuredClone(use));
  }
}

test('several workers keep one rate: at once a full bucket of each at most, over time the rate', () => {
  const workers = new Workers(4);
  let count = 0;
  for (let quarter = 0; quarter < 4 * 600; quarter += 1) {
    for (const buckets of workers.all) count += admitted(buckets, 'a', 100);
    if (quarter === 0) assert.equal(count, 240);
    workers.exchange();
    workers.clock.advance(250);
  }
  // Ten minutes at 60 a minute, and the bucket that was full at first.
  assert.ok(count >= 600 && count <= 660 + 4, String(count));
});

test('a visitor whose requests reach the workers in turn is held to one bucket', () => {
  const workers = new Workers(2);
  let count = 0;
  for (let at = 0; at < 400; at += 1) {
    count += admitted(workers.all[at % 2]!, 'a', 1);
    workers.clock.advance(50);
    if (at % 5 === 0) workers.exchange();
  }
  assert.ok(count >= 79 && count <= 82, `${count} in 20 s, of 60 + 20`);
});

test('what other workers report cannot lock a visitor out for longer than they could have used', () => {
  const clock = new FakeClock();
  const buckets = new Buckets(clock, 2);
  buckets.add(['a', 1e12] satisfies RateUses);
  assert.equal(admitted(buckets, 'a', 1), 0);
  clock.advance(60_000 + 1000);
  assert.equal(admitted(buckets, 'a', 1), 1);
});

test('one worker alone reports nothing', () => {
  const buckets = new Buckets(new FakeClock());
  buckets.take('a', perMinute);
  assert.equal(buckets.uses(), undefined);
});
