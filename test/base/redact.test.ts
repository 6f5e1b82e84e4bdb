import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redact } from '../../src/base/redact.ts';
import { mends } from '../support/outside.ts';

test('leaves prose about tokens alone, and redacts every credential', (t) => {
  mends(t, 'acme/misleading-words');
  for (const prose of [
    'api token expired',
    'invalid token: token rejected.',
    'Token is-not-valid',
    'HTTP basic authentication failed',
    'Basic authentication-required',
    'Bearer authorization missing',
    'digest algorithm unsupported',
    'the negotiate mechanism',
    'token ENDED_EARLY',
  ]) {
    assert.equal(redact(prose), prose);
  }
  for (const [text, expected] of [
    ['token eyJhbGciOi.eyJzdWIi', 'token [redacted]'],
    ['token abc123', 'token [redacted]'],
    [`key eh_${'aB3'.repeat(14)}x`, 'key [redacted]'],
    ['token abcdefghijklmnopqrstuvwxyz', 'token [redacted]'],
    ['bearer aGVsbG8=', 'bearer [redacted]'],
    ['Basic dXNlcjpwYXNz', 'Basic [redacted]'],
    ['Authorization: Bearer swordfish', 'Authorization: Bearer [redacted]'],
    ['{"authorization":"token hunter"}', '{"authorization":"token [redacted]"}'],
  ] as const) {
    assert.equal(redact(text), expected);
  }
});

test('redacts keys in headers, in addresses and by their form', () => {
  const jwt = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(20)}`;
  for (const [text, expected] of [
    ['x-api-key: abc123', 'x-api-key: [redacted]'],
    ['{"api-key":"abc123","a":1}', '{"api-key":"[redacted]","a":1}'],
    ['Cookie: session=abc; theme=dark\nHost: a', 'Cookie: [redacted]\nHost: a'],
    ['set-cookie: sid=abc', 'set-cookie: [redacted]'],
    ['https://a.test/cb?code=abc&state=1', 'https://a.test/cb?code=[redacted]&state=1'],
    ['https://a.test/cb#access_token=abc&x=1', 'https://a.test/cb#access_token=[redacted]&x=1'],
    ['https://a.test/?auth=abc&jwt=x', 'https://a.test/?auth=[redacted]&jwt=[redacted]'],
    ['https://a.test/?X-Amz-Credential=abc', 'https://a.test/?X-Amz-Credential=[redacted]'],
    [`sent ${jwt} there`, 'sent [redacted] there'],
    ['github_pat_11AAAAAAA0aaaa', '[redacted]'],
    ['glpat-abcdefgh12345', '[redacted]'],
    [`AIza${'a'.repeat(35)}`, '[redacted]'],
    ['AKIAIOSFODNN7EXAMPLE', '[redacted]'],
    ['gsk_abcdefghijkl', '[redacted]'],
  ] as const) {
    assert.equal(redact(text), expected);
  }
  for (const prose of ['the api-key file is missing', 'no cookie was sent', 'https://a.test/?q=cats&page=2#top=1']) {
    assert.equal(redact(prose), prose);
  }
});
