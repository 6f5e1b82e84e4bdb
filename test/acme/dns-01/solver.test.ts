import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { dns01Error } from '../../../src/acme/dns-01/messages.ts';
import type { DnsProvider } from '../../../src/acme/dns-01/provider.ts';
import { Dns01Solver } from '../../../src/acme/dns-01/solver.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { dnsError } from '../../../src/dns/messages.ts';
import { publicDns } from '../../../src/dns/public-dns.ts';
import { type Bind, type BindZone, freeDnsPort, relayTo, startBind } from '../../support/bind.ts';
import { without } from '../../support/tools.ts';
import { challengeFor, dnsOf, goodKey, never, providerAt, RecordsInMemory, valueOf } from './world.ts';

const skip = without('bind');
const statements = `update-policy { grant everyhop zonesub TXT; };`;
const own = ['@ NS ns1', 'ns1 A 127.0.0.1'];
const both = ['@ NS ns1', 'ns1 A 127.0.0.1', '@ NS ns2', 'ns2 A 127.0.0.2'];

function start(t: TestContext, zones: BindZone[], port?: number): Promise<Bind> {
  const transfers = 'allow-transfer { any; };';
  return startBind(t, { keys: [goodKey], zones, options: transfers, ...(port !== undefined && { port }) });
}

function solverAt(bind: Bind, presented = new RecordsInMemory(), provider?: DnsProvider): Dns01Solver {
  const options = { dns: dnsOf(bind.server), presented, clock: systemClock, propagationDeadlineMs: 10_000 };
  return new Dns01Solver({ ...options, provider: provider ?? providerAt(bind.server, goodKey) });
}

test('answers for a name and its wildcard under one name, and leaves nothing behind', { skip }, async (t) => {
  const bind = await start(t, [{ name: 'example.test', records: own, statements }]);
  const presented = new RecordsInMemory();
  const solver = solverAt(bind, presented);
  const challenges = [challengeFor('example.test', valueOf('a')), challengeFor('example.test', valueOf('b'), true)];
  await solver.prepare(challenges, never);
  await solver.check(challenges, never);
  assert.deepEqual(await bind.txt('_acme-challenge.example.test'), [valueOf('a'), valueOf('b')]);
  assert.equal(presented.kept.size, 2);
  assert.deepEqual(await solver.cleanLeftovers(), [], 'a pending order is not a leftover');
  assert.equal((await bind.txt('_acme-challenge.example.test')).length, 2);
  await solver.clean(challenges.map((challenge) => ({ ...challenge })));
  assert.equal((await bind.ask('_acme-challenge.example.test', 'TXT')).outcome, 'no-name');
  assert.equal(presented.kept.size, 0);
});

test('follows a delegation by CNAME', { skip }, async (t) => {
  const bind = await start(t, [
    {
      name: 'example.test',
      records: [...own, '_acme-challenge.www CNAME hop.example.test.', 'hop CNAME www.validation.test.'],
    },
    { name: 'validation.test', records: own, statements },
  ]);
  const solver = solverAt(bind);
  const challenges = [challengeFor('www.example.test', valueOf('a'))];
  await solver.prepare(challenges, never);
  await solver.check(challenges, never);
  assert.deepEqual(await bind.txt('www.validation.test'), [valueOf('a')]);
  await solver.clean(challenges);
  assert.equal((await bind.ask('www.validation.test', 'TXT')).outcome, 'no-name');
});

test('reports an alias loop and a dangling alias before writing', { skip }, async (t) => {
  const records = [
    ...own,
    '_acme-challenge.www CNAME a',
    'a CNAME b',
    'b CNAME a',
    '_acme-challenge.lost CNAME x.nowhere.',
  ];
  const bind = await start(t, [{ name: 'example.test', records, statements }]);
  const presented = new RecordsInMemory();
  const solver = solverAt(bind, presented);
  await assert.rejects(solver.prepare([challengeFor('www.example.test', valueOf('a'))], never), (error) => {
    assert.ok(dns01Error.is(error, 'acme-dns.delegation-circular'));
    assert.match(String(error.params.aliases), /a\.example\.test → b\.example\.test → a\.example\.test$/);
    return true;
  });
  await assert.rejects(solver.prepare([challengeFor('lost.example.test', valueOf('a'))], never), (error) =>
    dnsError.is(error, 'dns.zone-not-found'),
  );
  assert.equal(presented.kept.size, 0);
});

