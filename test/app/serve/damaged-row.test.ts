import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openState } from '../../../src/store/state.ts';
import { mends } from '../../support/outside.ts';
import { assertServed, good, prepare } from './machine.ts';

test('a stored certificate that the disk has damaged is replaced, and the others are served', async (t) => {
  mends(t, 'further/damaged-row-takes-all-down');
  const machine = await prepare(t);
  await machine.configure('', good, '  - { host: bad.test, upstream: 1 }\n');
  await (await machine.start()).stop(0);
  const damages = [
    'chain_pem = substr(chain_pem, 1, 300)',
    "chain_pem = replace(chain_pem, 'A', 'B')",
    "private_key = x'00'",
    // As an earlier version has written it.
    'chain_pem = substr(chain_pem, 1, 300), digest = NULL',
  ];
  for (const damage of damages) {
    const state = await openState(machine.stateFolder);
    await state.database.query(`UPDATE generations SET ${damage} WHERE names = 'bad.test'`);
    await state.close();
    machine.events.length = 0;
    const service = await machine.start();
    for (const host of ['good.test', 'bad.test']) await assertServed(machine, host);
    const told = machine.events.flatMap((event) => (event.type === 'certificate.failed' ? [event.error.code] : []));
    assert.deepEqual(told, ['certificates.damaged'], damage);
    await service.stop(0);
  }
});
