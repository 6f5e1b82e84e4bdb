import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import type { ChallengeSolver } from '../../src/acme/challenge.ts';
import { parseRequest } from '../../src/x509/request.ts';
import { publicKeyInfo, importPrivateKey } from '../../src/x509/key.ts';
import { Oid } from '../../src/x509/oids.ts';
import { attempt, withChallenges } from './attempt.ts';
import { changed, problem } from './lying-authority.ts';
import { RecordingSolver, withCode } from './support.ts';

test('skips unknown challenge types of any shape', async (t) => {
  const { run, solver } = await attempt(t, ({ path }, honest) => {
    if (!path.startsWith('/prove')) return honest;
    const strange = [{ type: 'dns-persist-01', issuers: [] }, { token: 7 }, { type: ['x'], url: null }, {}];
    return withChallenges(honest, (own) => [
      ...strange,
      own,
      { type: 'http-02', token: 'x'.repeat(40), url: 'https://a.test' },
    ]);
  });
  await run();
  assert.deepEqual(solver.calls, ['prepare a.test', 'clean a.test']);
});

test('skips challenges whose token is not a safe file name', async (t) => {
  for (const token of [
    '../../../../etc/passwd',
    'a/b-0123456789abcdef',
    'short',
    '',
    'x\n0123456789abcdef',
    'y'.repeat(500),
  ]) {
    const { run, solver, authority } = await attempt(t, ({ path }, honest) => {
      return path.startsWith('/prove') ? withChallenges(honest, (own) => [{ ...own, token }]) : honest;
    });
    await assert.rejects(run(), withCode('acme.no-challenge'));
    assert.deepEqual(solver.calls, []);
    assert.deepEqual(authority.acts().slice(-1), ['/prove/0'], 'the authorization is deactivated');
  }
});

test('reports a name without a usable challenge, and the offers, before acting', async (t) => {
  const { run, authority } = await attempt(t);
  const unfit = Object.assign(new RecordingSolver(), { suits: () => false });
  await assert.rejects(
    run({ solvers: [new RecordingSolver('dns-01'), unfit] }),
    withCode('acme.no-challenge', (error) => assert.match(error.message, /a\.test is yours: it offers http-01/)),
  );
  assert.ok(!authority.acts().some((path) => path.startsWith('/try')));
});

test('uses the first suitable solver', async (t) => {
  const { run, authority } = await attempt(t, ({ path }, honest) => {
    if (!path.startsWith('/prove')) return honest;
    return withChallenges(honest, (own) => [{ ...own, type: 'dns-01' }, own, { ...own, type: 'tls-alpn-01' }]);
  });
  const [alpn, dns] = [new RecordingSolver('tls-alpn-01'), new RecordingSolver('dns-01')];
  await run({ solvers: [alpn, dns] });
  assert.deepEqual([alpn.calls.length, dns.calls.length], [2, 0]);
  assert.ok(authority.acts().includes('/try/0'));
});

test('does not validate valid authorizations again', async (t) => {
  const { run, solver, authority } = await attempt(t, ({ path }, honest) => {
    return path === '/prove/0' ? changed(honest, { status: 'valid' }) : honest;
  });
  await run({ names: ['a.test', 'b.test'] });
  assert.deepEqual(solver.calls, ['prepare b.test', 'clean b.test']);
  assert.ok(!authority.acts().includes('/try/0'));
});

test('finalizes a reused order that is ready at once', async (t) => {
  const { run, solver, authority } = await attempt(t, ({ path, method }, honest) => {
    if (path === '/want/') return changed({ ...honest, status: 200 }, { status: 'ready' });
    return path.startsWith('/prove') && method === 'POST' ? changed(honest, { status: 'valid' }) : honest;
  });
  await run();
  assert.deepEqual(solver.calls, []);
  assert.deepEqual(authority.acts(), ['/join/', '/want/', '/make/0']);
});

test('accepts identifiers and authorizations in any order', async (t) => {
  const { run, authority } = await attempt(t, ({ path }, honest) => {
    if (path !== '/want/') return honest;
    const { identifiers, authorizations } = JSON.parse(honest.body) as Record<string, unknown[]>;
    return changed(honest, { identifiers: identifiers!.toReversed(), authorizations: authorizations!.toReversed() });
  });
  const names = ['a.test', '*.b.test', '192.0.2.7', '2001:db8::1'];
  await run({ names });
  const wanted = authority.seen.find(({ path }) => path === '/want/')!.payload;
  assert.deepEqual((wanted as { identifiers: object[] }).identifiers, [
    { type: 'dns', value: 'a.test' },
    { type: 'dns', value: '*.b.test' },
    { type: 'ip', value: '192.0.2.7' },
    { type: 'ip', value: '2001:db8::1' },
  ]);
});

test('the CSR contains all names and a new key, not the account’s, and nothing else: no must-staple', async (t) => {
  const { run, authority } = await attempt(t);
  const names = ['a.test', 'b.test', '192.0.2.7'];
  const { keyPem } = await run({ names });
  const { csr } = authority.seen.find(({ path }) => path.startsWith('/make'))!.payload as { csr: string };
  const request = parseRequest(Buffer.from(csr, 'base64url'));
  assert.deepEqual([...request.dnsNames, ...request.ipAddresses], names);
  assert.deepEqual(
    request.extensions.map(({ oid }) => oid),
    [Oid.subjectAltName],
  );
  assert.ok(request.publicKeyInfo.equals(publicKeyInfo(importPrivateKey(keyPem.reveal()))));
  const { jwk } = authority.seen.find(({ path }) => path === '/join/')!.header;
  const own = importPrivateKey(keyPem.reveal()).export({ format: 'jwk' });
  assert.notEqual((jwk as { x: string }).x, own.x);
});

