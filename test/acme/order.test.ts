import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import type { ChallengeSolver } from '../../src/acme/challenge.ts';
import { type Obtained, obtain, type Wish } from '../../src/acme/obtain.ts';
import { parseRequest } from '../../src/x509/request.ts';
import { publicKeyInfo, importPrivateKey } from '../../src/x509/key.ts';
import { Oid } from '../../src/x509/oids.ts';
import { changed, type Lie, type LyingAuthority, problem, type Reply, startLyingAuthority } from './lying-authority.ts';
import { accountAt, clientOf, HastyClock, RecordingSolver, withCode } from './support.ts';

interface Attempt {
  authority: LyingAuthority;
  solver: RecordingSolver;
  clock: HastyClock;
  run: (wish?: Partial<Wish>) => Promise<Obtained>;
}

async function attempt(t: TestContext, lie?: Lie): Promise<Attempt> {
  const authority = await startLyingAuthority(t, lie);
  const clock = new HastyClock();
  const client = clientOf(t, authority, { clock });
  const account = await accountAt(client);
  const solver = new RecordingSolver();
  const run = (wish: Partial<Wish> = {}): Promise<Obtained> =>
    obtain(client, { account, names: ['a.test'], solvers: [solver], ...wish });
  return { authority, solver, clock, run };
}

/** A reply whose only challenge is changed. */
function withChallenges(honest: Reply, challenges: (own: object) => unknown[]): Reply {
  const { challenges: own } = JSON.parse(honest.body) as { challenges: object[] };
  return changed(honest, { challenges: challenges(own[0]!) });
}

test('challenge types that are not known are passed over, whatever their shape', async (t) => {
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
  assert.deepEqual(solver.told, ['prepare a.test', 'clean a.test']);
});

test('a token that is no safe file name is no challenge', async (t) => {
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
    assert.deepEqual(solver.told, []);
    assert.deepEqual(authority.acts().slice(-1), ['/prove/0'], 'the authorization is given back');
  }
});

test('a name that nothing can prove is told with what is offered, before anything is done', async (t) => {
  const { run, authority } = await attempt(t);
  const unfit = Object.assign(new RecordingSolver(), { suits: () => false });
  await assert.rejects(
    run({ solvers: [new RecordingSolver('dns-01'), unfit] }),
    withCode('acme.no-challenge', (error) => assert.match(error.message, /a\.test is yours: it offers http-01/)),
  );
  assert.ok(!authority.acts().some((path) => path.startsWith('/try')));
});

test('the first solver that suits is taken', async (t) => {
  const { run, authority } = await attempt(t, ({ path }, honest) => {
    if (!path.startsWith('/prove')) return honest;
    return withChallenges(honest, (own) => [{ ...own, type: 'dns-01' }, own, { ...own, type: 'tls-alpn-01' }]);
  });
  const [alpn, dns] = [new RecordingSolver('tls-alpn-01'), new RecordingSolver('dns-01')];
  await run({ solvers: [alpn, dns] });
  assert.deepEqual([alpn.told.length, dns.told.length], [2, 0]);
  assert.ok(authority.acts().includes('/try/0'));
});

test('authorizations that are valid already are not proven again', async (t) => {
  const { run, solver, authority } = await attempt(t, ({ path }, honest) => {
    return path === '/prove/0' ? changed(honest, { status: 'valid' }) : honest;
  });
  await run({ names: ['a.test', 'b.test'] });
  assert.deepEqual(solver.told, ['prepare b.test', 'clean b.test']);
  assert.ok(!authority.acts().includes('/try/0'));
});

test('an order that is ready at once, as when it is used again, goes straight to its certificate', async (t) => {
  const { run, solver, authority } = await attempt(t, ({ path, method }, honest) => {
    if (path === '/want/') return changed({ ...honest, status: 200 }, { status: 'ready' });
    return path.startsWith('/prove') && method === 'POST' ? changed(honest, { status: 'valid' }) : honest;
  });
  await run();
  assert.deepEqual(solver.told, []);
  assert.deepEqual(authority.acts(), ['/join/', '/want/', '/make/0']);
});

