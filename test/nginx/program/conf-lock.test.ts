import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, realpath, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { holdConfiguration } from '../../../src/nginx/program/conf-lock.ts';
import { mends } from '../../support/outside.ts';
import { atEnd, temporaryFolder } from '../../support/up.ts';

const skip = (process.platform !== 'linux' || process.getuid?.() !== 0) && 'needs root on Linux, to act as two users';
const stranger = { uid: 65534, gid: 65534 };

test('no other user can take or hold the lock on root’s nginx', { skip }, async (t) => {
  const measured = mends(t, 'security/S07-anybody-holds-the-nginx-lock');
  const folder = await temporaryFolder(t, 'conf-lock');
  await chmod(folder, 0o755);
  const confFile = path.join(await realpath(folder), 'nginx.conf');
  await writeFile(confFile, 'events {}\n');
  const mark = createHash('sha256').update(confFile).digest('hex').slice(0, 16);

  // A name that every user can compute and, as an abstract socket, hold.
  const script = `require('node:net').createServer().listen('\\0everyhop-nginx-${mark}', () => console.log('holds'));`;
  const holder = spawn(process.execPath, ['-e', script], {
    ...stranger,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  atEnd(t, () => holder.kill());
  await once(holder.stdout, 'data');

  const release = await holdConfiguration(confFile);
  await assert.rejects(holdConfiguration(confFile), { code: 'nginx.busy-elsewhere' });
  const lockFile = path.join('/run/everyhop', `nginx-${mark}.lock`);
  assert.equal((await stat(lockFile)).uid, 0);
  const { stderr } = spawnSync('cat', [lockFile], { ...stranger, cwd: '/', encoding: 'utf8' });
  assert.match(stderr, /denied/);
  measured['attempt'] = 'Permission denied';
  release();
  (await holdConfiguration(confFile))();
});
