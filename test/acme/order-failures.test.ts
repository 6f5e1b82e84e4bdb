import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChallengeSolver } from '../../src/acme/challenge.ts';
import { mends } from '../support/outside.ts';
import { attempt, withChallenges } from './attempt.ts';
import { changed, type Lie, problem, type Reply } from './lying-authority.ts';
import { RecordingSolver, withCode } from './support.ts';

test('reports the reason of each name in a refused order', async (t) => {
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

test('reports failed validations by name, and deactivates open authorizations', async (t) => {
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
  assert.equal(solver.calls.length, 2);
  assert.ok(!authority.acts().some((path) => path.startsWith('/make')));
});

test('proves no name that was not ordered, and none twice', async (t) => {
  const measured = mends(t, 'security/S03-lying-authority-other-name');
  let lies = 0;
  for (const type of ['http-01', 'dns-01', 'tls-alpn-01']) {
    for (const value of ['metadata.internal', 'a.test']) {
      const { run, authority, solver } = await attempt(t, ({ path }, honest) => {
        if (path !== '/prove/1') return honest;
        const foreign = withChallenges(honest, (own) => [{ ...own, type }]);
        return changed(foreign, { identifier: { type: 'dns', value } });
      });
      await assert.rejects(
        run({
          names: ['a.test', 'b.test'],
          solvers: [Object.assign(new RecordingSolver(type), { calls: solver.calls })],
        }),
        withCode('acme.answer-malformed', (error) => assert.match(error.message, /identifier/)),
      );
      assert.deepEqual(solver.calls, []);
      assert.ok(!authority.acts().some((path) => path.startsWith('/make')));
      lies += 1;
    }
  }
  measured['lies'] = lies;
});

test('reports a cause shared by all failed names as one', async (t) => {
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
      return changed(failed, { status: type === 'dns' ? 'pending' : 'invalid' }); // some authorities update one status late
    });
    await assert.rejects(
      run(),
      withCode(code, (error) => assert.equal(error.failures[0]!.problem.type, type)),
    );
  }
});

test('deactivates only the pending authorizations of a failed order', async (t) => {
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

test('removes a solver’s partial answers, and ignores a failed cleanup', async (t) => {
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

test('recognises paused names and the page to unpause them', async (t) => {
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

test('reports an order that the authority gave up, with its problem', async (t) => {
  const end = (type: string): Lie => {
    return ({ path }, honest) => {
      if (path !== '/make/0') return honest;
      const error = { type: `urn:ietf:params:acme:error:${type}`, detail: 'the server is on fire' };
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

test('errors contain no key and no signature', async (t) => {
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
