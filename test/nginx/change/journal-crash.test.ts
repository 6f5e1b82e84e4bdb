/** A change of nginx's files, killed before each write and in the middle of each file. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { suite, test, type TestContext } from 'node:test';
import { execute } from '../../../src/base/process.ts';
import { nginxProgram } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { cleanEnvironment, temporaryFolder } from '../../support/up.ts';
import { change, makeWorld, recover, reversed, treeOf, type World } from './journal-world.ts';

const writes = path.resolve(import.meta.dirname, '../../support/faults-writes.ts');
const child = path.join(import.meta.dirname, 'journal-child.ts');

/** @returns the write before which the process was killed; undefined if it finished first. */
async function kill(world: World, at: number, cache: string): Promise<string | undefined> {
  const env = { ...cleanEnvironment(cache), KILL_AT_WRITE: String(at), NODE_COMPILE_CACHE: cache };
  const args = ['--import', writes, child, JSON.stringify(world)];
  const killed = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const [errors] = await Promise.all([text(killed.stderr), once(killed, 'close')]);
  if (killed.signalCode === 'SIGKILL') return errors.trim();
  assert.equal(killed.exitCode, 0, errors);
  return undefined;
}

/** nginx accepts the current files. */
async function assertStarts(world: World, where: string): Promise<void> {
  const args = ['-p', world.purpose.prefix, '-c', world.purpose.confFile, '-t', '-q'];
  const { code, stderr } = await execute(nginxProgram, args);
  assert.equal(code, 0, `${where}: ${stderr}`);
}

/** Two at a time, as each waits for the disk. */
async function eachPoint(t: TestContext, run: (at: number) => Promise<string | undefined>): Promise<number> {
  let [next, last] = [1, Infinity];
  const walk = async (): Promise<void> => {
    for (let at = next++; at < last; at = next++) {
      const killed = await run(at);
      if (killed === undefined) last = Math.min(last, at);
    }
  };
  await Promise.all([walk(), walk()]);
  t.diagnostic(`${last - 1} writes`);
  return last - 1;
}

suite('killed at every write', { skip: without('nginx'), concurrency: true }, () => {
  for (const kind of ['secure', 'undo'] as const) {
    test(
      `${kind}: nginx starts with the files, and recovery completes or reverts the change`,
      { timeout: 300_000 },
      async (t) => {
        const cache = await temporaryFolder(t, 'compiled');
        const prepare = async (): Promise<World> => {
          const world = await makeWorld(t);
          if (kind === 'secure') return world;
          await change(world);
          return reversed(world);
        };
        // Fill the compile cache: a killed process does not write to it.
        assert.equal(await kill(await prepare(), Infinity, cache), undefined);
        const sample = await prepare();
        await change(sample);
        const whole = treeOf(sample.folder);
        const textsOf = (tree: Record<string, string>): string =>
          JSON.stringify(tree).replaceAll(/everyhop-nginx-\w+/g, '');

        const count = await eachPoint(t, async (at) => {
          const world = await prepare();
          const before = treeOf(world.folder);
          const killed = await kill(world, at, cache);
          const where = killed ?? 'not killed';
          await assertStarts(world, where);
          const wasPending = await recover(world);
          const after = treeOf(world.folder);
          if (wasPending) assert.deepEqual(after, before, where);
          else if (textsOf(after) !== textsOf(before)) assert.equal(textsOf(after), textsOf(whole), where);
          if (killed === undefined) assert.equal(textsOf(after), textsOf(whole));
          assert.equal(await recover(world), false, where);
          assert.deepEqual(readdirSync(world.journal).toSorted(), ['kept', 'lock'], where);
          await assertStarts(world, where);
          return killed;
        });
        assert.ok(count > 60, `only ${count} writes`);
      },
    );
  }
});
