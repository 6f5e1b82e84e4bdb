import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dns01Error } from '../../../src/acme/dns-01/messages.ts';
import { Rfc2136Provider } from '../../../src/acme/dns-01/providers/rfc2136.ts';
import { readTsigKey } from '../../../src/acme/dns-01/tsig-key-file.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { isReserved } from '../../../src/names/reserved.ts';
import {
  judge,
  preflight,
  type PreflightFacts,
  type PreflightOptions,
} from '../../../src/certificates/preflight/preflight.ts';
import { exchangeDns } from '../../../src/dns/exchange.ts';
import type { LookUpOutcome } from '../../../src/dns/outcome.ts';
import type { PublicDns } from '../../../src/dns/public-dns.ts';
import type { Finding } from '../../../src/hop/finding.ts';
import { probeHttp } from '../../../src/probe/http.ts';
import { keyStatement, startBind } from '../../support/bind.ts';
import { without } from '../../support/tools.ts';
import { testRandom } from '../../support/seed.ts';
import { complaints, dnsOf, own } from './support.ts';

const skip = without('bind');

async function check(names: string[], dns: PublicDns, more: Partial<PreflightOptions> = {}): Promise<Finding[]> {
  const authority = { caaIdentities: ['ca.test'], accountUri: undefined, isPublic: true, dateMs: undefined };
  const usual = { dns, authority, clock: systemClock, random: testRandom, fetch: probeHttp, ownAddresses: [] };
  const asked = names.map((name) => ({ name, isWildcard: false, challenge: 'tls-alpn-01' as const }));
  return preflight(asked, { ...usual, signal: AbortSignal.timeout(30_000), ...more });
}

test('reports the cause of a faulty name', { skip }, async (t) => {
  const bind = await startBind(t, {
    zones: [
      { name: 'test', records: own },
      {
        name: 'example.test',
        records: [
          ...own,
          'good A 8.8.8.8',
          'good AAAA 2600::1',
          'home A 192.168.1.5',
          'home A 8.8.8.8',
          'mail MX 1 good',
          'bound A 8.8.8.8',
          'bound CAA 0 issue "other.test"',
        ],
      },
      { name: 'broken.test', records: [], primary: '127.0.0.1 port 1' },
    ],
  });
  const dns = dnsOf(bind);
  const saidOf = async (name: string): Promise<string[]> => complaints(await check([name], dns));
  assert.deepEqual(await saidOf('good.example.test'), []);
  assert.deepEqual(await saidOf('absent.example.test'), ['error preflight.name-unknown']);
  assert.deepEqual(await saidOf('mail.example.test'), ['error preflight.no-address']);
  assert.deepEqual(await saidOf('home.example.test'), ['error preflight.address-private']);
  assert.deepEqual(await saidOf('bound.example.test'), ['error preflight.caa-forbids']);
  assert.deepEqual(await saidOf('www.broken.test'), [
    'error preflight.resolver-failed',
    'error preflight.caa-unreadable',
  ]);
  const several = await check(['good.example.test', 'absent.example.test'], dns);
  assert.deepEqual(
    several.filter(({ severity }) => severity === 'error').map(({ hop }) => hop?.to.host),
    ['absent.example.test'],
  );
});

test('reports a resolver with a cached address', { skip }, async (t) => {
  const authoritative = await startBind(t, { zones: [{ name: 'example.test', records: [...own, 'www A 8.8.4.4'] }] });
  const zones = [
    { name: 'test', records: own },
    { name: 'example.test', records: [...own, 'www A 8.8.8.8'] },
  ];
  const resolver = await startBind(t, { zones });
  const findings = await check(['www.example.test'], dnsOf(resolver, authoritative.server.port));
  assert.deepEqual(complaints(findings), ['warning preflight.resolver-differs']);
  const { params } = findings.find(({ severity }) => severity === 'warning')!;
  assert.deepEqual([params['authoritative'], params['recursive']], ['8.8.4.4', '8.8.8.8']);
});

test('distinguishes broken DNSSEC from a failing server', { skip }, async (t) => {
  const zones = [{ name: 'example.test', records: [...own, 'www A 8.8.8.8', '@ CAA 0 issue "ca.test"'] }];
  const authoritative = await startBind(t, { zones });
  const forwarder = `127.0.0.1 port ${authoritative.server.port}`;
  const key = Buffer.concat([Buffer.of(3, 1, 0, 1), Buffer.alloc(128, 7)]).toString('base64');
  const resolver = await startBind(t, {
    zones: [{ name: 'example.test', records: [], forwarder }],
    options: 'recursion yes; allow-recursion { any; }; dnssec-validation yes;',
    more: `trust-anchors { "example.test" static-key 257 3 8 "${key}"; };`,
  });
  const findings = await check(['www.example.test'], dnsOf(resolver, authoritative.server.port));
  assert.equal(complaints(findings)[0], 'error preflight.dnssec-broken');
});

test('names silent and differing name servers', () => {
  const answer = (address: string): LookUpOutcome => ({
    outcome: 'answer',
    records: [
      {
        name: 'a.com',
        typeNumber: 1,
        classNumber: 1,
        ttlSeconds: 1,
        octets: Buffer.alloc(0),
        offset: 0,
        data: { type: 'A', address },
      },
    ],
    aliases: [],
    owner: 'a.com',
    authoritative: true,
  });
  const none: LookUpOutcome = { outcome: 'no-data', aliases: [], owner: 'a.com', authoritative: true };
  const silent: LookUpOutcome = { outcome: 'timed-out', detail: 'no answer within 3000 ms' };
  const facts = factsOf({
    addresses: {
      recursive: { a: answer('8.8.8.8'), aaaa: none },
      unchecked: undefined,
      zone: { name: 'a.com', servers: [] },
      authoritative: [
        { server: 'ns1', a: answer('8.8.8.8'), aaaa: none },
        { server: 'ns2', a: answer('8.8.4.4'), aaaa: none },
        { server: 'ns3', a: silent, aaaa: silent },
      ],
    },
  });
  assert.deepEqual(complaints(judge(facts)), ['warning preflight.server-silent', 'warning preflight.servers-differ']);
});

