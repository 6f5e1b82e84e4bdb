/** The single executable needs nothing but itself, wherever it is and whatever it is called. */
import assert from 'node:assert/strict';
import { chmod, chown, mkdir, readFile, readlink, rename, symlink, writeFile } from 'node:fs/promises';
import https from 'node:https';
import path from 'node:path';
import { test } from 'node:test';
import { requestControl } from '../../src/control/client.ts';
import type { ServiceStatus } from '../../src/app/serve.ts';
import { execute } from '../../src/base/process.ts';
import { debianRoot } from '../support/debian-root.ts';
import { placeExecutable, runExecutable, type Running, startExecutable } from '../support/executable.ts';
import { without } from '../support/tools.ts';
import { temporaryFolder } from '../support/up.ts';
import { until } from '../support/until.ts';

const skipUnlessRoot = process.getuid?.() === 0 ? false : 'needs root, for its own mounts';

async function page({ state, httpsPort }: Running): Promise<string> {
  const ca = await readFile(path.join(state, 'root.pem'));
  return new Promise((resolve, reject) => {
    const options = { port: httpsPort, host: '127.0.0.1', servername: 'localhost', ca, agent: false };
    https
      .get(options, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => resolve(text));
      })
      .on('error', reject);
  });
}

async function statusOf(running: Running): Promise<ServiceStatus> {
  return (await requestControl(running.state, 'GET', '/status')).body as ServiceStatus;
}

test('runs under any name in any folder, and prints commands that work as printed', async (t) => {
  const { folder, file } = await placeExecutable(t, 'every hop');
  const { stdout } = await runExecutable(file, ['version', '--json']);
  const { installation, path: place, node } = JSON.parse(stdout) as Record<string, string>;
  assert.deepEqual([installation, place, node], ['executable', file, process.versions.node]);

  const status = ['status', '--state', path.join(folder, 'none')];
  const bare = await runExecutable(file, status);
  assert.match(bare.stderr, /^cli\.not-running: /);
  assert.ok(bare.stderr.includes(`'${file}' up --state `), bare.stderr);
  // The shell that the reader types it into finds it by a link, which outlives upgrades.
  await symlink(file, path.join(folder, 'everyhop'));
  const linked = await runExecutable(path.join(folder, 'everyhop'), status, { PATH: `/usr/bin:${folder}` });
  assert.match(linked.stderr, /: everyhop up --state /);
  const chinese = await runExecutable(file, status, { LANG: 'zh_CN.UTF-8' });
  assert.match(chinese.stderr, /[\u4e00-\u9fff]/);
});

test('takes no options of Node', async (t) => {
  const { file } = await placeExecutable(t);
  const { code, stdout } = await runExecutable(file, ['--version'], { NODE_OPTIONS: '--require /nowhere/code.js' });
  assert.deepEqual([code, stdout.trim()], [0, (await manifest()).version]);
  for (const word of ['--eval', '--inspect', '--require', '--build-sea']) {
    const { code, stderr } = await runExecutable(file, [word, '1']);
    assert.equal(code, 2, stderr);
    assert.match(stderr, new RegExp(`^cli\\.unknown-option: .*${word}`), word);
  }
});

test('serves, reloads, and replaces a killed worker even after another file took its place', async (t) => {
  const { folder, file } = await placeExecutable(t);
  const running = await startExecutable(t, [file]);
  assert.ok(running.ready.proofs.every(({ ok }) => ok));
  assert.match(await page(running), /<script>/);
  const before = await statusOf(running);

  // As an upgrade does that nobody follows with a restart.
  await rename(file, path.join(folder, 'former'));
  await writeFile(file, '#!/bin/false\n', { mode: 0o755 });
  const [killed] = before.workers;
  process.kill(killed!.pid, 'SIGKILL');
  await until(t, async () => {
    const { workers } = await statusOf(running);
    return workers.length === before.workers.length && workers.every(({ pid }) => pid !== killed!.pid);
  });
  for (const { pid } of (await statusOf(running)).workers)
    assert.equal(await readlink(`/proc/${pid}/exe`), path.join(folder, 'former'));
  assert.match(await page(running), /<script>/);

  const former = path.join(folder, 'former');
  const reloaded = await runExecutable(former, ['reload', '--state', running.state]);
  assert.deepEqual([reloaded.code, (await statusOf(running)).revision], [0, before.revision + 1], reloaded.stderr);
  const curl = ['curl', '--silent', '--fail', '--output', '/dev/null', `https://localhost:${running.httpsPort}/`];
  const command = ['run', '--state', running.state, '--', ...curl];
  const ran = await runExecutable(former, command, { PATH: process.env['PATH']! });
  assert.equal(ran.code, 0, ran.stderr);
});

/** $1: the executable; the rest: its words. Only /run can be written to. */
const readOnly = `
set -eu
mount -t tmpfs none /media
cp "$1" /media/everyhop
mount -o remount,ro /media
mount -t tmpfs none /run
mount -t tmpfs -o ro none /tmp
mount -o remount,bind,ro /
shift
exec /media/everyhop "$@"
`;

test('serves from a read-only file system without a writable /tmp', { skip: skipUnlessRoot }, async (t) => {
  const { file } = await placeExecutable(t);
  const launcher = ['unshare', '--mount', 'sh', '-c', readOnly, 'sh', file];
  const running = await startExecutable(t, launcher, '/run/state');
  assert.ok(running.ready.proofs.every(({ ok }) => ok));
});

test(
  'serves an unprivileged user as a file with the capability for ports below 1024',
  { skip: skipUnlessRoot },
  async (t) => {
    const { folder, file } = await placeExecutable(t);
    const { code, stderr } = await execute('setcap', ['cap_net_bind_service+ep', file]);
    assert.equal(code, 0, stderr);
    const nobody = 65534;
    const state = path.join(folder, 'state');
    await mkdir(state, { mode: 0o700 });
    await chown(state, nobody, nobody);
    await chmod(path.dirname(folder), 0o755);
    const launcher = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', 'env', '-i', file];
    const running = await startExecutable(t, launcher, state);
    assert.ok(running.ready.proofs.every(({ ok }) => ok));
    for (const { pid } of (await statusOf(running)).workers) {
      const facts = await readFile(`/proc/${pid}/status`, 'utf8');
      assert.match(facts, /^CapEff:\t0+$/m);
      assert.match(facts, /^NoNewPrivs:\t1$/m);
    }
  },
);

/** $1: a folder, $2: a root file system, $3: the executable; the rest: its words. */
const bare = `
set -eu
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
ip link set lo up
cp "$3" "$1/root/usr/local/bin/everyhop"
root="$1/root"
shift 3
exec env --ignore-environment /usr/sbin/chroot "$root" /usr/local/bin/everyhop "$@"
`;

test(
  'runs on a Debian 12 with nothing installed, not even libatomic',
  { skip: without('debianRoot') || skipUnlessRoot },
  async (t) => {
    const { file } = await placeExecutable(t);
    const folder = await temporaryFolder(t, 'bare');
    const { stdout } = await execute('find', [debianRoot, '-name', 'libatomic.so*', '-o', '-path', '*bin/node']);
    assert.equal(stdout, '');
    const words = ['unshare', '--mount', '--net', 'bash', '-c', bare, 'bash'];
    const running = await startExecutable(t, [...words, folder, debianRoot, file], '/var/lib/everyhop');
    assert.ok(running.ready.proofs.every(({ ok }) => ok));
  },
);

async function manifest(): Promise<{ version: string }> {
  return JSON.parse(await readFile(path.resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string;
  };
}
