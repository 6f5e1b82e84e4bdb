/** The limits of a worker that runs foreign code. */
import assert from 'node:assert/strict';
import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { startService } from '../app/serve/start.ts';
import { takenOver } from '../outside/security.ts';
import { mends } from '../support/outside.ts';
import { until } from '../support/until.ts';
import { temporaryFolder } from '../support/up.ts';

const skip = (process.platform !== 'linux' || process.getuid?.() !== 0) && 'needs root on Linux, to give it up';

/** What must come of each attempt; `done` where the system cannot prevent it. */
const expected: Record<string, string> = {
  listState: 'EACCES',
  readStore: 'EACCES',
  readStoreInPool: 'EACCES',
  readKey: 'EACCES',
  readBackup: 'EACCES',
  readRoot: 'done',
  writeState: 'EACCES',
  controlSocket: 'EACCES',
  writeCode: 'EACCES',
  writeWorkingFolder: 'EACCES',
  readShadow: 'EACCES',
  parentEnvironment: 'EACCES',
  parentMemory: 'EACCES',
  parentFiles: 'EACCES',
  parentTrace: 'EPERM',
  parentSignal: 'EPERM',
  otherMemory: 'EACCES',
  otherTrace: 'EPERM',
  otherSignal: 'done',
  becomeRoot: 'EPERM',
  setUserIdProgram: 'no root',
  startProgram: 'done',
};

test(
  'an intruder in a worker reads no secret, and the control process does nothing for it',
  { skip, timeout: 60_000 },
  async (t) => {
    const measured = mends(t, takenOver);
    const folder = await temporaryFolder(t, 'intruder');
    await chmod(folder, 0o755);
    const [state, outcomes] = [path.join(folder, 'state'), path.join(folder, 'outcomes')];
    await mkdir(outcomes);
    await chmod(outcomes, 0o777);
    const setUserId = path.join(folder, 'id');
    await copyFile('/usr/bin/id', setUserId);
    await chmod(setUserId, 0o4755);

    const setupPrimary = cluster.setupPrimary.bind(cluster);
    t.after(() => void (cluster.setupPrimary = setupPrimary));
    const exec = path.join(import.meta.dirname, 'intruder.ts');
    cluster.setupPrimary = (settings) =>
      setupPrimary({ ...settings, ...(settings?.exec && { exec, args: [state, outcomes, setUserId] }) });
    const { service, httpsPort, events } = await startService(t, state, ['chat.localhost'], { workers: 2 });
    const workers = (): NonNullable<typeof cluster.workers>[string][] =>
      Object.values(cluster.workers!).filter((worker) => worker!.isConnected());
    const outcomeOf = (name: string): Promise<string> => readFile(path.join(outcomes, name), 'utf8');

    const [first, second] = workers();
    first!.send({ type: 'try', otherWorker: second!.process.pid });
    await until(t, async () => (await outcomeOf('tried').catch(() => '')) !== '');
    const tried = JSON.parse(await outcomeOf('tried')) as Record<string, string>;
    assert.deepEqual(tried, expected);
    Object.assign(measured, tried);

    for (const attempt of ['askPort', 'askSocketFile', 'askDescriptor', 'sendNonsense', 'sendSocket']) {
      await until(t, async () => (await service.status()).workers.length === 2);
      const [worker] = workers();
      const { pid } = worker!.process;
      worker!.send({ type: 'intrude', attempt });
      const isLost = (): boolean => events.some((event) => event.type === 'worker.lost' && event.pid === pid);
      await until(t, async () => isLost() || existsSync(path.join(outcomes, attempt)));
      measured[attempt] = isLost() ? 'ended' : await outcomeOf(attempt);
      assert.equal(measured[attempt], 'ended', attempt);
    }
    await assert.rejects(stat(path.join(state, 'intruder.sock')));
    await until(t, async () => (await service.status()).workers.length === 2);
    assert.ok(httpsPort > 0);
  },
);
