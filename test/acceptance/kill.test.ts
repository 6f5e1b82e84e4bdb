/** `up`, killed at any moment, restarts with the same root, certificate and ports. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { atEnd, cleanEnvironment, freePorts, temporaryFolder } from '../support/up.ts';

const program = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

interface ReadyEvent {
  pid: number;
  sites: { certificates: { serial: string }[] }[];
  rootFile: string;
}

interface Running {
  child: ChildProcess;
  /** undefined if it ended before. */
  ready: Promise<ReadyEvent | undefined>;
  closed: Promise<unknown>;
  stderr: () => string;
}

/** Runs `up` without npm, so that the killed process is the program itself. */
function start(t: TestContext, folder: string, ports: number[]): Running {
  const state = path.join(folder, 'state');
  const args = ['up', '--json', '--state', state, '--https-port', String(ports[0]), '--http-port', String(ports[1])];
  const child = spawn(process.execPath, [program, ...args], {
    env: cleanEnvironment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ready = new Promise<ReadyEvent | undefined>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const value = JSON.parse(line) as ReadyEvent & { event?: string };
      if (value.event === 'ready') resolve(value);
    });
    void closed.then(() => resolve(undefined));
  });
  atEnd(t, async () => {
    child.kill('SIGKILL');
    await closed;
  });
  return { child, ready, closed, stderr: () => stderr };
}

/** Kills with SIGKILL. The output ends when the last worker has exited. */
async function kill({ child, closed }: Running): Promise<void> {
  child.kill('SIGKILL');
  await closed;
}

test('killed when ready, it restarts with the same root, certificate and ports', { timeout: 120_000 }, async (t) => {
  const folder = await temporaryFolder(t, 'kill');
  const ports = await freePorts(2);
  const first = start(t, folder, ports);
  const before = await first.ready;
  assert.ok(before, first.stderr());
  const root = await readFile(before.rootFile, 'utf8');
  await kill(first);
  const second = start(t, folder, ports);
  const after = await second.ready;
  assert.ok(after, second.stderr());
  assert.equal(await readFile(after.rootFile, 'utf8'), root);
  assert.equal(after.sites[0]!.certificates[0]!.serial, before.sites[0]!.certificates[0]!.serial);
});

test('killed at many moments while starting, it restarts with the same root', { timeout: 300_000 }, async (t) => {
  const folder = await temporaryFolder(t, 'kill');
  const measured = start(t, folder, await freePorts(2));
  const beganMs = performance.now();
  assert.ok(await measured.ready, measured.stderr());
  const readyAfterMs = performance.now() - beganMs;
  await kill(measured);

  const moments = 16;
  for (let moment = 0; moment < moments; moment += 1) {
    const fresh = await temporaryFolder(t, 'kill');
    const ports = await freePorts(2);
    const killed = start(t, fresh, ports);
    await Promise.race([pause((readyAfterMs * 1.1 * moment) / moments), killed.closed]);
    await kill(killed);
    const root = await readFile(path.join(fresh, 'state', 'root.pem'), 'utf8').catch(() => undefined);
    const again = start(t, fresh, ports);
    const ready = await again.ready;
    assert.ok(ready, `killed at moment ${moment} of ${moments}: ${again.stderr()}`);
    if (root !== undefined) assert.equal(await readFile(ready.rootFile, 'utf8'), root);
    await kill(again);
  }
});
