import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { findingReport } from '../../src/app/messages.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import type { EdgeSnapshot, EdgeUpstream } from '../../src/edge/snapshot.ts';
import { checkUpstreams, type UpstreamCheck } from '../../src/edge/upstream-check.ts';
import { make } from '../probe/certificates.ts';
import { authority, freePort, rootPem, route, site, startApp, upstreamAt } from './edge.ts';

async function look(upstream: EdgeUpstream, listeners: EdgeSnapshot['listeners'] = []): Promise<UpstreamCheck> {
  const snapshot = { sites: [site(['chat.test'], [route(upstream)])], listeners } as unknown as EdgeSnapshot;
  const [check] = await checkUpstreams(snapshot, clock);
  return check!;
}

async function startSecure(t: TestContext, cert: string, key: string): Promise<number> {
  const server = tls.createServer({ cert, key }).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => {});
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('reports nothing for an app that answers, over plain HTTP on this machine or verified HTTPS', async (t) => {
  const plain = upstreamAt(await startApp(t, (socket) => socket.end()));
  assert.deepEqual(await look(plain), {
    upstream: `http://127.0.0.1:${plain.port}`,
    problem: undefined,
    reason: '',
    findings: [],
  });
  const issued = await authority.issue(['localhost']);
  const port = await startSecure(t, issued.chainPem, issued.keyPem.reveal());
  const { findings } = await look(upstreamAt(port, { protocol: 'https', host: 'localhost', rootsPem: rootPem }));
  assert.deepEqual(findings, []);
});

test('warns of an app that is not running, in both languages', async () => {
  const port = await freePort();
  const { problem, reason, findings } = await look(upstreamAt(port));
  assert.deepEqual([problem, reason, findings.length], ['down', 'refused', 1]);
  const [finding] = findings;
  const url = `http://127.0.0.1:${port}`;
  assert.deepEqual(finding!.hop, { from: { role: 'edge' }, to: { host: '127.0.0.1', port, url } });
  const said = (language: 'en' | 'zh'): string => findingReport(finding!, language).message;
  assert.equal(findingReport(finding!, 'en').severity, 'warning');
  assert.equal(said('en'), `No answer from ${url} yet: connection refused.`);
  assert.equal(said('zh'), `${url} 尚无应答（连接被拒绝）。`);
});

test('warns of an app whose certificate does not verify, with the certificate and the reason', async (t) => {
  const root = await make({ subject: 'Root', authority: true });
  const leaf = await make({
    subject: 'leaf',
    issuer: root,
    dns: ['localhost'],
    notBefore: new Date(0),
    notAfter: new Date(1000),
  });
  const port = await startSecure(t, leaf.pem, leaf.keyPem);
  const upstream = upstreamAt(port, { protocol: 'https', host: 'localhost', rootsPem: root.pem });
  const { problem, reason, findings } = await look(upstream);
  assert.deepEqual([problem, reason], ['untrusted', 'CERT_HAS_EXPIRED']);
  const { message, hop } = findingReport(findings[0]!, 'zh');
  assert.equal(message, `无法验证 https://localhost:${port} 的证书：证书已过期（CERT_HAS_EXPIRED）。`);
  assert.deepEqual(hop!.trust, { roots: 'private' });
  assert.equal(hop!.presents!.notAfterMs, 1000);
});

test('warns of plain HTTP to an app on another machine', async (t) => {
  const port = await startApp(t, (socket) => socket.end());
  // Linux connects this address to the machine itself, although it is not a loopback address.
  const { problem, findings } = await look(upstreamAt(port, { host: '0.0.0.0' }));
  assert.equal(problem, 'plain');
  assert.equal(findings[0]!.code, 'edge.upstream-plain');
});
