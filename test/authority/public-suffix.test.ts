import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Authority } from '../../src/authority/authority.ts';
import { authorityError } from '../../src/authority/messages.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { decodePem } from '../../src/x509/pem.ts';
import { FakeClock } from '../support/clock.ts';
import { mends } from '../support/outside.ts';
import { testRandom } from '../support/seed.ts';

test('no root vouches for a suffix under which the public registers names', async (t) => {
  const measured = mends(t, 'security/S05-single-label-opens-a-tld');
  const suffixes = ['chat', 'ai', 'app', '*.co.uk', 'github.io'];
  const own = ['ollama', 'shop.co.uk', 'me.github.io', '*.example.com'];
  const database = await openSqlite(':memory:');
  t.after(() => database.close());
  const names = [...suffixes, ...own];
  const authority = await Authority.open(database, { clock: new FakeClock(), random: testRandom, names });
  const { permittedDnsNames } = parseCertificate(decodePem(authority.rootPem())[0]!.der).nameConstraints!;
  for (const base of ['chat', 'ai', 'app', 'co.uk', 'github.io']) assert.ok(!permittedDnsNames.includes(base), base);
  for (const base of ['ollama', 'shop.co.uk', 'me.github.io', 'example.com'])
    assert.ok(permittedDnsNames.includes(base), base);
  for (const name of suffixes) {
    const refused = (error: unknown): boolean => authorityError.is(error, 'authority.public-suffix');
    await assert.rejects(authority.issue([name]), refused, name);
    await assert.rejects(authority.widen([name, 'x.internal']), refused, name);
  }
  await authority.issue(own);
  Object.assign(measured, { refused: suffixes.join(', '), permitted: own.join(', ') });
});
