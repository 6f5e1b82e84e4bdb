/** Kills the program before each of its writes in turn, and in the middle of each file. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { suite, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { type Beginning, openHouse } from '../support/faults-house.ts';
import { readSnapshot, obtainAndPublish, type Place } from '../support/faults-world.ts';
import { cleanEnvironment, temporaryFolder } from '../support/up.ts';

const support = path.resolve(import.meta.dirname, '../support');
const arguments_ = ['--import', path.join(support, 'faults-writes.ts'), path.join(support, 'faults-child.ts')];

/** @returns undefined if it finished, otherwise the write before which it died. */
async function runAndKill(place: Place, at: number, cache: string): Promise<string | undefined> {
  const env = { ...cleanEnvironment(place.webroot), KILL_AT_WRITE: String(at), NODE_COMPILE_CACHE: cache };
  const child = spawn(process.execPath, [...arguments_, JSON.stringify(place)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.signalCode === 'SIGKILL') return errors.trim();
  assert.equal(child.exitCode, 0, errors);
  assert.match(said, /^[0-9a-f]+$/);
  return undefined;
}

suite('killed at every write', { concurrency: true }, () => {
  for (const [what, beginning, writes] of [
    ['the first certificate', 'nothing', 60],
    ['a renewal', 'a due certificate', 50],
  ] as [string, Beginning, number][]) {
    test(`${what}: nothing is lost or half-written, and the next run succeeds`, { timeout: 300_000 }, async (t) => {
      const house = await openHouse(t);
      const cache = await temporaryFolder(t, 'compiled');
      // A killed process leaves no compile cache for the next one.
      assert.equal(await runAndKill(await house.place(beginning), Infinity, cache), undefined);
      for (let at = 1; ; at += 1) {
        const place = await house.place(beginning);
        const before = await readSnapshot(place.stateFolder);
        const [orders, accounts] = [house.orders(), house.accounts.keys.length];
        const killed = (await runAndKill(place, at, cache)) ?? 'not killed';

        const after = await readSnapshot(place.stateFolder);
        assert.deepEqual(after.serials.slice(0, before.serials.length), before.serials, killed);
        if (before.served !== undefined) assert.ok(after.served !== undefined && after.live !== undefined, killed);
        if (after.live !== undefined) assert.ok(after.serials.includes(after.live), killed);
        const ordersUntilThen = house.orders() - orders;

        const { serial } = await obtainAndPublish(place);
        const recovered = await readSnapshot(place.stateFolder);
        assert.deepEqual([recovered.served, recovered.live], [serial, serial], killed);
        assert.equal(recovered.serials.length, before.serials.length + 1, killed);
        const isStored = after.serials.length > before.serials.length;
        assert.equal(house.orders() - orders, ordersUntilThen + (isStored ? 0 : 1), killed);
        assert.ok(ordersUntilThen <= 1, killed);

        assert.equal(house.accounts.keys.length - accounts, beginning === 'nothing' ? 1 : 0, killed);
        if (after.accounts.length > 0) {
          assert.deepEqual(
            recovered.accounts.map((one) => one.thumbprint),
            after.accounts.map((one) => one.thumbprint),
          );
        }
        if (killed === 'not killed') {
          assert.ok(at > writes, `only ${at - 1} writes observed`);
          assert.deepEqual([after.served, after.live], [serial, serial]);
          return;
        }
      }
    });
  }
});
