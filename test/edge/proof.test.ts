import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { findingReport } from '../../src/app/messages.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { prove, type Proof } from '../../src/edge/proof.ts';
import type { EdgeSnapshot } from '../../src/edge/snapshot.ts';
import { authority, freePort, rootPem, route, site, startEdge, upstreamAt } from './edge.ts';

async function proofOf(t: TestContext, change: (snapshot: EdgeSnapshot) => Partial<EdgeSnapshot>): Promise<Proof> {
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
  const snapshot = edge.context.snapshot();
  const [proof] = await prove({ ...snapshot, ...change(snapshot) }, { clock, roots: [rootPem], ownAddresses: [] });
  return proof!;
}

test('proves a host that is served correctly, and reports its certificate and address', async (t) => {
  const { findings, serial, url, address } = await proofOf(t, () => ({}));
  assert.deepEqual(findings, []);
  assert.match(serial!, /^[0-9a-f]+$/);
  assert.match(url, /^https:\/\/chat\.test:\d+\/$/);
  assert.equal(address, '127.0.0.1');
});

test('reports another certificate, another revision and no answer as errors with expected and actual value', async (t) => {
  const issued = await authority.issue(['chat.test']);
  const closed = await freePort();
  const table: [RegExp, (snapshot: EdgeSnapshot) => Partial<EdgeSnapshot>][] = [
    [
      /：证书应为 [0-9a-f]+，实为 [0-9a-f]+。$/,
      ({ credentials }) => ({ credentials: credentials.map((one) => ({ ...one, chainPem: issued.chainPem })) }),
    ],
    [/：修订应为 7，实为 1。$/, () => ({ revision: 7 })],
    [/：状态码应为 200，实为 502。$/, () => ({ proofToken: 'of-another-edge' })],
    [/：连接被拒绝。$/, () => ({ httpsPort: closed })],
  ];
  for (const [message, change] of table) {
    const { findings } = await proofOf(t, change);
    assert.equal(findings.length, 1);
    const { hop, severity, ...said } = findingReport(findings[0]!, 'zh');
    assert.match(said.message, message);
    assert.equal(severity, 'error');
    assert.deepEqual([hop!.from, hop!.to.host, hop!.trust], [{ role: 'visitor' }, 'chat.test', { roots: 'private' }]);
    assert.equal(hop!.presents === undefined, said.message.includes('连接被拒绝'));
  }
});
