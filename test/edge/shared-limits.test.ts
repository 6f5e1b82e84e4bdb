import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest, unreadHead } from '../../src/edge/request.ts';
import { exceeded } from '../../src/edge/route-limits.ts';
import { isLimitUses, LimitCounts, type LimitUses, SharedLimits } from '../../src/edge/shared-limits.ts';
import { StreamCounts } from '../../src/edge/stream-counts.ts';
import { FakeClock } from '../support/clock.ts';
import * as fc from '../support/fast-check.ts';
import type { EdgeContext } from '../../src/edge/connection.ts';

/** Workers and the control process between them. Messages arrive at once. */
class World {
  readonly workers = new Map<number, { counts: StreamCounts; open: string[] }>();
  readonly sent: { worker: number; uses: LimitUses }[] = [];
  readonly shared = new SharedLimits((worker, uses) => {
    assert.ok(isLimitUses(uses));
    this.sent.push({ worker, uses });
    this.workers.get(worker)?.counts.set(uses.streams ?? []);
  });
  #number = 0;

  start(): number {
    const worker = (this.#number += 1);
    this.workers.set(worker, { counts: new StreamCounts(4), open: [] });
    this.shared.join(worker);
    return worker;
  }

  report(worker: number): void {
    const streams = this.workers.get(worker)!.counts.changes();
    if (streams) this.shared.hear(worker, { streams });
  }

  kill(worker: number): void {
    this.workers.delete(worker);
    this.shared.leave(worker);
  }
}

test('streams of a visitor count over all workers, and those of a worker that ends are given back', () => {
  const world = new World();
  const [one, two] = [world.start(), world.start()];
  const [first, second] = [world.workers.get(one)!.counts, world.workers.get(two)!.counts];
  for (let at = 0; at < 3; at += 1) assert.ok(first.begin('a', 4));
  world.report(one);
  assert.ok(second.begin('a', 4));
  assert.equal(second.begin('a', 4), false);
  assert.ok(second.begin('b', 4), 'another visitor');
  world.report(two);
  assert.equal(first.begin('a', 4), false);
  const third = world.workers.get(world.start())!.counts;
  assert.equal(third.begin('a', 4), false, 'a new worker learns what the others have open');
  world.kill(one);
  assert.ok(third.begin('a', 4));
  assert.ok(second.begin('a', 4));
});

test('in any order of openings, ends and deaths, every worker ends up with the true numbers', () => {
  const step = fc.record({
    act: fc.constantFrom('begin', 'begin', 'end', 'report', 'kill', 'start'),
    which: fc.nat(),
    name: fc.constantFrom('a', 'b', 'c'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const world = new World();
      world.start();
      for (const { act, which, name } of steps) {
        const all = [...world.workers.keys()];
        const worker = all[which % Math.max(1, all.length)];
        if (act === 'start' && all.length < 4) world.start();
        if (worker === undefined) continue;
        const { counts, open } = world.workers.get(worker)!;
        if (act === 'begin' && counts.begin(name, 5)) open.push(name);
        else if (act === 'end' && open.length > 0) counts.end(open.pop()!);
        else if (act === 'report') world.report(worker);
        else if (act === 'kill') world.kill(worker);
      }
      for (const worker of world.workers.keys()) world.report(worker);
      const all = [...world.workers.values()].flatMap(({ open }) => open);
      for (const name of ['a', 'b', 'c']) {
        const count = all.filter((each) => each === name).length;
        for (const { counts } of world.workers.values()) {
          if (count > 0) assert.equal(counts.begin(name, count), false, `${name}: ${count} are open`);
          assert.ok(counts.begin(name, count + 1));
          counts.end(name);
        }
      }
      for (const { counts, open } of world.workers.values()) for (const name of open) counts.end(name);
      for (const worker of world.workers.keys()) world.report(worker);
      for (const { counts } of world.workers.values()) assert.equal(counts.size, 0, 'nothing is left');
    }),
  );
});

test('uses of buckets go to the other workers only', () => {
  const world = new World();
  const [one, two, three] = [world.start(), world.start(), world.start()];
  world.shared.hear(two, { addresses: ['a', 1000], identities: ['key b', 20] });
  const uses = { addresses: ['a', 1000], identities: ['key b', 20] };
  assert.deepEqual(world.sent, [
    { worker: one, uses },
    { worker: three, uses },
  ]);
  world.shared.hear(99, { addresses: ['a', 1000] });
  assert.equal(world.sent.length, 2, 'a worker that has ended');
});

test('recognises reports, and nothing else', () => {
  const good = [{}, { addresses: ['a', 1] }, { streams: ['a', 0, 'b', 3] }, { identities: [], streams: undefined }];
  for (const value of good) assert.ok(isLimitUses(value), JSON.stringify(value));
  const bad = [
    null,
    'x',
    { addresses: 'a' },
    { addresses: ['a'] },
    { addresses: [1, 'a'] },
    { streams: ['a', -1] },
    { streams: ['a', NaN] },
    { streams: ['a', Infinity] },
    { streams: ['a'.repeat(1001), 1] },
    { streams: ['a', { valueOf: 1 }] },
  ];
  for (const value of bad) assert.equal(isLimitUses(value), false, JSON.stringify(value));
});

test('a report of a worker has the right form, however long the names of its visitors are', () => {
  const clock = new FakeClock();
  const reports: LimitUses[] = [];
  const context = { limitCounts: new LimitCounts(clock, 2, (uses) => reports.push(uses)) } as unknown as EdgeContext;
  const limits = { scope: 'chat.test/', rate: { count: 1, periodMs: 60_000 } };
  const ask = (name: string): number | undefined => {
    const facts = { remoteAddress: '192.0.2.1', remotePort: 1, localAddress: '192.0.2.2', localPort: 443 };
    const connection = { ...facts, secure: true, redirects: false, serverName: undefined, policy: '1.2' };
    const request = createRequest(unreadHead, 'HTTP/1.1', connection, true);
    request.identity = { way: 'forward-auth', name, fields: [], consumed: [] };
    return exceeded(request, limits, context)?.status;
  };
  const long = 'n'.repeat(5000);
  assert.deepEqual([ask(`${long}a`), ask(`${long}a`), ask(`${long}b`)], [undefined, 429, undefined]);
  clock.advance(250);
  assert.equal(reports.length, 1);
  assert.ok(isLimitUses(reports[0]));
});