function factsOf(name: Partial<PreflightFacts['names'][number]>, more: Partial<PreflightFacts> = {}): PreflightFacts {
  const usual = { name: 'a.com', isWildcard: false, challenge: 'http-01' as const, visits: [] };
  const authority = { caaIdentities: [], accountUri: undefined, isPublic: true, dateMs: undefined };
  const names = [{ ...usual, addresses: undefined, caa: undefined, provider: undefined, ...name }];
  return { names, authority, nowMs: 0, ownAddresses: [], ...more };
}

test('judges clock, wildcard and provider', () => {
  const nowMs = Date.parse('2026-01-15T12:00:00Z');
  const apart = (seconds: number): string[] => {
    const authority = { caaIdentities: [], accountUri: undefined, isPublic: true, dateMs: nowMs - seconds * 1000 };
    return complaints(judge(factsOf({}, { nowMs, authority })));
  };
  assert.deepEqual(apart(300), []);
  assert.deepEqual(apart(-301), ['warning preflight.clock-differs']);
  assert.deepEqual(apart(-3601), ['error preflight.clock-differs']);
  assert.deepEqual(complaints(judge(factsOf({ isWildcard: true }))), ['error preflight.wildcard-needs-dns']);
  const fqdn = '_acme-challenge.a.com';
  const ofProvider = (provider: PreflightFacts['names'][number]['provider']): string[] =>
    complaints(judge(factsOf({ challenge: 'dns-01', isWildcard: true, provider })));
  assert.deepEqual(ofProvider({ fqdn, zone: 'a.com', publicZone: 'a.com' }), []);
  assert.deepEqual(ofProvider({ fqdn, zone: 'com', publicZone: 'a.com' }), ['error preflight.zone-differs']);
  const error = dns01Error('acme-dns.key-wrong', { key: 'k', server: 's' });
  assert.deepEqual(ofProvider(error), ['error acme-dns.key-wrong']);
  assert.deepEqual(complaints(judge(factsOf({ name: '10.0.0.1' }))), ['error preflight.address-private']);
});

test('rejects an underscore for public authorities, not for private ones', () => {
  const name = 'vllm_server.example.com';
  assert.deepEqual(complaints(judge(factsOf({ name }))), ['error preflight.underscore']);
  const authority = { caaIdentities: [], accountUri: undefined, isPublic: false, dateMs: undefined };
  assert.deepEqual(complaints(judge(factsOf({ name }, { authority }))), []);
});

test('recognizes reserved addresses', () => {
  const reserved = [
    '10.1.2.3',
    '127.0.0.1',
    '100.64.0.1',
    '169.254.1.1',
    '255.255.255.255',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '2001:db8::1',
    '64:ff9b::a00:1',
    '2002:a9fe:a9fe::1',
  ];
  for (const address of reserved) assert.ok(isReserved(address), address);
  for (const address of [
    '8.8.8.8',
    '172.32.0.1',
    '2600::1',
    '2001:4860:4860::8888',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::1',
  ]) {
    assert.ok(!isReserved(address), address);
  }
});

test('checks that the DNS provider can write, and to the public zone', { skip }, async (t) => {
  const key = { name: 'everyhop', algorithm: 'hmac-sha256', secretBase64: Buffer.alloc(32, 7).toString('base64') };
  const statements = 'update-policy { grant everyhop zonesub TXT; };';
  const bind = await startBind(t, {
    keys: [key],
    zones: [
      { name: 'test', records: own },
      { name: 'example.test', records: [...own, '_acme-challenge.www CNAME www.validation.test.'] },
      { name: 'validation.test', records: own, statements },
      { name: 'hidden.test', records: own, statements },
    ],
  });
  const tsig = readTsigKey(keyStatement(key), 'k');
  const { server } = bind;
  const usual = { server, clock: systemClock, random: testRandom, exchange: exchangeDns, key: tsig };
  const provider = new Rfc2136Provider(usual);
  const asked = (name: string): Parameters<typeof preflight>[0] => [{ name, isWildcard: true, challenge: 'dns-01' }];
  const saidOf = async (name: string, dns01: PreflightOptions['dns01']): Promise<string[]> => {
    const authority = { caaIdentities: [], accountUri: undefined, isPublic: true, dateMs: undefined };
    const options = { dns: dnsOf(bind), authority, clock: systemClock, random: testRandom, fetch: probeHttp };
    const signal = AbortSignal.timeout(30_000);
    const findings = await preflight(asked(name), { ...options, ownAddresses: [], signal, ...(dns01 && { dns01 }) });
    return complaints(findings.filter(({ code }) => !code.startsWith('preflight.caa')));
  };
  assert.deepEqual(await saidOf('www.example.test', (fqdn, signal) => provider.check(fqdn, signal)), []);
  assert.deepEqual(await saidOf('example.test', (fqdn) => provider.check(fqdn)), ['error acme-dns.update-refused']);
  const wrong = new Rfc2136Provider({ ...usual, zone: 'hidden.test' });
  assert.deepEqual(await saidOf('www.example.test', (fqdn) => wrong.check(fqdn)), ['error acme-dns.zone-not-served']);
  assert.deepEqual(await saidOf('www.example.test', async () => 'test'), ['error preflight.zone-differs']);
});
