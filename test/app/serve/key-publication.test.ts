import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addAccessKey, readAccessKeys, revokeAccessKey } from '../../../src/access/records.ts';
import { KeyPublication } from '../../../src/app/serve/key-publication.ts';
import { keyFindings } from '../../../src/app/serve/key-findings.ts';
import type { Configuration, Site } from '../../../src/config/configuration.ts';
import type { EdgeKey } from '../../../src/edge/notices.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';

const key = { sites: [], expiresMs: undefined, rate: undefined, createdMs: 1, usedMs: undefined };

test('keys that were read before a revocation never reach the workers after it', async () => {
  const database = await openSqlite(':memory:');
  await addAccessKey(database, { ...key, name: 'a', digest: 'da' });
  await addAccessKey(database, { ...key, name: 'b', digest: 'db' });
  const sent: string[] = [];
  const first = Promise.withResolvers<void>();
  let uses = new Map<string, number>();
  const publication = new KeyPublication(
    {
      async publishKeys(keys: readonly EdgeKey[], ended: readonly string[] = []) {
        sent.push(`${keys.map(({ name }) => name).join()} ${ended.join()}`);
        if (sent.length === 1) await first.promise; // a worker that is slow to take them
      },
      status: async () => [],
      takeKeyUses: () => uses,
    },
    database,
  );
  const slow = publication.publish();
  const { digests } = await revokeAccessKey(database, 'b', 5);
  const revoked = publication.publish(digests);
  first.resolve();
  await Promise.all([slow, revoked]);
  assert.deepEqual(sent, ['a,b ', 'a db']);
  await publication.publish(); // nothing new
  assert.equal(sent.length, 2);
  // Again: its streams may be open still.
  const sites = [{ routes: [{ access: { keys: true } }] }, { routes: [{}] }];
  assert.deepEqual(await publication.apply(digests, { sites } as unknown as Configuration), { isAsked: true });
  assert.deepEqual(await publication.apply([], { sites: sites.slice(1) } as unknown as Configuration), {
    isAsked: false,
  });
  assert.equal(sent.length, 3);
  uses = new Map([
    ['da', 7],
    ['db', 7],
  ]);
  await publication.recordUses();
  assert.deepEqual(
    (await readAccessKeys(database)).map(({ name, usedMs }) => [name, usedMs]),
    [['a', 7]],
  );
});

test('warns of routes that ask for a key which no visitor has', () => {
  const site = (hosts: string[], keys: true | string[], path = '/'): Site =>
    ({ hosts, routes: [{ path, access: { keys } }] }) as unknown as Site;
  const a = { ...key, name: 'a', digest: 'da' };
  const codes = (one: Site, ...keys: (typeof a)[]): string[] =>
    keyFindings([one], keys, 100).map((finding) => {
      const { where, name = '' } = finding.params as { where: string; name?: string };
      return `${finding.code} ${where} ${name}`.trim();
    });
  const open = site(['x.test'], true, '/v1');
  assert.deepEqual(codes(open), ['access.no-key x.test/v1']);
  assert.deepEqual(codes(open, a), []);
  assert.deepEqual(codes(open, { ...a, expiresMs: 100 } as never), ['access.no-key x.test/v1']);
  assert.deepEqual(codes(open, { ...a, sites: ['y.test'] } as never), ['access.no-key x.test/v1']);
  assert.deepEqual(codes(site(['*.x.test'], true), { ...a, sites: ['y.x.test'] } as never), []);
  assert.deepEqual(codes(site(['x.test'], ['a', 'b']), a), ['access.named-key-missing x.test b']);
  assert.deepEqual(codes(site(['x.test'], ['a']), { ...a, name: 'c' }), ['access.named-key-missing x.test a']);
  assert.deepEqual(codes({ ...open, routes: [{ path: '/' }] } as unknown as Site), []);
});
