import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wideProxies } from '../../../src/app/serve/wide-proxies.ts';

test('warns of trusted proxies that are the whole Internet, and of no block that an operator owns', () => {
  const open = ['0.0.0.0/0', '::/0', '::ffff:0:0/96', '0.0.0.0/1', '128.0.0.0/1', '2000::/3'];
  for (const block of open) {
    const [finding] = wideProxies(['10.0.0.0/8', block]);
    assert.equal(finding?.code, 'edge.proxies-too-wide', block);
    assert.equal(finding.params['blocks'], block);
  }
  const owned = [
    '10.0.0.0/8',
    '127.0.0.1/32',
    '104.16.0.0/13',
    '3.0.0.0/9',
    '2606:4700::/32',
    'fc00::/7',
    'fd00::/8',
    'fe80::/10',
  ];
  assert.deepEqual(wideProxies(owned), []);
  assert.deepEqual(wideProxies([]), []);
});
