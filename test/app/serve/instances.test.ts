import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instancesOf } from '../../../src/app/serve/instances.ts';
import { stickyKey } from '../../../src/app/serve/sticky-key.ts';
import type { WorkerStatus } from '../../../src/edge/worker-messages.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import { testRandom } from '../../support/seed.ts';

test('sticky cookies outlive a restart: the store keeps their key, also if two processes start at the same time', async () => {
  const database = await openSqlite(':memory:');
  const [one, two] = await Promise.all([stickyKey(database, testRandom), stickyKey(database, testRandom)]);
  assert.equal(one, two);
  assert.equal(await stickyKey(database, testRandom), one);
  assert.equal(Buffer.from(one, 'base64url').length, 32);
  await database.close();
});

test('status adds up what the workers know of an instance', () => {
  const seen = (streams: number, trouble: WorkerStatus['instances'][number]['trouble'], reason = '') => ({
    instances: [
      { instance: 'http://127.0.0.1:8001', streams, trouble, reason },
      { instance: 'http://127.0.0.1:8002', streams: 1, trouble: '' as const, reason: '' },
    ],
  });
  assert.deepEqual(instancesOf([seen(3, ''), seen(4, 'failing', '503'), seen(0, '')]), [
    { instance: 'http://127.0.0.1:8001', streams: 7, trouble: 'failing', reason: '503', workers: 1 },
    { instance: 'http://127.0.0.1:8002', streams: 3, trouble: '', reason: '', workers: 0 },
  ]);
});
