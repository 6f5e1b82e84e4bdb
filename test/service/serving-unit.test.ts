import assert from 'node:assert/strict';
import { chown, lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { handOver } from '../../src/service/hand-over.ts';
import { type ServingUnitOptions, servingUnitText } from '../../src/service/serving-unit.ts';
import { openState } from '../../src/store/state.ts';
import { without } from '../support/tools.ts';
import { runEveryhop, temporaryFolder } from '../support/up.ts';

const options: ServingUnitOptions = {
  command: ['/usr/bin/true', 'up', '3000', '--host=a "b" $HOME 100%', '--state', '/var/lib/everyhop'],
  reload: ['/usr/bin/true', 'reload'],
  stateFolder: '/var/lib/everyhop',
  environmentFile: '/etc/systemd/system/everyhop.env',
  reads: [],
  systemdVersion: 252,
};

test('systemd accepts the unit, and rates its exposure at 2.5 or less', { skip: without('systemd') }, async (t) => {
  const unit = path.join(await temporaryFolder(t, 'unit'), 'everyhop.service');
  await writeFile(unit, servingUnitText(options));
  const verified = await execute('systemd-analyze', ['verify', '--man=no', unit]);
  assert.deepEqual(
    verified.stderr.split('\n').filter((line) => line.includes('everyhop')),
    [],
  );
  const rated = await execute('systemd-analyze', ['security', '--offline=yes', '--threshold=25', '--no-pager', unit]);
  assert.equal(rated.code, 0, rated.stdout.split('\n').at(-2) ?? '');
});

test('the sandbox opens only for the files that the service reads, and restarts wait longer each time', () => {
  const text = (changes: Partial<ServingUnitOptions>): string => servingUnitText({ ...options, ...changes });
  const strict = text({});
  assert.match(strict, /^ProtectHome=yes\nPrivateTmp=yes$/m);
  assert.match(strict, /^StateDirectory=everyhop$/m);
  assert.doesNotMatch(strict, /^RestartSteps/m);
  assert.match(strict, /^ExecStart=\/usr\/bin\/true up 3000 "--host=a \\"b\\" \$\$HOME 100%%" /m);
  const open = text({
    reads: ['/home/ai/everyhop.yaml', '/tmp/root.pem'],
    stateFolder: '/srv/everyhop',
    systemdVersion: 255,
  });
  assert.match(open, /^ProtectHome=read-only\nPrivateTmp=no$/m);
  assert.match(open, /^ReadWritePaths=\/srv\/everyhop$/m);
  assert.doesNotMatch(open, /^StateDirectory/m);
  assert.match(open, /^RestartSteps=6\nRestartMaxDelaySec=60$/m);
});

test('--print works for every user and without systemd; otherwise its absence is an error', async (t) => {
  const folder = await temporaryFolder(t, 'print');
  const printed = await runEveryhop(['service', 'install', '3000', '--host', 'chat.test', '--print'], folder);
  assert.equal(printed.code, 0, printed.stderr);
  assert.match(printed.stdout, /^User=everyhop$/m);
  assert.match(printed.stdout, /^ExecStart=\/.* up 3000 --host=chat\.test --state \/var\/lib\/everyhop$/m);
  const wrong = await runEveryhop(['service', 'install', '3000', '--https-port', '99999', '--print'], folder);
  assert.match(wrong.stderr, /^config\.bad-port: /);
  assert.equal(wrong.code, 2);
});

const skip = process.getuid?.() !== 0 && 'needs root, to give folders to other users';
const user = { name: 'everyhop', uid: 4242, gid: 4242 };
const holder = (): Promise<string> => Promise.resolve('77');

test('a state folder of root changes hands; one in use, or of another user, does not', { skip }, async (t) => {
  const folder = path.join(await temporaryFolder(t, 'hand'), 'state');
  const ownerOf = async (file: string): Promise<number> => (await lstat(path.join(folder, file))).uid;
  const state = await openState(folder);
  await state.lock();
  await mkdir(path.join(folder, 'live'));
  const [target, other] = [path.join(folder, '..', 'target'), path.join(folder, 'other')];
  await writeFile(target, '');
  await symlink(target, path.join(folder, 'live', 'link'));
  await writeFile(other, '');
  await chown(other, 4343, 4343);
  await assert.rejects(handOver(folder, user, holder), { code: 'service.state-in-use', params: { folder, pid: '77' } });
  assert.equal(await ownerOf('.'), 0);
  await state.close();

  // As after an interruption: the folder itself changes hands last.
  await chown(path.join(folder, 'live'), 4242, 4242);
  assert.equal(await handOver(folder, user, holder), true);
  assert.deepEqual(
    await Promise.all(['.', 'everyhop.db', 'live', 'live/link', 'other'].map(ownerOf)),
    [4242, 4242, 4242, 4242, 4343],
  );
  assert.equal((await lstat(target)).uid, 0, 'links are not followed');
  assert.equal(await handOver(folder, user, holder), false);

  await chown(folder, 4343, 4343);
  await assert.rejects(handOver(folder, user, holder), { code: 'service.state-foreign' });
});
