import assert from 'node:assert/strict';
import { chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { scheduleRenewal } from '../../src/app/nginx/renewal-schedule.ts';
import { installNginxRenewal, removeNginxRenewal } from '../../src/service/nginx-renewal.ts';
import type { Systemd } from '../../src/service/systemd.ts';
import type { SourceOptions } from '../../src/app/nginx/source.ts';
import { type Execute, execute } from '../../src/base/process.ts';
import { without } from '../support/tools.ts';
import { temporaryFolder } from '../support/up.ts';

const skipUnlessRoot = process.getuid?.() !== 0 && 'needs root, to give files to other users';

async function environment(t: TestContext, own: Partial<Systemd> = {}): Promise<Systemd & { calls: string[] }> {
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

test('installs and removes a systemd timer', async (t) => {
  const systemd = await environment(t);
  const command = ['/opt/node 26/bin/node', '/opt/everyhop.js', 'nginx', 'renew', '--state', '/var/100%/$x'];
  assert.equal(await installNginxRenewal(command, systemd), 'everyhop-nginx-renew.timer');
  const service = await readFile(path.join(systemd.unitFolder, 'everyhop-nginx-renew.service'), 'utf8');
  const started = /^ExecStart=(.*)$/m.exec(service)![1];
  assert.equal(started, '"/opt/node 26/bin/node" /opt/everyhop.js nginx renew --state /var/100%%/$$x');
  assert.deepEqual(systemd.calls, ['systemctl daemon-reload', 'systemctl enable --now everyhop-nginx-renew.timer']);
  await removeNginxRenewal(systemd);
  assert.deepEqual(await readdir(systemd.unitFolder), []);
  assert.equal(systemd.calls.at(-1), 'systemctl daemon-reload');
});

test('settings of a DNS provider go to a file that root alone can read', async (t) => {
  const systemd = await environment(t);
  const [service, variables] = ['service', 'env'].map((kind) =>
    path.join(systemd.unitFolder, `everyhop-nginx-renew.${kind}`),
  ) as [string, string];
  await installNginxRenewal(['/bin/true'], systemd, { EXEC_PATH: '/opt/hook $1 "a"' });
  assert.equal(await readFile(variables, 'utf8'), 'EXEC_PATH="/opt/hook \\$1 \\"a\\""\n');
  assert.equal((await stat(variables)).mode & 0o777, 0o600);
  assert.match(await readFile(service, 'utf8'), /^EnvironmentFile=-.*everyhop-nginx-renew\.env$/m);
  // A second site with another provider, then one with other settings of the first.
  await installNginxRenewal(['/bin/true'], systemd, { RFC2136_NAMESERVER: '192.0.2.1' });
  await installNginxRenewal(['/bin/true'], systemd, { EXEC_PATH: '/opt/other' });
  await installNginxRenewal(['/bin/true'], systemd);
  assert.equal(await readFile(variables, 'utf8'), 'RFC2136_NAMESERVER="192.0.2.1"\nEXEC_PATH="/opt/other"\n');
  assert.doesNotMatch(await readFile(service, 'utf8'), /opt|192/);
  await removeNginxRenewal(systemd);
  assert.deepEqual(await readdir(systemd.unitFolder), []);
});

test('systemd accepts the units', { skip: without('systemd') }, async (t) => {
  const systemd = await environment(t);
  await installNginxRenewal([process.execPath, '/opt/a "b" $HOME 100%.js', 'nginx', 'renew'], systemd);
  const units = (await readdir(systemd.unitFolder)).map((name) => path.join(systemd.unitFolder, name));
  const { code, stderr } = await execute('systemd-analyze', ['verify', '--man=no', ...units]);
  // It may complain about nginx.service if Debian's package is not installed, but not about our units.
  assert.deepEqual(
    stderr.split('\n').filter((line) => line.includes('everyhop')),
    [],
  );
  assert.equal(code, 0, stderr);
});

test('writes nothing without systemd or root rights', async (t) => {
  for (const own of [{ isRoot: false }, { runFolder: '/nonexistent' }]) {
    const systemd = await environment(t, own);
    assert.equal(await installNginxRenewal(['/bin/true'], systemd), undefined);
    await removeNginxRenewal(systemd);
    assert.deepEqual(systemd.calls, []);
    assert.deepEqual(await readdir(systemd.unitFolder), []);
  }
});

test('root gets no timer for a program that another user can change', { skip: skipUnlessRoot }, async (t) => {
  const systemd = await environment(t);
  const folder = await temporaryFolder(t, 'program');
  const program = path.join(folder, 'everyhop.js');
  await writeFile(program, '');
  await chown(program, 4242, 4242);
  const options = {
    everyhop: [process.execPath, program],
    stateFolder: folder,
    issuing: {} as SourceOptions['issuing'],
    env: {},
  };
  const schedule = (sudoUid?: number): ReturnType<typeof scheduleRenewal> =>
    scheduleRenewal(options, systemd, true, { uid: 0, sudoUid });

  const refused = await schedule();
  assert.deepEqual([refused.timer, refused.isSafe, refused.finding?.code], [undefined, false, 'store.foreign-program']);
  assert.deepEqual(await readdir(systemd.unitFolder), []);

  const warned = await schedule(4242);
  assert.deepEqual([warned.timer, warned.isSafe], ['everyhop-nginx-renew.timer', true]);
  assert.equal(warned.finding?.severity, 'warning');

  await chown(program, 0, 0);
  assert.equal((await schedule()).finding, undefined);
});
