import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { test } from 'node:test';
import {
  type AddressesCallback,
  lookUpLimitMs,
  patienceMs,
  staleLimitMs,
  SystemNames,
} from '../../src/dns/system-names.ts';
import { FakeClock } from '../support/clock.ts';
import { mends } from '../support/outside.ts';

const at = (address: string): LookupAddress[] => [{ address, family: 4 }];
const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

/** A resolver that answers when told, and the answers that callers got. */
class Bench {
  readonly clock = new FakeClock();
  readonly asked: { name: string; answer: AddressesCallback }[] = [];
  readonly got: string[] = [];
  readonly #names = new SystemNames(this.clock, (name, answer) => void this.asked.push({ name, answer }));

  ask(name: string): void {
    this.#names.lookUp(name, (error, addresses) => this.got.push(error?.code ?? addresses[0]!.address));
  }

  take(): string[] {
    return this.got.splice(0);
  }
}

test('one look-up at a time for each name; other names go on', (t) => {
  mends(t, 'edge/E18-slow-name-stalls-other-sites', 'further/look-ups-of-one-name');
  const bench = new Bench();
  for (let request = 0; request < 50; request += 1) bench.ask('gone.svc');
  bench.ask('fine.svc');
  assert.deepEqual(
    bench.asked.map(({ name }) => name),
    ['gone.svc', 'fine.svc'],
  );
  bench.asked[1]!.answer(null, at('192.0.2.1'));
  assert.deepEqual(bench.take(), ['192.0.2.1']);
  bench.clock.advance(lookUpLimitMs);
  assert.deepEqual(
    bench.take(),
    Array.from({ length: 50 }, () => 'ETIMEDOUT'),
  );
  // The look-up goes on, and the next caller does not wait again.
  bench.ask('gone.svc');
  bench.clock.advance(0);
  assert.deepEqual(bench.take(), ['ETIMEDOUT']);
  assert.equal(bench.asked.length, 2);
  bench.asked[0]!.answer(null, at('192.0.2.2'));
  bench.ask('gone.svc');
  bench.asked[2]!.answer(null, at('192.0.2.3'));
  assert.deepEqual(bench.take(), ['192.0.2.3'], 'a changed address is followed at once');
});

test('the last good addresses serve while name servers do not answer, but not once the name is gone', () => {
  const bench = new Bench();
  const answer = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]): void =>
    bench.asked.at(-1)!.answer(error, addresses);
  bench.ask('app.svc');
  answer(null, at('192.0.2.1'));
  bench.ask('app.svc');
  answer(failure('EAI_AGAIN'), []);
  bench.ask('app.svc');
  bench.clock.advance(patienceMs);
  bench.ask('app.svc');
  bench.clock.advance(0);
  assert.deepEqual(bench.take(), ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.1']);
  assert.equal(bench.asked.length, 3);
  bench.clock.advance(staleLimitMs);
  answer(failure('EAI_AGAIN'), []);
  bench.ask('app.svc');
  answer(failure('EAI_AGAIN'), []);
  assert.deepEqual(bench.take(), ['EAI_AGAIN']);
  bench.ask('app.svc');
  answer(null, at('192.0.2.1'));
  bench.ask('app.svc');
  answer(failure('ENOTFOUND'), []);
  bench.ask('app.svc');
  answer(failure('EAI_AGAIN'), []);
  assert.deepEqual(bench.take(), ['192.0.2.1', 'ENOTFOUND', 'EAI_AGAIN']);
  assert.equal(bench.clock.pending, 0);
});
