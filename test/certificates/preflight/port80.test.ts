import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { HttpListenerSolver } from '../../../src/acme/http-01/listener.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { judgeVisits, type Visit, visitChallenge } from '../../../src/certificates/preflight/port80.ts';
import { preflight } from '../../../src/certificates/preflight/preflight.ts';
import { probeHttp } from '../../../src/probe/http.ts';
import { make } from '../../probe/certificates.ts';
import { startBind } from '../../support/bind.ts';
import { without } from '../../support/tools.ts';
import { freePorts } from '../../support/up.ts';
import { testRandom } from '../../support/seed.ts';
import { complaints, dnsOf, own } from './support.ts';

const skip = without('bind');

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

test('port 80: distinguishes this program, another server, a closed port and silence', async (t) => {
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

test('port 80: follows redirects like an authority', async (t) => {
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

test('port 80: a redirect to another name does not lead into private networks', async (t) => {
  const port: number = await serve(t, (_, answer) =>
    answer.writeHead(302, { location: `http://inside.test:${port}/admin` }).end(),
  );
  const lookup: net.LookupFunction = (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);
  const seen = await visitChallenge(
    { name: 'localhost', address: '127.0.0.1', token, expected },
    { fetch: (target) => probeHttp({ ...target, lookup }), clock: systemClock, ports: { http: port, https: 1 } },
  );
  assert.equal(seen.end.kind === 'unreached' && seen.end.reason, 'off-limits');
  assert.deepEqual(ofVisits([seen]), ['warning preflight.redirect-inside']);
});

test('port 80: does not blame the certificate if the server of an https redirect hangs up', async (t) => {
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

test('reports an IPv6 address that does not answer while IPv4 does', () => {
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

test('serves the challenge only during the check', { skip }, async (t) => {
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
