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
    ['token abcdefghijklmnopqrstuvwxyz', 'token [redacted]'],
    ['bearer aGVsbG8=', 'bearer [redacted]'],
    ['Basic dXNlcjpwYXNz', 'Basic [redacted]'],
    ['Authorization: Bearer swordfish', 'Authorization: Bearer [redacted]'],
    ['{"authorization":"token hunter"}', '{"authorization":"token [redacted]"}'],
  ] as const) {
    assert.equal(redact(text), expected);
  }
});
