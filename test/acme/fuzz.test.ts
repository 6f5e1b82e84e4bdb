import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import * as fc from '../support/fast-check.ts';
import { obtain } from '../../src/acme/obtain.ts';
import { EveryhopError } from '../../src/base/errors.ts';
import { type Lie, type Reply, startLyingAuthority } from './lying-authority.ts';
import { accountAt, clientOf, HastyClock, RecordingSolver } from './support.ts';

/** Replaces the value at one place of a JSON object. */
function mutate(reply: Reply, place: number, value: unknown): Reply {
  if (!reply.body.startsWith('{')) return { ...reply, body: String(value) };
  const object = JSON.parse(reply.body) as Record<string, unknown>;
  const holders: [Record<string, unknown>, string][] = [];
  const gather = (holder: Record<string, unknown>): void => {
    for (const [key, inner] of Object.entries(holder)) {
      holders.push([holder, key]);
      if (typeof inner === 'object' && inner !== null) gather(inner as Record<string, unknown>);
    }
  };
  gather(object);
  const [holder, key] = holders[place % holders.length] ?? [object, 'status'];
  holder[key] = value;
  return { ...reply, body: JSON.stringify(object) };
}

const headers = fc.constantFrom(
  {},
  { location: 'nowhere at all' },
  { location: 'http://[' },
  { 'retry-after': '-1' },
  { 'retry-after': 'Thu, 99 Foo 2026' },
  { 'replay-nonce': 'bad nonce!' },
  { link: '<<>>;rel="alternate"' },
);

const values = fc.oneof(
  fc.anything({ maxDepth: 2 }).filter((value) => JSON.stringify(value) !== undefined),
  fc.constantFrom('pending', 'valid', 'invalid', 'https://127.0.0.1:1/', 'http://a.test/', '../..', null, [], {}),
);

test('any answer leads to a verified certificate or an EveryhopError, and to no leftovers', async (t) => {
  let lie: Lie = (_, honest) => honest;
  const authority = await startLyingAuthority(t, (seen, honest, response) => lie(seen, honest, response));
  const account = await accountAt(clientOf(t, authority));
  let refusals = 0;
  const attempt = async (at: number, place: number, value: unknown, more: object, status: number): Promise<void> => {
    let requests = 0;
    lie = (_, honest) => {
      requests += 1;
      if (requests !== at) return honest;
      const lying = mutate(honest, place, value);
      return { status: status === 0 ? lying.status : status, headers: { ...lying.headers, ...more }, body: lying.body };
    };
    const solver = new RecordingSolver();
    const client = clientOf(t, authority, { clock: new HastyClock() });
    const request = { account, names: ['a.test', 'b.test'], solvers: [solver], signal: AbortSignal.timeout(5_000) };
    try {
      const { chainPem, notAfterMs } = await obtain(client, request);
      assert.ok(chainPem.startsWith('-----BEGIN CERTIFICATE') && notAfterMs > Date.now());
    } catch (error) {
      refusals += 1;
      // The signal ends an order whose status never changes.
      const isOurs = error instanceof EveryhopError || (error as Error).name === 'TimeoutError';
      assert.ok(isOurs, inspect(error));
    } finally {
      await client.close();
    }
    assert.equal(solver.calls.length % 2, 0, 'one clean for each prepare');
  };
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 14 }),
      fc.nat(30),
      values,
      headers,
      fc.constantFrom(0, 0, 0, 200, 204, 400, 404, 500),
      attempt,
    ),
    { numRuns: 150 },
  );
  assert.ok(refusals > 20, String(refusals));
});