test('uses the resolver for aliases and propagation if nothing else is reachable', { skip }, async (t) => {
  const bind = await start(t, [
    { name: 'example.test', records: [...own, '_acme-challenge.www CNAME www.validation.test.'] },
    { name: 'validation.test', records: own, statements },
  ]);
  const authoritativePort = await freeDnsPort();
  const dns = publicDns({ clock: systemClock, resolvers: [bind.server], authoritativePort });
  const provider = providerAt(bind.server, goodKey);
  const solver = new Dns01Solver({ provider, dns, presented: new RecordsInMemory(), clock: systemClock });
  const challenges = [challengeFor('www.example.test', valueOf('a'))];
  await solver.prepare(challenges, never);
  assert.deepEqual(await bind.txt('www.validation.test'), [valueOf('a')]);
  await solver.check(challenges, never);
});

test('finds a zone cut between name and domain, and writes to the inner zone', { skip }, async (t) => {
  const bind = await start(t, [
    { name: 'example.test', records: [...own, 'inner NS ns1.inner', 'ns1.inner A 127.0.0.1'] },
    { name: 'inner.example.test', records: own, statements },
  ]);
  const solver = solverAt(bind);
  const challenges = [challengeFor('a.b.inner.example.test', valueOf('a'))];
  await solver.prepare(challenges, never);
  await solver.check(challenges, never);
  await solver.clean(challenges);
});

test('waits for a secondary server that copies the zone late', { skip }, async (t) => {
  const port = await freeDnsPort();
  const primary = await start(t, [{ name: 'example.test', records: both, statements }], port);
  const zones = [{ name: 'example.test', records: [], primary: `127.0.0.1 port ${port}` }];
  const options = 'max-refresh-time 1; min-refresh-time 1;';
  const secondary = await startBind(t, { zones, options });
  await relayTo(t, secondary.server, '127.0.0.2', port);
  await waitFor(async () => (await secondary.ask('example.test', 'SOA')).outcome === 'answer');
  const solver = solverAt(primary);
  const challenges = [challengeFor('example.test', valueOf('a'))];
  await solver.prepare(challenges, never);
  await solver.check(challenges, never);
  assert.deepEqual(await secondary.txt('_acme-challenge.example.test'), [valueOf('a')]);
});

test('removes the records that a crash left behind', { skip }, async (t) => {
  const bind = await start(t, [{ name: 'example.test', records: own, statements }]);
  const presented = new RecordsInMemory();
  const challenges = [challengeFor('example.test', valueOf('a')), challengeFor('www.example.test', valueOf('b'))];
  await solverAt(bind, presented).prepare(challenges, never);
  await presented.add({ provider: 'another', fqdn: 'elsewhere.test', value: valueOf('x') });
  assert.deepEqual(await solverAt(bind, presented).cleanLeftovers(), []);
  assert.equal((await bind.ask('_acme-challenge.example.test', 'TXT')).outcome, 'no-name');
  assert.equal((await bind.ask('_acme-challenge.www.example.test', 'TXT')).outcome, 'no-name');
  assert.deepEqual(
    [...presented.kept.values()].map(({ provider }) => provider),
    ['another'],
  );
});

test('lists a record before writing it, and keeps one listed that cannot be removed', { skip }, async (t) => {
  const bind = await start(t, [{ name: 'example.test', records: own, statements }]);
  const presented = new RecordsInMemory();
  const steps: string[] = [];
  const failing: DnsProvider = {
    name: 'failing',
    async present(_, value) {
      steps.push(`present ${value[0]}, ${presented.kept.size} written down`);
      if (value === valueOf('b')) throw new Error('out of order');
    },
    async cleanup(_, value) {
      steps.push(`cleanup ${value[0]}`);
      if (value === valueOf('a')) throw new Error('still out of order');
    },
  };
  const solver = solverAt(bind, presented, failing);
  const challenges = ['a', 'b', 'c'].map((letter) => challengeFor('example.test', valueOf(letter)));
  await assert.rejects(solver.prepare(challenges, never), /out of order/);
  await assert.rejects(solver.clean(challenges), /still out of order/);
  assert.deepEqual(steps, ['present a, 1 written down', 'present b, 2 written down', 'cleanup a', 'cleanup b']);
  assert.deepEqual(
    [...presented.kept.values()].map(({ value }) => value),
    [valueOf('a')],
  );
  const [left] = await solver.cleanLeftovers();
  assert.match(String(left?.error), /still out of order/);
});

