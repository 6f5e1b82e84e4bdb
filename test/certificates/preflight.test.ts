import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { dns01Error } from '../../src/acme/dns-01/messages.ts';
import { Rfc2136Provider } from '../../src/acme/dns-01/providers/rfc2136.ts';
import { readTsigKey } from '../../src/acme/dns-01/tsig-key-file.ts';
import { HttpListenerSolver } from '../../src/acme/http-01/listener.ts';
import { findingReport } from '../../src/app/messages.ts';
import { systemClock } from '../../src/base/clock.ts';
import { isReserved } from '../../src/certificates/preflight/addresses.ts';
import {
  type CaaFacts,
  type CaaRecord,
  type CaaWish,
  findCaa,
  judgeCaa,
  lookUpInZone,
} from '../../src/certificates/preflight/caa.ts';
import { judgeVisits, type Visit, visitChallenge } from '../../src/certificates/preflight/port80.ts';
import {
  judge,
  preflight,
  type PreflightFacts,
  type PreflightOptions,
} from '../../src/certificates/preflight/preflight.ts';
import { exchangeDns } from '../../src/dns/exchange.ts';
import type { LookUpOutcome } from '../../src/dns/outcome.ts';
import { type PublicDns, publicDns } from '../../src/dns/public-dns.ts';
import type { Finding } from '../../src/hop/finding.ts';
import { probeHttp } from '../../src/probe/http.ts';
import { make } from '../probe/certificates.ts';
import { type Bind, keyStatement, startBind } from '../support/bind.ts';
import { without } from '../support/tools.ts';
import { freePorts } from '../support/up.ts';
import { testRandom } from '../support/seed.ts';

const skip = without('bind');

/** The codes of what is not fine, and every text read in both languages. */
function complaints(findings: readonly Finding[]): string[] {
  for (const finding of findings) {
    for (const language of ['en', 'zh'] as const) {
      const { message, cause = '', hint = '' } = findingReport(finding, language);
      assert.doesNotMatch(`${message}${cause}${hint}`, /\{\w+\}|undefined|NaN/);
    }
  }
  return findings.filter(({ severity }) => severity !== 'ok').map(({ severity, code }) => `${severity} ${code}`);
}

// CAA

function caa(...records: string[]): CaaFacts {
  const read = (text: string): CaaRecord => {
    const [flags = '', tag = '', ...value] = text.split(' ');
    return { critical: flags === '128', tag, value: value.join(' ') };
  };
  return { found: 'records', at: 'example.com', records: records.map(read) };
}

const wish: CaaWish = {
  identities: ['ca.test', 'www.ca.test'],
  accountUri: 'https://ca.test/1',
  method: 'http-01',
  isWildcard: false,
};

