/** `everyhop trust explain`: which programs accept a chain. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { startPrivateHop } from '../support/trust-matrix.ts';
import { runEveryhop } from '../support/up.ts';

test('shows the chain and the roots that accept it', { timeout: 60_000 }, async (t) => {
  const hop = await startPrivateHop(t);
  const explain = (state: string) => runEveryhop(['trust', 'explain', hop.url, '--state', state, '--json'], hop.folder);
  const known = await explain(hop.state);
  assert.equal(known.code, 0);
  const { chain, sets } = JSON.parse(known.stdout) as {
    chain: { subject: string }[];
    sets: { id: string; verified: boolean; problem?: string; anchor?: { subject: string } }[];
  };
  assert.equal(chain.length, 2, 'leaf and intermediate, as sent');
  assert.deepEqual(
    sets.map(({ id, verified, problem }) => [id, verified, problem]),
    [
      ['system', false, 'unknown-authority'],
      ['mozilla', false, 'unknown-authority'],
      ['bundle', true, undefined],
    ],
  );
  assert.match(sets[2]!.anchor!.subject, /Everyhop/);
  const unknown = await explain(path.join(hop.folder, 'other'));
  assert.equal(unknown.code, 1);
});
