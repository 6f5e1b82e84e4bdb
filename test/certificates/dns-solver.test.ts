import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { dnsProviders } from '../../src/acme/dns-providers.ts';
import { systemClock } from '../../src/base/clock.ts';
import { baseError } from '../../src/base/messages.ts';
import { dnsSolver } from '../../src/certificates/dns-solver.ts';
import { certificatesError } from '../../src/certificates/messages.ts';
import { publicDns } from '../../src/dns/public-dns.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { testRandom } from '../support/seed.ts';
import { temporaryFolder } from '../support/up.ts';

async function open(id: string, env: Record<string, string>): Promise<unknown> {
  const database = await openSqlite(':memory:');
  return dnsSolver(id, {
    database,
    clock: systemClock,
    random: testRandom,
    env,
    dns: publicDns({ clock: systemClock }),
  });
}

test('opens a provider with its settings from the environment', async () => {
  assert.equal(((await open('exec', { EXEC_PATH: '/bin/true' })) as { type: string }).type, 'dns-01');
});

test('reports a missing or empty setting, and all that the provider needs', async () => {
  for (const env of [{}, { RFC2136_NAMESERVER: '192.0.2.1', RFC2136_TSIG_FILE: '' }]) {
    await assert.rejects(open('rfc2136', env), (error) => {
      assert.ok(certificatesError.is(error, 'certificates.dns-setting-missing'));
      assert.equal(error.params.name, 'RFC2136_NAMESERVER' in env ? 'RFC2136_TSIG_FILE' : 'RFC2136_NAMESERVER');
      assert.match(error.report('zh').hint, /rfc2136 需要 RFC2136_NAMESERVER, RFC2136_TSIG_FILE/);
      return true;
    });
  }
});

test('rejects an unreadable server address and a missing file', async (t: TestContext) => {
  const file = path.join(await temporaryFolder(t, 'tsig'), 'none.key');
  const env = { RFC2136_NAMESERVER: 'ns.example.test', RFC2136_TSIG_FILE: file };
  await assert.rejects(open('rfc2136', env), (error) =>
    certificatesError.is(error, 'certificates.dns-server-unreadable'),
  );
  await assert.rejects(open('rfc2136', { ...env, RFC2136_NAMESERVER: '192.0.2.1' }), (error) =>
    baseError.is(error, 'file.missing'),
  );
});

test('rejects an unknown provider and lists the known ones', async () => {
  await assert.rejects(open('rfc2163', {}), (error) => {
    assert.ok(certificatesError.is(error, 'certificates.dns-provider-unknown'));
    const known = dnsProviders.map(({ id }) => id).join(', ');
    assert.deepEqual(error.params, { name: 'rfc2163', known });
    return true;
  });
});
