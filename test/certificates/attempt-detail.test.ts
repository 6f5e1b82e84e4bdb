import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acmeError, acmeWords } from '../../src/acme/messages.ts';
import { inWords } from '../../src/base/language.ts';
import { readDetail, writeDetail } from '../../src/certificates/attempt-detail.ts';
import { probeWords } from '../../src/probe/messages.ts';
import { mends } from '../support/outside.ts';

test('the reason of an attempt is stored in no language, and read in that of the reader', (t) => {
  mends(t, 'acme/misleading-words');
  const reason = probeWords('probe.refused', {});
  const stored = writeDetail(acmeError('acme.unreachable', { authority: 'ca.example', reason }));
  assert.equal(inWords(readDetail(stored), 'en'), 'The authority ca.example cannot be reached: connection refused.');
  assert.equal(inWords(readDetail(stored), 'zh'), '无法连接证书颁发机构 ca.example：连接被拒绝。');
  const limited = { authority: 'ca.example', detail: 'too many', next: acmeWords('acme.next.unknown', {}) };
  assert.match(inWords(readDetail(writeDetail(acmeError('acme.rate-limited', limited))), 'zh'), /它没有说明/);
  for (const old of ['an English text of an earlier version', '{ not JSON', '']) assert.equal(readDetail(old), old);
  assert.equal(readDetail('{"key":"acme.of-a-later-version","params":{}}'), 'acme.of-a-later-version');
  assert.equal(writeDetail(new Error('token abc123def')), 'token [redacted]');
});
