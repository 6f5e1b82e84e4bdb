import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { namedFiles } from '../../../src/app/serve/named-files.ts';
import { Upkeep } from '../../../src/app/serve/upkeep.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { type Event, EventBus } from '../../../src/base/events.ts';
import { baseError } from '../../../src/base/messages.ts';
import type { Configuration } from '../../../src/config/configuration.ts';
import { FakeClock } from '../../support/clock.ts';
import { atEnd, temporaryFolder } from '../../support/up.ts';

function listened(): { bus: EventBus; events: Event[] } {
  const bus = new EventBus();
  const events: Event[] = [];
  bus.onAny((event) => events.push(event));
  return { bus, events };
}

test('repeats work at its interval until stopped, also after a failure', async () => {
  const clock = new FakeClock();
  const { bus, events } = listened();
  const upkeep = new Upkeep(clock, bus);
  let runs = 0;
  upkeep.every(1000, () => {
    runs += 1;
    return runs === 2 ? Promise.reject(baseError('file.missing', { file: 'a.pem' })) : Promise.resolve();
  });
  clock.advance(999);
  assert.equal(runs, 0);
  clock.advance(3001);
  assert.equal(runs, 4);
  await new Promise(setImmediate);
  assert.deepEqual(events, [{ type: 'upkeep.failed', error: { code: 'file.missing', params: { file: 'a.pem' } } }]);
  upkeep.stop();
  clock.advance(10_000);
  assert.equal(runs, 4);
});

test('turns a defect in the background into an event', async () => {
  const { bus, events } = listened();
  await new Upkeep(new FakeClock(), bus).attempt(() => Promise.reject(new TypeError('no such thing')));
  const [event] = events;
  assert.ok(event?.type === 'upkeep.failed');
  assert.equal(event.error.code, 'internal.defect');
});

test('notices a change to the configuration file, or to a file that it names', async (t) => {
  const folder = await temporaryFolder(t, 'upkeep');
  const [file, chainFile] = [path.join(folder, 'everyhop.yaml'), path.join(folder, 'chain.pem')];
  for (const each of [file, chainFile]) await writeFile(each, 'first');
  const site = { certificateFiles: { chainFile, keyFile: chainFile }, routes: [] };
  const configuration = { file, sites: [site], authorities: {} } as unknown as Configuration;
  assert.deepEqual(namedFiles(configuration), [chainFile]);
  const upkeep = new Upkeep(systemClock, new EventBus());
  atEnd(t, () => upkeep.stop());
  for (const changed of [file, chainFile]) {
    await new Promise<void>((resolve, reject) => {
      upkeep.watch({ ...configuration, authorities: { [changed]: {} } } as unknown as Configuration, resolve);
      // Editors and certbot replace files this way.
      writeFile(`${changed}.new`, changed)
        .then(() => rename(`${changed}.new`, changed))
        .catch(reject);
    });
    upkeep.stop();
    upkeep.watch({ file: undefined, sites: [], authorities: {} } as unknown as Configuration, () => {});
  }
});