test('accepts names in any spelling, and duplicates', async (t) => {
  const { run, authority } = await attempt(t);
  const { chainPem } = await run({ names: ['A.Test', 'a.test', 'bücher.test.', '[2001:DB8:0::1]', '2001:db8::1'] });
  assert.equal(
    new X509Certificate(chainPem).subjectAltName,
    'DNS:a.test, DNS:xn--bcher-kva.test, IP Address:2001:DB8:0:0:0:0:0:1',
  );
  const wanted = authority.seen.find(({ path }) => path === '/want/')!.payload as { identifiers: { value: string }[] };
  assert.deepEqual(
    wanted.identifiers.map(({ value }) => value),
    ['a.test', 'xn--bcher-kva.test', '2001:db8::1'],
  );
  await assert.rejects(run({ names: ['a b'] }), withCode('x509.name-invalid'));
});

test('limits connections and nonce requests for many names', async (t) => {
  const { run, authority } = await attempt(t);
  await run({ names: Array.from({ length: 60 }, (_, index) => `a${index}.test`) });
  assert.ok(authority.mostConnections <= 8, String(authority.mostConnections));
  assert.ok(authority.seen.filter(({ method }) => method === 'HEAD').length <= 8);
});

test('makes a new key for each certificate', async (t) => {
  const { run } = await attempt(t);
  const [one, two] = [await run(), await run()];
  assert.notEqual(one.keyPem.reveal(), two.keyPem.reveal());
});

test('polls while processing, at Retry-After intervals of up to half a minute', async (t) => {
  const { run, clock } = await attempt(t, ({ path, count }, honest) => {
    const again: Record<number, string> = { 1: '3', 2: '86400', 3: '0', 4: 'soon' };
    if (path === '/make/0') return changed(honest, { status: 'processing', certificate: undefined });
    if (!path.startsWith('/wish') || count > 4) return honest;
    const slow = changed(honest, { status: 'processing', certificate: undefined });
    return { ...slow, headers: { ...slow.headers, 'retry-after': again[count]! } };
  });
  await run();
  assert.deepEqual(clock.waitsMs, [5, 5, 3000, 30_000, 40, 80]);
});

test('keeps polling on unknown statuses', async (t) => {
  const { run } = await attempt(t, ({ path, count }, honest) => {
    if (path === '/make/0') return changed(honest, { status: 'meditating', certificate: undefined });
    if (path.startsWith('/wish') && count === 1) return changed(honest, { status: 'awaking', certificate: undefined });
    if (path === '/prove/0' && count === 2) return changed(honest, { status: 'processing' });
    return honest;
  });
  await run();
});

test('accepts later answers with only the changed fields of an order', async (t) => {
  const { run } = await attempt(t, ({ path }, honest) => {
    if (path !== '/make/0' && path !== '/wish/0') return honest;
    const left = { identifiers: undefined, authorizations: undefined, finalize: undefined };
    return changed(honest, path === '/make/0' ? { ...left, status: 'processing', certificate: undefined } : left);
  });
  await run();
});

test('waits after orderNotReady and sends the request again', async (t) => {
  const { run, authority } = await attempt(t, ({ path, count }, honest) => {
    if (path === '/make/0' && count === 1) return problem(403, 'orderNotReady');
    if (path === '/wish/0' && count === 1) return changed(honest, { status: 'pending', certificate: undefined });
    if (path === '/wish/0' && count === 2) return changed(honest, { status: 'ready', certificate: undefined });
    return honest;
  });
  await run();
  assert.equal(authority.acts().filter((path) => path === '/make/0').length, 2);
});

test('recovers from a lost answer to the finalize request', async (t) => {
  const { run } = await attempt(t, ({ path, count }, honest, response) => {
    if (path !== '/make/0') return honest;
    if (count > 1) return problem(403, 'orderNotReady'); // already finalized
    response.destroy();
    return undefined;
  });
  await run();
});

test('requests a profile only if the authority advertises it', async (t) => {
  const { run, authority } = await attempt(t);
  const asked = (): unknown =>
    (authority.seen.findLast(({ path }) => path === '/want/')!.payload as { profile?: string }).profile;
  assert.equal((await run({ profile: 'lasting' })).profile, 'lasting');
  assert.equal(asked(), 'lasting');
  for (const profile of ['shortlived', 'toString', '__proto__']) {
    assert.equal((await run({ profile })).profile, undefined);
    assert.equal(asked(), undefined);
  }
});

test('waits for a challenge that another order has started', async (t) => {
  const { run } = await attempt(t, ({ path, count }, honest) => {
    if (path === '/try/0') return problem(400, 'malformed', { detail: 'already being validated' });
    if (path !== '/prove/0' || count > 3) return honest;
    return withChallenges(changed(honest, { status: 'pending' }), (own) => [
      { ...own, status: count === 1 ? 'pending' : 'processing' },
    ]);
  });
  await run();
});

test('checks an answer from here before requesting validation', async (t) => {
  const { run, authority } = await attempt(t);
  const calls: string[] = [];
  const solver: ChallengeSolver = {
    type: 'http-01',
    prepare: async () => void calls.push('prepare'),
    check: async () => {
      calls.push('check');
      throw new Error('another server answers');
    },
    clean: async () => void calls.push('clean'),
  };
  await assert.rejects(run({ solvers: [solver] }), /another server answers/);
  assert.deepEqual(calls, ['prepare', 'check', 'clean']);
  assert.ok(!authority.acts().some((path) => path.startsWith('/try')));
});
