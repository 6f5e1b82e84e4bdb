import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { makeBundle } from '../../../src/trust/bundle/make.ts';
import { bundlePaths } from '../../../src/trust/bundle/paths.ts';
import { publishBundle } from '../../../src/trust/bundle/publish.ts';
import { ProcessLock } from '../../../src/store/process-lock.ts';
import { folderOf } from '../../support/oracles.ts';
import { makeRoot, nowMs } from './roots.ts';

/** Resolves once the process has opened this file or ended. */
async function untilOpen(child: ChildProcess, file: string): Promise<void> {
  const isOpen = (): boolean => {
    try {
      return readdirSync(`/proc/${child.pid}/fd`).some((fd) => readlinkSync(`/proc/${child.pid}/fd/${fd}`) === file);
    } catch {
      return false; // closed meanwhile
    }
  };
  while (child.exitCode === null && !isOpen()) await setImmediate();
}

test(
  'a process that publishes fewer roots notices a bundle published just before its swap',
  { timeout: 60_000 },
  async (t) => {
    const home = await folderOf(t);
    const [one, other] = [makeRoot(), makeRoot()];
    const fileOf = (name: string, pem: string): string => {
      writeFileSync(path.join(home, name), pem);
      return path.join(home, name);
    };
    const [small, large] = [fileOf('small.pem', one.pem), fileOf('large.pem', one.pem + other.pem)];
    const bundle = (file: string) => makeBundle({ nowMs, publicSet: 'none', rootFiles: [file] });
    const folder = path.join(home, 'out');
    const options = { toolVersion: '0', allowSmaller: true };
    publishBundle(folder, await bundle(large), options);
    const larger = readlinkSync(path.join(folder, '..data'));
    publishBundle(folder, await bundle(small), options);
    writeFileSync(small, `# the same root, in another file\n${one.pem}`);

    // The other process is between comparison and swap.
    const lock = ProcessLock.take(path.join(folder, '..lock'))!;
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'publish-once.ts'), folder, small, 'seen'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = once(child, 'close');
    await untilOpen(child, path.join(folder, '..lock'));
    symlinkSync(larger, path.join(folder, '..next'));
    renameSync(path.join(folder, '..next'), path.join(folder, '..data'));
    lock.release();
    const [code] = (await ended) as [number];
    assert.notEqual(code, 0);
    assert.match(said, /trust\.bundle-smaller|2 .*1|would lose/);
    assert.equal(readFileSync(bundlePaths(folder).full, 'utf8').match(/BEGIN/g)!.length, 2);
  },
);
