import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { newAccountKey, openAccount } from '../../src/acme/account.ts';
import { obtain } from '../../src/acme/obtain.ts';
import { TlsAlpnListenerSolver } from '../../src/acme/tls-alpn-01/listener.ts';
import type { KeyKind } from '../../src/x509/key.ts';
import { type Pebble, pebbleVersions, startPebble } from '../support/pebble.ts';
import { without } from '../support/tools.ts';
import {
  accountAt,
  clientOf,
  dnsSolver,
  HastyClock,
  httpSolver,
  RecordingSolver,
  soon,
  toLoopback,
  withCode,
} from './support.ts';

const skip = without('pebble');

const alpnSolver = (pebble: Pebble, address = '127.0.0.1'): TlsAlpnListenerSolver =>
  new TlsAlpnListenerSolver({ port: pebble.tlsPort, address, validationPort: pebble.tlsPort, lookup: toLoopback });

for (const version of pebbleVersions) {
  test(`Pebble ${version}: validates names by each challenge type, and addresses`, { skip }, async (t) => {
    const pebble = await startPebble(t, { version });
    const client = clientOf(t, pebble);
    const account = await accountAt(client);
    const subject = async (names: string[], solver: Parameters<typeof obtain>[1]['solvers'][0]): Promise<string> => {
      const { chainPem } = await obtain(client, { account, names, solvers: [solver] });
      return new X509Certificate(chainPem).subjectAltName!.split(', ').toSorted().join(', ');
    };
    assert.equal(await subject(['b.test', 'a.test'], httpSolver(pebble)), 'DNS:a.test, DNS:b.test');
    assert.equal(await subject(['127.0.0.1'], httpSolver(pebble)), 'IP Address:127.0.0.1');
    assert.equal(await subject(['a.test', '127.0.0.1'], alpnSolver(pebble)), 'DNS:a.test, IP Address:127.0.0.1');
    assert.equal(await subject(['*.a.test', 'a.test'], dnsSolver(pebble)), 'DNS:*.a.test, DNS:a.test');
  });

  test(`Pebble ${version}: succeeds although four of ten valid nonces are refused`, { skip }, async (t) => {
    const pebble = await startPebble(t, { version, nonceRejectPercent: 40 });
    const client = clientOf(t, pebble);
    const account = await accountAt(client);
    const all = Array.from({ length: 8 }, (_, index) => {
      return obtain(client, { account, names: [`a${index}.test`, `b${index}.test`], solvers: [dnsSolver(pebble)] });
    });
    assert.equal((await Promise.all(all)).length, 8);
    const sent = pebble.log().match(/POST \/(order-plz|chalZ)/g)!.length;
    assert.ok(sent > 8 + 16, 'some requests were repeated');
  });

  test(`Pebble ${version}: one certificate takes less than 0.3 s`, { skip }, async (t) => {
    const pebble = await startPebble(t, { version });
    const client = clientOf(t, pebble);
    const account = await accountAt(client);
    const durationsMs: number[] = [];
    for (let round = 0; round < 7; round++) {
      const before = performance.now();
      await obtain(client, { account, names: [`a${round}.test`], solvers: [httpSolver(pebble)] });
      durationsMs.push(performance.now() - before);
    }
    const median = durationsMs.toSorted((a, b) => a - b)[3]!;
    t.diagnostic(`median ${Math.round(median)} ms`);
    assert.ok(median < 300, durationsMs.map(Math.round).join(' '));
  });

  test(`Pebble ${version}: uses the preferred chain if there is one`, { skip }, async (t) => {
    const pebble = await startPebble(t, { version, alternateRoots: 2 });
    const client = clientOf(t, pebble);
    const account = await accountAt(client);
    const roots = await Promise.all(
      [0, 1, 2].map(async (index) => new X509Certificate(await pebble.issuerRoot(index))),
    );
    const obtained = (preferredChain?: string): ReturnType<typeof obtain> => {
      const request = { account, names: ['a.test'], solvers: [httpSolver(pebble)] };
      return obtain(client, preferredChain === undefined ? request : { ...request, preferredChain });
    };
    for (const root of roots) {
      const name = /CN=(.+)/.exec(root.subject)![1]!;
      const { chainPem, topIssuer } = await obtained(name);
      assert.equal(topIssuer, name);
      const issuer = new X509Certificate(chainPem.slice(chainPem.indexOf('-----BEGIN', 20)));
      assert.ok(issuer.verify(root.publicKey));
    }
    const first = (await obtained()).topIssuer;
    assert.equal((await obtained('Root of nobody')).topIssuer, first);
  });

  test(`Pebble ${version}: reuses valid authorizations`, { skip }, async (t) => {
    const pebble = await startPebble(t, { version, authorizationReusePercent: 100 });
    const client = clientOf(t, pebble);
    const account = await accountAt(client);
    await obtain(client, { account, names: ['a.test', 'b.test'], solvers: [httpSolver(pebble)] });
    const idle = new RecordingSolver();
    await obtain(client, { account, names: ['b.test', 'a.test'], solvers: [idle] });
    assert.deepEqual(idle.calls, []);
  });

  test(`Pebble ${version}: reports failed validations by name`, { skip }, async (t) => {
    const pebble = await startPebble(t, { version });
    const client = clientOf(t, pebble);
    const account = await accountAt(client);
    const silent = new RecordingSolver(); // no listener
    await assert.rejects(
      obtain(client, { account, names: ['a.test', 'b.test'], solvers: [silent] }),
      withCode('acme.validation-connection', (error) => {
        assert.deepEqual(error.failures.map(({ name }) => name).toSorted(), ['a.test', 'b.test']);
        assert.ok(error.failures.every(({ challengeType }) => challengeType === 'http-01'));
      }),
    );
    assert.deepEqual(
      silent.calls.map((call) => call.split(' ')[0]),
      ['prepare', 'clean'],
    );
    await pebble.dns.setServfail('_acme-challenge.c.test');
    const dns = { ...dnsSolver(pebble), prepare: () => Promise.resolve() };
    await assert.rejects(obtain(client, { account, names: ['c.test'], solvers: [dns] }), (error: Error) =>
      /acme\.validation-(dns|answer)/.test((error as unknown as { code: string }).code),
    );
  });
}