test('CAA: who may issue, for which account, by which method', () => {
  const table: [string, CaaFacts, Partial<CaaWish>, string | undefined][] = [
    ['nobody is named', { found: 'none' }, {}, undefined],
    ['ours', caa('0 issue ca.test'), {}, undefined],
    ['ours, by its other name, in capitals', caa('0 issue WWW.CA.test'), {}, undefined],
    ['ours among others', caa('0 issue other.test', '0 issue ca.test'), {}, undefined],
    ['another', caa('0 issue other.test'), {}, 'error preflight.caa-forbids'],
    ['nobody', caa('0 issue ;'), {}, 'error preflight.caa-forbids'],
    ['only a mail address', caa('0 iodef mailto:a@b'), {}, undefined],
    ['broken grammar permits nobody', caa('0 issue ca.test; no sign'), {}, 'error preflight.caa-forbids'],
    ['a critical tag that is known', caa('128 issue ca.test'), {}, undefined],
    ['a critical tag that is not', caa('0 issue ca.test', '128 new x'), {}, 'error preflight.caa-critical'],
    ['a strange tag that is not critical', caa('0 issue ca.test', '0 new x'), {}, undefined],
    [
      'wildcards have a rule of their own',
      caa('0 issue ca.test', '0 issuewild ;'),
      { isWildcard: true },
      'error preflight.caa-forbids',
    ],
    ['which is none of a name', caa('0 issue ca.test', '0 issuewild ;'), {}, undefined],
    ['without it they follow issue', caa('0 issue other.test'), { isWildcard: true }, 'error preflight.caa-forbids'],
    ['only wildcards are limited', caa('0 issuewild other.test'), {}, undefined],
    ['our account', caa('0 issue ca.test; accounturi=https://ca.test/1'), {}, undefined],
    ['another account', caa('0 issue ca.test; accounturi=https://ca.test/2'), {}, 'error preflight.caa-account'],
    [
      'no account yet',
      caa('0 issue ca.test; accounturi=https://ca.test/2'),
      { accountUri: undefined },
      'warning preflight.caa-account',
    ],
    [
      'two accounts in one record',
      caa('0 issue ca.test; accounturi=https://ca.test/1; accounturi=x'),
      {},
      'error preflight.caa-account',
    ],
    [
      'two records, one account each',
      caa('0 issue ca.test; accounturi=x', '0 issue ca.test;accounturi=https://ca.test/1'),
      {},
      undefined,
    ],
    ['our method', caa('0 issue ca.test; validationmethods=dns-01,http-01'), {}, undefined],
    ['another method', caa('0 issue ca.test; validationmethods=dns-01'), {}, 'error preflight.caa-method'],
    [
      'account here, method there',
      caa('0 issue ca.test; accounturi=https://ca.test/1; validationmethods=dns-01', '0 issue ca.test; accounturi=x'),
      {},
      'error preflight.caa-method',
    ],
    ['an authority without a name', caa('0 issue other.test'), { identities: [] }, undefined],
    [
      'unreadable',
      { found: 'unreadable', at: 'example.com', detail: 'SERVFAIL' },
      {},
      'error preflight.caa-unreadable',
    ],
  ];
  for (const [what, facts, more, expected] of table) {
    assert.deepEqual(complaints([judgeCaa('www.example.com', facts, { ...wish, ...more })])[0], expected, what);
  }
});

// The DNS, by BIND

function dnsOf(resolver: Bind, authoritativePort = resolver.server.port): PublicDns {
  return publicDns({ clock: systemClock, resolvers: [resolver.server], authoritativePort, timeoutMs: 2_000 });
}

const own = ['@ NS ns1', 'ns1 A 127.0.0.1'];

async function check(names: string[], dns: PublicDns, more: Partial<PreflightOptions> = {}): Promise<Finding[]> {
  const authority = { caaIdentities: ['ca.test'], accountUri: undefined, isPublic: true, dateMs: undefined };
  const usual = { dns, authority, clock: systemClock, random: testRandom, fetch: probeHttp, ownAddresses: [] };
  const asked = names.map((name) => ({ name, isWildcard: false, challenge: 'tls-alpn-01' as const }));
  return preflight(asked, { ...usual, signal: AbortSignal.timeout(30_000), ...more });
}

test('CAA is found up the tree and through aliases', { skip }, async (t) => {
  const bind = await startBind(t, {
    options: 'recursion yes; allow-recursion { any; }; forward only; forwarders { 127.0.0.1 port 1; };',
    zones: [
      {
        name: 'example.test',
        records: [
          ...own,
          '@ CAA 0 issue "up.test"',
          'a.b A 127.0.0.1',
          'alias CNAME there.other.test.',
          'near CAA 0 issue "near.test"',
        ],
      },
      { name: 'other.test', records: [...own, '@ CAA 0 issue "wrong.test"', 'there CAA 0 issue "there.test"'] },
      {
        name: 'plain.test',
        records: [
          ...own,
          'alias CNAME there.other.test.',
          'below.alias2 A 127.0.0.1',
          'alias3 CNAME nothing.other.test.',
        ],
      },
    ],
  });
  const dns = dnsOf(bind);
  const at = async (name: string): Promise<unknown> => {
    const found = await findCaa(name, lookUpInZone(await dns.zoneOf(name), dns));
    // At the root of this little world nobody answers.
    return found.found === 'records' ? [found.at, found.records[0]!.value] : found.found;
  };
  assert.deepEqual(await at('a.b.example.test'), ['example.test', 'up.test']);
  assert.deepEqual(await at('x.near.example.test'), ['near.example.test', 'near.test']);
  assert.deepEqual(await at('alias.example.test'), ['alias.example.test', 'there.test']);
  // RFC 8659 section 3: from an alias without CAA one climbs the name itself, not where it leads.
  assert.equal(await at('alias3.plain.test'), 'unreadable');
});

