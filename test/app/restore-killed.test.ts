import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { createBackup } from '../../src/app/backup.ts';
import { openState } from '../../src/store/state.ts';
import { cleanEnvironment } from '../support/up.ts';
import { backupWorld, treeOf } from './backup-world.ts';

const writes = path.resolve(import.meta.dirname, '../support/faults-writes.ts');
const child = path.join(import.meta.dirname, 'restore-child.ts');

test('a restore that is killed before any write leaves the former state or the restored one', async (t) => {
  const { above, state, lock, key } = await backupWorld(t);
  const file = path.join(above, 'everyhop.age');
  await createBackup({ folder: state, target: file, lock, version: '0.1.0' });
  // The former state differs in a row and in a file.
  const changed = await openState(state);
  await changed.database.query(`INSERT INTO settings (name, value) VALUES ('generation', 'former')`);
  await changed.close();
  await rm(path.join(state, 'nginx'), { recursive: true });

  const look = async (folder: string): Promise<string> => {
    const open = await openState(folder);
    const rows = await open.database.query(`SELECT value FROM settings WHERE name = 'generation'`);
    await open.close();
    const tree = await treeOf(folder);
    const [hasRow, hasFile] = [rows.length === 1, tree.has('nginx/kept/1/record.json')];
    assert.ok(tree.has('root.pem') && tree.has('live/models.internal'));
    assert.ok(hasRow !== hasFile, 'a mixture');
    return hasRow ? 'former' : 'restored';
  };
  /** @returns the state after a kill before the given write; undefined if the restore finished first. */
  const kill = async (at: number): Promise<string | undefined> => {
    const folder = path.join(above, `run-${at}`);
    await cp(state, folder, { recursive: true, verbatimSymlinks: true });
    const env = { ...cleanEnvironment(above), KILL_AT_WRITE: String(at), NODE_COMPILE_CACHE: above };
    const args = ['--import', writes, child, folder, file, key.identities[0]!];
    const killed = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const [errors] = await Promise.all([text(killed.stderr), once(killed, 'close')]);
    const isFinished = killed.signalCode !== 'SIGKILL';
    if (isFinished) assert.equal(killed.exitCode, 0, errors);
    const outcome = await look(folder);
    if (outcome === 'restored')
      assert.ok(
        (await readdir(folder)).some((name) => name.startsWith('replaced-')),
        errors,
      );
    await rm(folder, { recursive: true });
    return isFinished ? undefined : outcome;
  };
  // Most writes only unpack: a few of them are enough. Every one of the replacement counts.
  const stride = 9;
  let first = 1;
  while ((await kill(first)) === 'former') first += stride;
  const outcomes: (string | undefined)[] = [];
  for (let at = first - stride; outcomes.length === 0 || outcomes.at(-1) !== undefined; at += 1)
    outcomes.push(await kill(at));
  outcomes.pop();
  t.diagnostic(`${first - stride + outcomes.length} writes: ${outcomes.join(' ')}`);
  // Once the replacement has begun, it is never undone.
  assert.ok(!outcomes.slice(outcomes.indexOf('restored')).includes('former'));
  assert.deepEqual(new Set(outcomes), new Set(['former', 'restored']));
  assert.ok(outcomes.filter((one) => one === 'restored').length > 8);
});