test('supports all kinds of keys, for certificates and accounts', { skip }, async (t) => {
  const pebble = await startPebble(t);
  const client = clientOf(t, pebble);
  const kinds: Record<KeyKind, string> = {
    p256: 'prime256v1',
    p384: 'secp384r1',
    rsa2048: '2048',
    rsa3072: '3072',
    rsa4096: '4096',
  };
  for (const [kind, expected] of Object.entries(kinds) as [KeyKind, string][]) {
    const account = await openAccount(
      client,
      { keyPem: await newAccountKey(kind), contacts: [], termsAgreed: true },
      soon(),
    );
    const request = { account, names: ['a.test'], solvers: [httpSolver(pebble)], keyKind: kind };
    const { asymmetricKeyDetails } = new X509Certificate((await obtain(client, request)).chainPem).publicKey;
    assert.equal(asymmetricKeyDetails!.namedCurve ?? String(asymmetricKeyDetails!.modulusLength), expected);
  }
});

test('uses an advertised profile, and does not request another', { skip }, async (t) => {
  const profiles = {
    lasting: { description: 'lasts', validityPeriod: 7_776_000 },
    shortlived: { description: 'does not', validityPeriod: 518_400 },
  };
  const pebble = await startPebble(t, { config: { profiles } });
  const client = clientOf(t, pebble);
  const request = { account: await accountAt(client), names: ['a.test'], solvers: [httpSolver(pebble)] };
  for (const [profile, { validityPeriod }] of Object.entries(profiles)) {
    const got = await obtain(client, { ...request, profile });
    assert.equal(got.profile, profile);
    assert.ok(Math.abs(got.notAfterMs - got.notBeforeMs - validityPeriod * 1000) <= 1000);
  }
  assert.notEqual((await obtain(client, { ...request, profile: 'eternal' })).profile, 'eternal');
  const { profiles: advertised } = await client.directory(soon());
  assert.equal(advertised['shortlived'], 'does not');
});

test('reports a blocked name as refused', { skip }, async (t) => {
  const pebble = await startPebble(t, { config: { domainBlocklist: ['blocked.test'] } });
  const client = clientOf(t, pebble);
  const account = await accountAt(client);
  await assert.rejects(
    obtain(client, { account, names: ['a.test', 'blocked.test'], solvers: [httpSolver(pebble)] }),
    withCode('acme.name-refused', (error) => assert.match(error.message, /blocked\.test/)),
  );
});

test('follows a real Retry-After', { skip }, async (t) => {
  const pebble = await startPebble(t, { config: { retryAfter: { authz: 7, order: 7 } } });
  const clock = new HastyClock();
  const client = clientOf(t, pebble, { clock });
  await obtain(client, { account: await accountAt(client), names: ['a.test'], solvers: [httpSolver(pebble)] });
  // Pebble sends seconds, or a date in whole seconds.
  assert.ok(
    clock.waitsMs.some((waitMs) => waitMs > 6000 && waitMs <= 7000),
    clock.waitsMs.join(' '),
  );
});

test('obtains one certificate for a hundred names', { skip }, async (t) => {
  const pebble = await startPebble(t);
  const client = clientOf(t, pebble);
  const account = await accountAt(client);
  const names = Array.from({ length: 100 }, (_, index) => `name-${index}.a.test`);
  const { chainPem } = await obtain(client, { account, names, solvers: [httpSolver(pebble)] });
  assert.equal(new X509Certificate(chainPem).subjectAltName!.split(', ').length, 100);
});

test('validates an IPv6 address by TLS-ALPN-01', { skip }, async (t) => {
  const pebble = await startPebble(t);
  const client = clientOf(t, pebble);
  const account = await accountAt(client);
  const { chainPem } = await obtain(client, { account, names: ['::1'], solvers: [alpnSolver(pebble, '::1')] });
  assert.equal(new X509Certificate(chainPem).subjectAltName, 'IP Address:0:0:0:0:0:0:0:1');
});