test('identifiers and authorizations may come in any order', async (t) => {
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

test('the request holds all names, a new key that is not that of the account, and nothing else: no must-staple', async (t) => {
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

test('names may be spelled in any way, and twice', async (t) => {
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

test('many names do not become many connections, nor many requests for nonces', async (t) => {
  const { run, authority } = await attempt(t);
  await run({ names: Array.from({ length: 60 }, (_, index) => `a${index}.test`) });
  assert.ok(authority.mostConnections <= 8, String(authority.mostConnections));
  assert.ok(authority.seen.filter(({ method }) => method === 'HEAD').length <= 8);
});

test('each certificate has a new key', async (t) => {
  const { run } = await attempt(t);
  const [one, two] = [await run(), await run()];
  assert.notEqual(one.keyPem.reveal(), two.keyPem.reveal());
});

test('processing is looked at again and again; Retry-After says when, up to half a minute', async (t) => {
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

test('statuses that are not known are waited out', async (t) => {
  const { run } = await attempt(t, ({ path, count }, honest) => {
    if (path === '/make/0') return changed(honest, { status: 'meditating', certificate: undefined });
    if (path.startsWith('/wish') && count === 1) return changed(honest, { status: 'awaking', certificate: undefined });
    if (path === '/prove/0' && count === 2) return changed(honest, { status: 'processing' });
    return honest;
  });
  await run();
});

test('an authority that later on says of an order only what has changed is understood', async (t) => {
  const { run } = await attempt(t, ({ path }, honest) => {
    if (path !== '/make/0' && path !== '/wish/0') return honest;
    const left = { identifiers: undefined, authorizations: undefined, finalize: undefined };
    return changed(honest, path === '/make/0' ? { ...left, status: 'processing', certificate: undefined } : left);
  });
  await run();
});

test('orderNotReady is waited out, and the request sent again', async (t) => {
  const { run, authority } = await attempt(t, ({ path, count }, honest) => {
    if (path === '/make/0' && count === 1) return problem(403, 'orderNotReady');
    if (path === '/wish/0' && count === 1) return changed(honest, { status: 'pending', certificate: undefined });
    if (path === '/wish/0' && count === 2) return changed(honest, { status: 'ready', certificate: undefined });
    return honest;
  });
  await run();
  assert.equal(authority.acts().filter((path) => path === '/make/0').length, 2);
});

test('a request whose answer was lost is not taken for failed', async (t) => {
  const { run } = await attempt(t, ({ path, count }, honest, response) => {
    if (path !== '/make/0') return honest;
    if (count > 1) return problem(403, 'orderNotReady'); // the certificate is made already
    response.destroy();
    return undefined;
  });
  await run();
});

test('replaces is sent to an authority with renewal information only; alreadyReplaced is ordered again without', async (t) => {
  const replaces = 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE';
  const sent = ({ seen }: LyingAuthority): unknown[] =>
    seen.filter(({ path }) => path === '/want/').map(({ payload }) => (payload as { replaces?: string }).replaces);

  const honest = await attempt(t);
  assert.equal((await honest.run({ replaces })).replaces, true);
  assert.deepEqual(sent(honest.authority), [replaces]);

  const replaced = await attempt(t, ({ path, count }, reply) => {
    return path === '/want/' && count === 1 ? problem(409, 'alreadyReplaced') : reply;
  });
  assert.equal((await replaced.run({ replaces })).replaces, false);
  assert.deepEqual(sent(replaced.authority), [replaces, undefined]);

  const without = await attempt(t, ({ path }, reply) => {
    return path.startsWith('/where') ? changed(reply, { renewalInfo: undefined }) : reply;
  });
  assert.equal((await without.run({ replaces })).replaces, false);
  assert.deepEqual(sent(without.authority), [undefined]);
});

/** Status, problem type, and the code with which the order fails; undefined: it is placed again without `replaces`. */
const refusals: readonly (readonly [number, string, string | undefined])[] = [
  [400, 'malformed', undefined],
  [403, 'unauthorized', undefined],
  [404, 'about:blank', undefined],
  [409, 'alreadyReplaced', undefined],
  [409, 'conflict', undefined],
  [418, 'tooManyTeapots', undefined],
  [500, 'serverInternal', undefined], // Pebble: "could not find an order for the given certificate"
  [501, 'about:blank', undefined],
  [502, 'about:blank', undefined],
  [503, 'serverInternal', 'acme.server-busy'],
  [429, 'rateLimited', 'acme.rate-limited'],
  [429, 'about:blank', 'acme.rate-limited'],
  [403, 'userActionRequired', 'acme.terms-required'],
  [401, 'externalAccountRequired', 'acme.binding-required'],
  [400, 'accountDoesNotExist', 'acme.account-missing'],
  [400, 'rejectedIdentifier', 'acme.name-refused'],
  [400, 'invalidProfile', 'acme.profile-refused'],
  [403, 'caa', 'acme.caa'],
];

test('an order refused with replaces is placed again without it, unless the refusal is plainly about something else', async (t) => {
  const replaces = 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE';
  for (const [status, type, code] of refusals) {
    const { run, authority } = await attempt(t, ({ path, payload }, honest) => {
      const isRefused = path === '/want/' && (payload as { replaces?: string }).replaces !== undefined;
      return isRefused ? problem(status, type) : honest;
    });
    if (code === undefined) assert.equal((await run({ replaces })).replaces, false, `${status} ${type}`);
    else await assert.rejects(run({ replaces }), withCode(code));
    const orders = authority.seen.filter(({ path }) => path === '/want/');
    const without = orders.filter(({ payload }) => !Object.hasOwn(payload as object, 'replaces'));
    assert.equal(without.length, code === undefined ? 1 : 0, `${status} ${type}`);
  }
});

test('an order that is invalid from the start is placed again without replaces', async (t) => {
  const error = { type: 'urn:ietf:params:acme:error:serverInternal', detail: 'no such certificate' };
  const { run } = await attempt(t, ({ path, payload }, honest) => {
    const isRefused = path === '/want/' && (payload as { replaces?: string }).replaces !== undefined;
    return isRefused ? changed(honest, { status: 'invalid', error }) : honest;
  });
  assert.equal((await run({ replaces: 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE' })).replaces, false);
});

test('an order refused with and without replaces fails with the second refusal', async (t) => {
  const { run, authority } = await attempt(t, ({ path, payload }, honest) => {
    if (path !== '/want/') return honest;
    const { replaces } = payload as { replaces?: string };
    return problem(500, 'serverInternal', { detail: replaces === undefined ? 'on fire' : 'no such certificate' });
  });
  await assert.rejects(
    run({ replaces: 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE' }),
    withCode('acme.server-failed', (error) => assert.match(error.message, /on fire/)),
  );
  assert.equal(authority.acts().filter((path) => path === '/want/').length, 8, 'four attempts each');
});

test('a profile is asked for where the authority advertises it, and nowhere else', async (t) => {
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

test('a refused order names each name and its reason', async (t) => {
  const { run } = await attempt(t, ({ path }, honest) => {
    if (path !== '/want/') return honest;
    const about = (value: string, detail: string): object => ({
      type: 'urn:ietf:params:acme:error:rejectedIdentifier',
      detail,
      identifier: { type: 'dns', value },
    });
    const subproblems = [about('a.test', 'too short'), about('b.test', 'too\u0007 loud')];
    return problem(400, 'rejectedIdentifier', { detail: 'no', subproblems });
  });
  await assert.rejects(
    run({ names: ['a.test', 'b.test', 'c.test'] }),
    withCode('acme.name-refused', (error) => {
      assert.match(error.message, /for a\.test, b\.test: no; a\.test: too short; b\.test: too loud$/);
      assert.equal(error.problem!.subproblems.length, 2);
    }),
  );
});

test('failed validations are told name by name, and what is left open is given back', async (t) => {
  const invalid = (honest: Reply, type: string, detail: string): Reply => {
    const failure = { type: `urn:ietf:params:acme:error:${type}`, detail };
    const broken = withChallenges(honest, (own) => [{ ...own, status: 'invalid', error: failure }]);
    return changed(broken, { status: 'invalid' });
  };
  const details: Record<string, [string, string]> = {
    '/prove/0': ['connection', 'no route to a'],
    '/prove/1': ['dns', 'no such name'],
  };
  const { run, authority, solver } = await attempt(t, ({ path, payload, count }, honest) => {
    const detail = details[path];
    return detail && payload === '' && count > 1 ? invalid(honest, ...detail) : honest;
  });
  await assert.rejects(
    run({ names: ['a.test', '*.b.test', 'c.test'] }),
    withCode('acme.validation-failed', (error) => {
      assert.match(error.message, /a\.test: no route to a/);
      assert.match(error.message, /\*\.b\.test: no such name/);
      assert.deepEqual(
        error.failures.map(({ name, challengeType, problem }) => `${name} ${challengeType} ${problem.type}`).toSorted(),
        ['*.b.test http-01 dns', 'a.test http-01 connection'],
      );
    }),
  );
  assert.equal(solver.told.length, 2);
  assert.ok(!authority.acts().some((path) => path.startsWith('/make')));
});

test('one cause that all failed names share is told as such', async (t) => {
  const codes = {
    connection: 'acme.validation-connection',
    tls: 'acme.validation-connection',
    dns: 'acme.validation-dns',
    unauthorized: 'acme.validation-answer',
    incorrectResponse: 'acme.validation-answer',
    caa: 'acme.caa',
    rateLimited: 'acme.rate-limited',
    serverInternal: 'acme.validation-failed',
  } as const;
  for (const [type, code] of Object.entries(codes)) {
    const { run } = await attempt(t, ({ path, count }, honest) => {
      if (!path.startsWith('/prove') || count === 1) return honest;
      const error = { type: `urn:ietf:params:acme:error:${type}`, detail: 'alas' };
      const failed = withChallenges(honest, (own) => [{ ...own, status: 'invalid', error }]);
      return changed(failed, { status: type === 'dns' ? 'pending' : 'invalid' }); // some are slow to say it of both
    });
    await assert.rejects(
      run(),
      withCode(code, (error) => assert.equal(error.failures[0]!.problem.type, type)),
    );
  }
});

test('pending authorizations of a failed order are deactivated, valid and failed ones left alone', async (t) => {
  const { run, authority } = await attempt(t, ({ path, count }, honest) => {
    if (path === '/prove/0') return changed(honest, { status: 'valid' });
    if (path === '/prove/1' && count > 1) return changed(honest, { status: 'invalid' });
    if (path === '/try/2') return problem(400, 'malformed');
    return path === '/prove/2' ? changed(honest, { status: 'pending' }) : honest;
  });
  await assert.rejects(run({ names: ['a.test', 'b.test', 'c.test'] }), withCode('acme.refused'));
  const last = authority.seen.filter(({ payload }) => (payload as { status?: string })?.status === 'deactivated');
  assert.deepEqual(
    last.map(({ path }) => path),
    ['/prove/2'],
  );
});

test('a challenge that another order has under way is waited for', async (t) => {
  const { run } = await attempt(t, ({ path, count }, honest) => {
    if (path === '/try/0') return problem(400, 'malformed', { detail: 'already being validated' });
    if (path !== '/prove/0' || count > 3) return honest;
    return withChallenges(changed(honest, { status: 'pending' }), (own) => [
      { ...own, status: count === 1 ? 'pending' : 'processing' },
    ]);
  });
  await run();
});

test('an answer is looked at from here before validation is asked for', async (t) => {
  const { run, authority } = await attempt(t);
  const told: string[] = [];
  const solver: ChallengeSolver = {
    type: 'http-01',
    prepare: async () => void told.push('prepare'),
    check: async () => {
      told.push('check');
      throw new Error('somebody else answers');
    },
    clean: async () => void told.push('clean'),
  };
  await assert.rejects(run({ solvers: [solver] }), /somebody else answers/);
  assert.deepEqual(told, ['prepare', 'check', 'clean']);
  assert.ok(!authority.acts().some((path) => path.startsWith('/try')));
});

test('what a solver published in part is taken away; that it cannot be is no reason to fail', async (t) => {
  const { run } = await attempt(t);
  let cleaned = 0;
  const clean = (): Promise<void> => {
    cleaned += 1;
    return Promise.reject(new Error('the disk is full'));
  };
  const half: ChallengeSolver = { type: 'http-01', prepare: () => Promise.reject(new Error('halfway')), clean };
  await assert.rejects(run({ solvers: [half] }), /halfway/);
  assert.equal(cleaned, 1);
  await run({ solvers: [{ type: 'http-01', prepare: () => Promise.resolve(), clean }] });
  assert.equal(cleaned, 2);
});

test('paused names are recognised, with the page where that is undone', async (t) => {
  const page = 'https://portal.example.org/sfe/v1/unpause?jwt=abc.def-g';
  const { run } = await attempt(t, ({ path }, honest) => {
    if (path !== '/want/') return honest;
    const detail = `Your account is temporarily prevented from requesting certificates for a.test and possibly others. Please visit: ${page}`;
    return problem(429, 'rateLimited', { detail });
  });
  await assert.rejects(
    run(),
    withCode('acme.paused', (error) => {
      assert.ok(error.report('en').hint.includes(page));
      assert.ok(error.report('zh').hint.includes(page));
    }),
  );
});

test('an order that the authority gives up is told with its problem', async (t) => {
  const end = (type: string): Lie => {
    return ({ path }, honest) => {
      if (path !== '/make/0') return honest;
      const error = { type: `urn:ietf:params:acme:error:${type}`, detail: 'the machine is on fire' };
      return changed(honest, { status: 'invalid', certificate: undefined, error });
    };
  };
  for (const [type, code] of [
    ['serverInternal', 'acme.order-failed'],
    ['caa', 'acme.caa'],
    ['badCSR', 'acme.key-refused'],
  ] as const) {
    const { run } = await attempt(t, end(type));
    await assert.rejects(
      run(),
      withCode(code, (error) => assert.match(error.message, /on fire/)),
    );
  }
});

test('no error holds a key or a signature', async (t) => {
  const { run, authority } = await attempt(t, ({ path }, honest) =>
    path === '/want/' ? problem(400, 'malformed') : honest,
  );
  const error = await run().then(
    () => assert.fail(),
    (reason: unknown) => reason,
  );
  const { jwk } = authority.seen.find(({ path }) => path === '/join/')!.header;
  const text = `${JSON.stringify(error)} ${(error as Error).stack} ${String(error)}`;
  assert.ok(!text.includes((jwk as { x: string }).x));
  assert.ok(!/PRIVATE KEY|signature|protected/.test(text));
});
