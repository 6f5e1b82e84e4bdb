import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dns01Error } from '../../../src/acme/dns-01/messages.ts';
import { awaitPropagation } from '../../../src/acme/dns-01/propagation.ts';
import type { DnsView } from '../../../src/acme/dns-01/provider.ts';
import type { LookUpOutcome } from '../../../src/dns/outcome.ts';
import { FakeClock } from '../../support/clock.ts';
import { never, valueOf } from './world.ts';

const name = '_acme-challenge.example.test';
const reached = { aliases: [], owner: name, authoritative: true };
const nothing: LookUpOutcome = { outcome: 'no-name', ...reached };
const silent: LookUpOutcome = { outcome: 'timed-out', detail: 'no answer within 3000 ms' };
const servfail: LookUpOutcome = { outcome: 'servfail', detail: 'SERVFAIL' };

function values(...letters: string[]): LookUpOutcome {
  const records = letters.map((letter) => ({
    name,
    typeNumber: 16,
    classNumber: 1,
    ttlSeconds: 60,
    octets: Buffer.alloc(0),
    offset: 0,
    data: { type: 'TXT' as const, value: valueOf(letter) },
  }));
  return { outcome: 'answer', records, ...reached };
}

/** Advances the clock automatically. Each address gives its answers in order and repeats the last. */
async function wait(
  servers: Record<string, Record<string, LookUpOutcome[]>>,
  {
    letters = ['a'],
    signal = never,
    resolver = silent,
  }: { letters?: string[]; signal?: AbortSignal; resolver?: LookUpOutcome } = {},
): Promise<{ rounds: number; seconds: number }> {
  const clock = new FakeClock();
  let asked = 0;
  const said = new Map(Object.values(servers).flatMap((addresses) => Object.entries(addresses)));
  const dns: DnsView = {
    async zoneOf() {
      const list = Object.entries(servers).map(([server, addresses]) => ({
        name: server,
        addresses: Object.keys(addresses),
      }));
      return { name: 'example.test', servers: list };
    },
    async lookUp() {
      return resolver;
    },
    async lookUpAt(address) {
      asked += 1;
      const answers = said.get(address)!;
      return answers.length > 1 ? answers.shift()! : answers[0]!;
    },
  };
  const records = letters.map((letter) => ({ fqdn: name, value: valueOf(letter) }));
  const options = { dns, clock, deadlineMs: 60_000, signal };
  const waiting = awaitPropagation(name, records, options);
  const state = { over: false };
  const done = waiting.finally(() => (state.over = true));
  done.catch(() => {});
  while (!state.over) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(250);
  }
  await done;
  return { rounds: asked / said.size, seconds: clock.monotonic() / 1000 };
}

test('ends when the last server returns the last value', async () => {
  const { rounds } = await wait(
    { ns1: { one: [values('a', 'b')] }, ns2: { two: [nothing, values('b'), values('a', 'b', 'z')] } },
    { letters: ['a', 'b'] },
  );
  assert.equal(rounds, 3);
});

test('lengthens the pauses, and names the servers and what they lack', async () => {
  await assert.rejects(
    wait({ ns1: { one: [values('a', 'b')] }, ns2: { two: [values('b')] } }, { letters: ['a', 'b'] }),
    (error) => {
      assert.ok(dns01Error.is(error, 'acme-dns.not-propagated'));
      const { missing, ...rest } = error.params;
      assert.deepEqual(rest, { name, seconds: '60' });
      assert.equal(String(missing), 'ns2 (1 of 2 values are missing)');
      assert.match(error.report('zh').message, /ns2（2 个值中缺少 1 个）/);
      return true;
    },
  );
});

test('skips a dead server after three rounds if another one answers', async () => {
  const { rounds } = await wait({ ns1: { one: [values('a')] }, ns2: { two: [silent] }, ns3: { three: [servfail] } });
  assert.equal(rounds, 3);
  await assert.rejects(wait({ ns1: { one: [servfail] }, ns2: { two: [silent] } }), (error) => {
    assert.ok(dns01Error.is(error, 'acme-dns.not-propagated'));
    assert.match(String(error.params.missing), /^ns1 \(SERVFAIL\), ns2 \(no answer/);
    return true;
  });
});

test('asks the resolver if no server is reachable', async () => {
  const servers = { ns1: { one: [silent] }, ns2: { two: [silent] } };
  assert.equal((await wait(servers, { resolver: values('a') })).rounds, 3);
  const heard: LookUpOutcome = { outcome: 'no-name', ...reached, authoritative: false };
  await assert.rejects(wait(servers, { resolver: heard }), (error) => {
    assert.ok(dns01Error.is(error, 'acme-dns.not-propagated'));
    assert.match(String(error.params.missing), /^ns1 .*, ns2 .*, resolver \(no record\)$/);
    return true;
  });
});

test('waits for a server that was silent and then lacks the value', async () => {
  const { rounds } = await wait({ ns1: { one: [values('a')] }, ns2: { two: [silent, silent, nothing, values('a')] } });
  assert.equal(rounds, 4);
});

test('ignores an unreachable address of a server, but waits for one that lacks the value', async () => {
  assert.equal((await wait({ ns1: { four: [values('a')], six: [silent] } })).rounds, 1);
  assert.equal((await wait({ ns1: { four: [values('a')], six: [nothing, values('a')] } })).rounds, 2);
});

test('an abort ends the wait in the middle of a pause', async () => {
  const giveUp = new AbortController();
  setImmediate(() => setImmediate(() => giveUp.abort(new Error('enough'))));
  await assert.rejects(wait({ ns1: { one: [nothing] } }, { signal: giveUp.signal }), /enough/);
});
