import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { dnsError } from '../../src/dns/messages.ts';
import { addressesIn } from '../../src/dns/outcome.ts';
import { type PublicDns, publicDns } from '../../src/dns/public-dns.ts';
import { type Bind, startBind } from '../support/bind.ts';
import { without } from '../support/tools.ts';

const skip = without('bind');
const own = ['@ NS ns1', 'ns1 A 127.0.0.1'];

function dnsOf(bind: Bind): PublicDns {
  return publicDns({
    clock: systemClock,
    resolvers: [bind.server],
    authoritativePort: bind.server.port,
    timeoutMs: 2_000,
  });
}

test('finds the zone of a name and its servers, despite aliases and zone cuts', { skip }, async (t) => {
  const bind = await startBind(t, {
    zones: [
      { name: 'test', records: own },
      {
        name: 'example.test',
        records: [
          ...own,
          '@ NS ns.gone.test.',
          'alias CNAME deep.inner.example.test.',
          'circle CNAME circle',
          'inner NS ns1.inner',
          'ns1.inner A 127.0.0.1',
        ],
      },
      { name: 'inner.example.test', records: [...own, 'ns1 AAAA ::1', 'deep A 8.8.8.8'] },
      { name: 'lonely.test', records: ['@ NS ns.gone.test.'] },
      { name: 'broken.test', records: [], primary: '127.0.0.1 port 1' },
    ],
  });
  const dns = dnsOf(bind);
  const zoneOf = async (name: string): Promise<string> => (await dns.zoneOf(name)).name;
  assert.deepEqual(await dns.zoneOf('WWW.Example.test.'), {
    name: 'example.test',
    servers: [
      { name: 'ns.gone.test', addresses: [] },
      { name: 'ns1.example.test', addresses: ['127.0.0.1'] },
    ],
  });
  assert.deepEqual((await dns.zoneOf('x.y.inner.example.test')).servers, [
    { name: 'ns1.inner.example.test', addresses: ['127.0.0.1', '::1'] },
  ]);
  assert.equal(await zoneOf('alias.example.test'), 'example.test', "an alias belongs to its owner's zone");
  assert.equal(await zoneOf('circle.example.test'), 'example.test');
  assert.equal(await zoneOf('nobody.test'), 'test');
  await assert.rejects(dns.zoneOf('www.lonely.test'), (error) => dnsError.is(error, 'dns.zone-without-servers'));
  await assert.rejects(dns.zoneOf('www.broken.test'), (error) => dnsError.is(error, 'dns.zone-not-found'));
  await assert.rejects(dns.zoneOf('elsewhere.invalid'), (error) => dnsError.is(error, 'dns.zone-not-found'));
  assert.deepEqual(addressesIn(await dns.lookUpAt('127.0.0.1', 'deep.inner.example.test', 'A')), ['8.8.8.8']);
});

test('reads every type as served by BIND', { skip }, async (t) => {
  const records = [
    ...own,
    '@ MX 1 ns1',
    '@ CAA 128 issue "ca.test; a=b"',
    '@ TXT "one" "two"',
    'w CNAME ns1',
    '@ AAAA 2001:db8::1',
  ];
  const bind = await startBind(t, { zones: [{ name: 'example.test', records }] });
  const dataOf = async (
    name: string,
    type: 'A' | 'AAAA' | 'CAA' | 'TXT' | 'CNAME' | 'NS' | 'SOA',
  ): Promise<unknown> => {
    const found = await bind.ask(name, type);
    assert.ok(found.outcome === 'answer' && found.authoritative);
    return found.records[0]!.data;
  };
  assert.deepEqual(await dataOf('example.test', 'CAA'), {
    type: 'CAA',
    critical: true,
    tag: 'issue',
    value: 'ca.test; a=b',
  });
  assert.deepEqual(await dataOf('example.test', 'TXT'), { type: 'TXT', value: 'onetwo' });
  assert.deepEqual(await dataOf('example.test', 'AAAA'), { type: 'AAAA', address: '2001:db8::1' });
  assert.deepEqual(await dataOf('example.test', 'NS'), { type: 'NS', target: 'ns1.example.test' });
  assert.deepEqual(await dataOf('w.example.test', 'CNAME'), { type: 'CNAME', target: 'ns1.example.test' });
  assert.deepEqual(await dataOf('w.example.test', 'A'), { type: 'A', address: '127.0.0.1' });
  assert.deepEqual(await dataOf('example.test', 'SOA'), {
    type: 'SOA',
    primary: 'ns1.example.test',
    serial: 1,
    minimumSeconds: 1,
  });
  assert.equal((await bind.ask('w.example.test', 'TXT')).outcome, 'no-data');
  assert.equal((await bind.ask('nothing.example.test', 'TXT')).outcome, 'no-name');
  assert.equal((await bind.ask('elsewhere.invalid', 'TXT')).outcome, 'refused');
});

test('gets an answer too long for UDP over TCP', { skip }, async (t) => {
  const long = Array.from({ length: 60 }, (_, index) => `big TXT "${String(index).padStart(100, 'x')}"`);
  const bind = await startBind(t, { zones: [{ name: 'example.test', records: [...own, ...long] }] });
  assert.equal((await bind.txt('big.example.test')).length, 60);
});
