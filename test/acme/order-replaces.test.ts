import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attempt } from './attempt.ts';
import { changed, type LyingAuthority, problem } from './lying-authority.ts';
import { withCode } from './support.ts';

test('sends replaces only to an authority with renewal information, and omits it after alreadyReplaced', async (t) => {
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

test('places a refused order again without replaces, unless the refusal is clearly about something else', async (t) => {
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

test('places an order again without replaces if it starts out invalid', async (t) => {
  const error = { type: 'urn:ietf:params:acme:error:serverInternal', detail: 'no such certificate' };
  const { run } = await attempt(t, ({ path, payload }, honest) => {
    const isRefused = path === '/want/' && (payload as { replaces?: string }).replaces !== undefined;
    return isRefused ? changed(honest, { status: 'invalid', error }) : honest;
  });
  assert.equal((await run({ replaces: 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE' })).replaces, false);
});

test('fails with the second refusal if the order is refused without replaces too', async (t) => {
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