test('calls the provider once at a time, across concurrent orders', { skip }, async (t) => {
  const bind = await start(t, [{ name: 'example.test', records: own, statements }]);
  let under = 0;
  let most = 0;
  const real = providerAt(bind.server, goodKey);
  const counted = async (work: () => Promise<void>): Promise<void> => {
    most = Math.max(most, ++under);
    await work();
    under -= 1;
  };
  const provider: DnsProvider = {
    name: 'counted',
    present: (fqdn, value) => counted(() => real.present(fqdn, value)),
    cleanup: (fqdn, value) => counted(() => real.cleanup(fqdn, value)),
  };
  const solver = solverAt(bind, new RecordsInMemory(), provider);
  const orders = ['a', 'b', 'c', 'd'].map((letter) => [challengeFor('example.test', valueOf(letter))]);
  await Promise.all(orders.map((order) => solver.prepare(order, never)));
  assert.equal((await bind.txt('_acme-challenge.example.test')).length, 4);
  await solver.clean(orders[0]!);
  assert.equal((await bind.txt('_acme-challenge.example.test')).length, 3);
  assert.equal(most, 1);
});

test('writes nothing after an abort and cleanup', { skip }, async (t) => {
  const bind = await start(t, [{ name: 'example.test', records: own, statements }]);
  const giveUp = new AbortController();
  const presented = new RecordsInMemory();
  const real = providerAt(bind.server, goodKey);
  const provider: DnsProvider = {
    name: 'slow',
    async present(fqdn, value) {
      giveUp.abort(new Error('enough'));
      await real.present(fqdn, value);
    },
    cleanup: (fqdn, value) => real.cleanup(fqdn, value),
  };
  const solver = solverAt(bind, presented, provider);
  const challenges = ['a', 'b'].map((letter) => challengeFor('example.test', valueOf(letter)));
  const preparing = solver.prepare(challenges, giveUp.signal);
  preparing.catch(() => {});
  await once(giveUp.signal, 'abort');
  await solver.clean(challenges);
  await assert.rejects(preparing, /enough/);
  assert.deepEqual(await bind.txt('_acme-challenge.example.test'), []);
  assert.equal(presented.kept.size, 0);
});

test('an order aborted while another one is writing is never written', { skip }, async (t) => {
  const bind = await start(t, [{ name: 'example.test', records: own, statements }]);
  const presented: string[] = [];
  const first = Promise.withResolvers<void>();
  const provider: DnsProvider = {
    name: 'slow',
    async present(_, value) {
      presented.push(value);
      await first.promise;
    },
    async cleanup() {},
  };
  const records = new RecordsInMemory();
  const solver = solverAt(bind, records, provider);
  const challenge = challengeFor('example.test', valueOf('b'));
  const one = solver.prepare([challengeFor('example.test', valueOf('a'))], never);
  const giveUp = new AbortController();
  const waiting = solver.prepare([challenge], giveUp.signal);
  waiting.catch(() => {});
  await waitFor(async () => presented.length === 1 && records.kept.size === 2);
  giveUp.abort(new Error('enough'));
  const cleaned = solver.clean([challenge]);
  first.resolve();
  await Promise.all([one, cleaned]);
  await assert.rejects(waiting, /enough/);
  assert.deepEqual(presented, [valueOf('a')]);
});

test('reports a zone that its servers fail to serve before writing', { skip }, async (t) => {
  const broken = { name: 'broken.test', records: [], primary: '127.0.0.1 port 1' };
  const bind = await start(t, [{ name: 'test', records: own }, broken]);
  const presented = new RecordsInMemory();
  const solver = solverAt(bind, presented);
  await assert.rejects(solver.prepare([challengeFor('www.broken.test', valueOf('a'))], never), (error) => {
    assert.ok(dnsError.is(error, 'dns.zone-not-found'));
    assert.match(String(error.params.detail), /SERVFAIL/);
    return true;
  });
  assert.equal(presented.kept.size, 0);
});

test('suits DNS names only, and only those of its provider', () => {
  const options = { provider: {} as DnsProvider, dns: dnsOf({ address: '127.0.0.1', port: 1 }) };
  const presented = new RecordsInMemory();
  const solver = new Dns01Solver({ ...options, presented, clock: systemClock, suits: (name) => name === 'a.test' });
  assert.ok(solver.suits({ type: 'dns', value: 'a.test' }));
  assert.ok(!solver.suits({ type: 'dns', value: 'b.test' }));
  assert.ok(!solver.suits({ type: 'ip', value: '192.0.2.1' }));
});

/** Polls for what `named` does on its own schedule, without an event. */
async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + 20_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < endMs, 'timed out');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