test('what is wrong with a name is told by its cause', { skip }, async (t) => {
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

test('a resolver that remembers another address than the name servers is named', { skip }, async (t) => {
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

test('DNSSEC that does not fit is told from a server that fails', { skip }, async (t) => {
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

test('of the name servers, who is silent and who disagrees', () => {
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

test('clock, wildcard, provider', () => {
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

test('no public authority certifies a name with an underscore; one of your own may', () => {
  const name = 'vllm_server.example.com';
  assert.deepEqual(complaints(judge(factsOf({ name }))), ['error preflight.underscore']);
  const authority = { caaIdentities: [], accountUri: undefined, isPublic: false, dateMs: undefined };
  assert.deepEqual(complaints(judge(factsOf({ name }, { authority }))), []);
});

test('addresses that the world does not route', () => {
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
  ];
  for (const address of reserved) assert.ok(isReserved(address), address);
  for (const address of ['8.8.8.8', '172.32.0.1', '2600::1', '2001:4860:4860::8888', '::ffff:8.8.8.8']) {
    assert.ok(!isReserved(address), address);
  }
});

// Port 80, on the loopback

const token = 'some-token';
const expected = 'some-token.of-this-run';

async function serve(t: TestContext, handler: http.RequestListener, address = '127.0.0.1'): Promise<number> {
  const server = http.createServer(handler).listen(0, address);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as net.AddressInfo).port;
}

function visit(port: number, { address = '127.0.0.1', https = 1, timeoutMs = 5_000 } = {}): Promise<Visit> {
  const options = { fetch: probeHttp, clock: systemClock, ports: { http: port, https }, timeoutMs };
  return visitChallenge({ name: 'localhost', address, token, expected }, options);
}

const ofVisits = (visits: Visit[], isBehindNat = false): string[] =>
  complaints(judgeVisits('a.com', visits, () => isBehindNat));

test('port 80: this program, another server, nobody, silence', async (t) => {
  const ours = await serve(t, (request, answer) => {
    answer.statusCode = request.url === `/.well-known/acme-challenge/${token}` ? 200 : 404;
    answer.end(`${expected}\n`);
  });
  assert.deepEqual(ofVisits([await visit(ours)]), []);
  const other = await serve(t, (_, answer) => {
    answer.setHeader('server', 'nginx/1.22');
    answer.end('Welcome');
  });
  const seen = await visit(other);
  assert.deepEqual(seen.end, { kind: 'other', status: 200, server: 'nginx/1.22' });
  assert.deepEqual(ofVisits([seen]), ['error preflight.port-80-other']);
  const [finding] = judgeVisits('a.com', [seen], () => false);
  assert.deepEqual(finding!.hop, {
    from: { role: 'authority' },
    to: { host: 'a.com', port: 80, url: 'http://a.com', address: '127.0.0.1' },
  });
  assert.deepEqual(ofVisits([seen], true), ['warning preflight.port-80-other']);
  const silent = await serve(t, () => {});
  assert.deepEqual(ofVisits([await visit(silent, { timeoutMs: 100 })]), ['error preflight.port-80-no-http']);
  const closing = net.createServer().listen(0, '127.0.0.1');
  await once(closing, 'listening');
  const { port } = closing.address() as net.AddressInfo;
  closing.close();
  await once(closing, 'close');
  const refused = await visit(port);
  assert.deepEqual(refused.end.kind === 'unreached' && refused.end.reason, 'refused');
  assert.deepEqual(ofVisits([refused]), ['error preflight.port-80-closed']);
});

test('port 80: redirects as an authority follows them', async (t) => {
  let target = (count: number): string => `/again/${count}`;
  let count = 0;
  let last = Number.POSITIVE_INFINITY;
  const port = await serve(t, (_, answer) => {
    if (count++ === last) answer.end(expected);
    else answer.writeHead(302, { location: target(count) }).end();
  });
  const start = async (afterwards: number, to: (count: number) => string): Promise<Visit> => {
    [count, last, target] = [0, afterwards, to];
    return visit(port);
  };
  const ten = await start(10, (number) => `/again/${number}`);
  assert.equal(ten.redirects.length, 10);
  assert.deepEqual(ten.end, { kind: 'ours' });
  assert.deepEqual(ofVisits([await start(11, (number) => `/again/${number}`)]), ['error preflight.redirect-loop']);
  const elsewhere = ['http://localhost:8080/', 'ftp://localhost/', 'http://[broken/', 'javascript:0'];
  for (const to of elsewhere) {
    const found = await start(5, () => to);
    assert.equal(found.end.kind, 'redirected', to);
    assert.deepEqual(ofVisits([found]), ['error preflight.redirect-elsewhere'], to);
  }
});

test('port 80: a redirect to https whose server hangs up is not blamed on its certificate', async (t) => {
  const root = await make({ subject: 'Root', authority: true });
  const { pem: cert, keyPem: key } = await make({ subject: 'leaf', issuer: root, dns: ['localhost'] });
  const hangsUp = https.createServer({ cert, key }, (asked) => asked.socket.destroy()).listen(0, '127.0.0.1');
  await once(hangsUp, 'listening');
  t.after(() => hangsUp.close());
  const { port: secure } = hangsUp.address() as net.AddressInfo;
  const plain = await serve(t, (_, answer) =>
    answer.writeHead(308, { location: `https://localhost:${secure}/` }).end(),
  );
  const visitTrusting = (roots: string[]): Promise<Visit> =>
    visitChallenge(
      { name: 'localhost', address: '127.0.0.1', token, expected },
      {
        fetch: (target) => probeHttp({ ...target, roots }),
        clock: systemClock,
        ports: { http: plain, https: secure },
      },
    );
  const { end } = await visitTrusting([root.pem]);
  assert.ok(end.kind === 'unreached' && end.reason === 'no-answer', JSON.stringify(end));
  assert.equal((await visitTrusting([])).end.kind, 'unverified');
});

test('IPv6 that does not answer while IPv4 does', () => {
  const four: Visit = { address: '8.8.8.8', redirects: [], end: { kind: 'ours' } };
  const six = (reason: string): Visit => ({
    address: '2600::1',
    redirects: [],
    end: { kind: 'unreached', reason, detail: reason },
  });
  assert.deepEqual(ofVisits([six('refused'), four]), ['error preflight.ipv6-broken']);
  assert.deepEqual(ofVisits([six('timed-out'), four]), ['warning preflight.ipv6-broken']);
  const bothClosed: Visit = { ...four, end: { kind: 'unreached', reason: 'timed-out', detail: 'no' } };
  assert.deepEqual(ofVisits([six('refused'), bothClosed]), [
    'error preflight.port-80-closed',
    'error preflight.port-80-filtered',
  ]);
  const wrongSix: Visit = { address: '2600::1', redirects: [], end: { kind: 'other', status: 404, server: 'x' } };
  assert.deepEqual(ofVisits([wrongSix, four]), ['error preflight.port-80-other']);
});

test('the challenge is answered only while it is looked at', { skip }, async (t) => {
  const zones = [
    { name: 'test', records: own },
    { name: 'example.test', records: [...own, 'www A 127.0.0.1'] },
  ];
  const bind = await startBind(t, { zones });
  const [port] = (await freePorts(1)) as [number];
  const authority = { caaIdentities: [], accountUri: undefined, isPublic: true, dateMs: Date.now() };
  const http01 = new HttpListenerSolver({ port, address: '127.0.0.1' });
  const names = [{ name: 'www.example.test', isWildcard: false, challenge: 'http-01' as const }];
  const options = {
    dns: dnsOf(bind),
    authority,
    clock: systemClock,
    random: testRandom,
    fetch: probeHttp,
    ownAddresses: ['127.0.0.1'],
    ports: { http: port, https: 1 },
    http01,
    signal: AbortSignal.timeout(30_000),
  };
  const findings = await preflight(names, options);
  assert.ok(findings.some(({ code }) => code === 'preflight-fine.port-80'));
  assert.deepEqual(complaints(findings), ['error preflight.address-private']);
  assert.deepEqual((await visit(port)).end.kind, 'unreached');
  const taken = net.createServer().listen(port, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  assert.deepEqual(complaints(await preflight(names, options)).at(-1), 'error acme.port-taken');
});

test('the provider of DNS-01 is asked whether it could write, and where the world would read', { skip }, async (t) => {
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
