import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { installTimer, removeTimer, type SystemdEnvironment } from '../../../src/app/nginx/timer.ts';
import { type Execute, execute } from '../../../src/base/process.ts';
import { without } from '../../support/tools.ts';
import { temporaryFolder } from '../../support/up.ts';

async function house(
  t: TestContext,
  own: Partial<SystemdEnvironment> = {},
): Promise<SystemdEnvironment & { calls: string[] }> {
  const folder = await temporaryFolder(t, 'timer');
  const unitFolder = path.join(folder, 'units');
  await mkdir(unitFolder);
  const calls: string[] = [];
  const execute: Execute = (program, args) => {
    calls.push([program, ...args].join(' '));
    return Promise.resolve({ code: 0, signal: null, stdout: '', stderr: '' });
  };
  return { execute, runFolder: folder, unitFolder, isRoot: true, calls, ...own };
}

test('systemd is given a timer, and the timer goes again', async (t) => {
  const given = await house(t);
  const command = ['/opt/node 26/bin/node', '/opt/everyhop.js', 'nginx', 'renew', '--state', '/var/100%/$x'];
  assert.equal(await installTimer(command, given), 'everyhop-nginx-renew.timer');
  const service = await readFile(path.join(given.unitFolder, 'everyhop-nginx-renew.service'), 'utf8');
  const started = /^ExecStart=(.*)$/m.exec(service)![1];
  assert.equal(started, '"/opt/node 26/bin/node" /opt/everyhop.js nginx renew --state /var/100%%/$$x');
  assert.deepEqual(given.calls, ['systemctl daemon-reload', 'systemctl enable --now everyhop-nginx-renew.timer']);
  await removeTimer(given);
  assert.deepEqual(await readdir(given.unitFolder), []);
  assert.equal(given.calls.at(-1), 'systemctl daemon-reload');
});

test('systemd takes what is written for it', { skip: without('systemd') }, async (t) => {
  const given = await house(t);
  await installTimer([process.execPath, '/opt/a "b" $HOME 100%.js', 'nginx', 'renew'], given);
  const units = (await readdir(given.unitFolder)).map((name) => path.join(given.unitFolder, name));
  const { code, stderr } = await execute('systemd-analyze', ['verify', '--man=no', ...units]);
  // It knows no nginx.service where Debian's package is not installed; of ours it must say nothing.
  assert.deepEqual(
    stderr.split('\n').filter((line) => line.includes('everyhop')),
    [],
  );
  assert.equal(code, 0, stderr);
});

test('without systemd, or without the right to ask it, nothing is written', async (t) => {
  for (const own of [{ isRoot: false }, { runFolder: '/nonexistent' }]) {
    const given = await house(t, own);
    assert.equal(await installTimer(['/bin/true'], given), undefined);
    await removeTimer(given);
    assert.deepEqual(given.calls, []);
    assert.deepEqual(await readdir(given.unitFolder), []);
  }
});
