import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cookieKeys } from '../../../src/app/serve/cookie-keys.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import { testRandom } from '../../support/seed.ts';

const dayMs = 24 * 60 * 60 * 1000;

test('the key of cookies is kept in the store, replaced after 30 days, and opens cookies for 30 more', async () => {
  const database = await openSqlite(':memory:');
  const at = (days: number): Promise<string[]> => cookieKeys(database, testRandom, days * dayMs);
  const [first, second] = await Promise.all([at(0), at(0)]);
  assert.equal(first.length, 1);
  assert.deepEqual(second, first, 'two at once agree');
  assert.deepEqual(await at(29), first);
  const next = await at(30);
  assert.deepEqual(next.slice(1), first);
  assert.notEqual(next[0], first[0]);
  assert.deepEqual(await at(59), next);
  const last = await at(60);
  assert.deepEqual(last.slice(1), [next[0]]);
  assert.ok(last.every((key) => Buffer.from(key, 'base64').length === 32));
});
