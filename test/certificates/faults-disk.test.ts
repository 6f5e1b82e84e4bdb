/** A disk that is full or not writable, at each write of an issuance and of a renewal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { EveryhopError } from '../../src/base/errors.ts';
import { type Beginning, openHouse } from '../support/faults-house.ts';
import { readSnapshot, obtainAndPublish, type Place } from '../support/faults-world.ts';
import { arm, disarm, type Errno, type WriteFault } from '../support/faults-writes.ts';

const codes: Record<Errno, string> = { ENOSPC: 'file.no-space', EACCES: 'file.denied' };

interface Outcome {
  /** The error that ended the run, if any. */
  error: unknown;
  /** Code of the error shown to the user. */
  code: string | undefined;
  writes: string[];
}

async function runWith(place: Place, fault: WriteFault): Promise<Outcome> {
  arm(fault);
  try {
    const { failure } = await obtainAndPublish(place);
    return { error: undefined, code: failure?.code, writes: disarm() };
  } catch (error) {
    return { error, code: error instanceof EveryhopError ? error.code : 'not an EveryhopError', writes: disarm() };
  }
}

for (const kind of ['ENOSPC', 'EACCES'] as const) {
  for (const lasting of [false, true]) {
    for (const beginning of ['nothing', 'a due certificate'] as Beginning[]) {
      const name = `${kind} ${lasting ? 'from' : 'at'} each write on, with ${beginning} before`;
      test(
        `${name}: reports a clear error, loses nothing, and succeeds on the next run`,
        { timeout: 120_000 },
        async (t) => {
          const house = await openHouse(t);
          for (let at = 1; ; at += 1) {
            const place = await house.place(beginning);
            const before = await readSnapshot(place.stateFolder);
            const [orders, accounts] = [house.orders(), house.accounts.keys.length];
            const { error, code, writes } = await runWith(place, { at, kind, lasting });
            const where = `${writes[at - 1]}: ${inspect(error)}`;
            if (code !== undefined) assert.equal(code, codes[kind], where);

            const after = await readSnapshot(place.stateFolder);
            assert.deepEqual(after.serials.slice(0, before.serials.length), before.serials, where);
            if (before.served !== undefined) assert.ok(after.served !== undefined && after.live !== undefined, where);
            if (after.live !== undefined) assert.ok(after.serials.includes(after.live), where);

            const { serial } = await obtainAndPublish(place);
            const recovered = await readSnapshot(place.stateFolder);
            assert.deepEqual([recovered.served, recovered.live], [serial, serial], where);
            assert.equal(recovered.serials.length, before.serials.length + 1, where);
            assert.ok(house.orders() - orders <= 2, where);
            assert.equal(house.accounts.keys.length - accounts, beginning === 'nothing' ? 1 : 0, where);
            if (writes.length < at) {
              assert.ok(at > 50, `only ${at - 1} writes observed`);
              return;
            }
          }
        },
      );
    }
  }
}
