import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type EveryhopError, isError } from '../../../src/base/errors.ts';
import { execute } from '../../../src/base/process.ts';
import { nginxError } from '../../../src/nginx/messages.ts';
import { inspectNginx, type NginxProgram } from '../../../src/nginx/program/inspect.ts';
import { findMaster, isRunning, type Master, reload, workersOf } from '../../../src/nginx/program/master.ts';
import { nginxConf, nginxFolder, nginxProgram, type RunningNginx, startNginx } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { atEnd, freePorts, temporaryFolder } from '../../support/up.ts';

const skip = without('nginx');
const skipUnlessRoot = skip || (process.getuid?.() === 0 ? false : 'only root may change its root folder');
const inspect = (folder: string, conf = 'nginx.conf') =>
  inspectNginx({ program: nginxProgram, conf: path.join(folder, conf), prefix: folder }, execute);

async function server(body = 'return 200 hello;', listen?: string): Promise<string> {
  const [port] = await freePorts(1);
  return `server { listen ${listen ?? `127.0.0.1:${port}`}; ${body} }`;
}

async function start(t: TestContext, workers: number): Promise<{ running: RunningNginx; master: Master }> {
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(await server(), { workers }) });
  const running = await startNginx(t, { folder, daemon: true });
  const master = await findMaster(await inspect(folder), { pidFile: running.pidFile });
  return { running, master };
}

/** Waits for the master: nothing signals its start, and for an instant its title is only half written. */
async function awaitMaster(nginx: NginxProgram, pidFile: string): Promise<Master> {
  for (let waitedMs = 0; ; waitedMs += 10) {
    try {
      return await findMaster(nginx, { pidFile });
    } catch (error) {
      const isEarly = (['nginx.not-running', 'nginx.no-master', 'nginx.other-instance'] as const).some((code) =>
        isError(error, code),
      );
      if (!isEarly || waitedMs > 20_000) throw error;
    }
    await pause(10);
  }
}

/** Polls for a condition that has no event. */
async function until(what: () => boolean): Promise<void> {
  for (let waitedMs = 0; !what(); waitedMs += 10) {
    assert.ok(waitedMs < 20_000, `${what.toString()} within 20 s`);
    await pause(10);
  }
}

/** Repeats the signal: the master notices one that arrived before it waits for signals only with the next one. */
async function terminate(pid: number, gone: Promise<unknown>): Promise<void> {
  const again = setInterval(() => process.kill(pid, 'SIGTERM'), 100);
  await gone;
  clearInterval(again);
}

test('finds the master and its workers, and a reload replaces the workers', { skip }, async (t) => {
  const { running, master } = await start(t, 2);
  assert.equal(master.pid, running.pid);
  assert.equal(master.uid, process.getuid!());
  assert.ok(isRunning(master));
  await until(() => workersOf(master).length === 2);
  const first = workersOf(master);
  assert.ok(first.every(({ leaving, startedTicks }) => !leaving && startedTicks >= master.startedTicks));
  reload(master);
  const isNew = (pid: number): boolean => !first.some((worker) => worker.pid === pid);
  await until(() => workersOf(master).length === 2 && workersOf(master).every(({ pid }) => isNew(pid)));
  assert.ok(isRunning(master), 'the master stays');
});

test('a worker that finishes its last requests is marked as leaving', { skip }, async (t) => {
  const [port] = await freePorts(1);
  const http = `server { listen 127.0.0.1:${port}; location / { root .; limit_rate_after 1k; limit_rate 50; } }`;
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(http), 'slow.txt': 'x'.repeat(9000) });
  const { pidFile } = await startNginx(t, { folder });
  const master = await findMaster(await inspect(folder), { pidFile });
  const [old] = workersOf(master);
  const gone = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${port}/slow.txt`, { signal: gone.signal });
  reload(master);
  await until(() => workersOf(master).some(({ pid, leaving }) => pid === old!.pid && leaving));
  await until(() => workersOf(master).some(({ leaving }) => !leaving));
  gone.abort();
  await answer.text().catch(() => {});
  await until(() => workersOf(master).every(({ pid }) => pid !== old!.pid));
});

test('rejects a pid file that is missing, empty, invalid, or points to another program', { skip }, async (t) => {
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(await server()) });
  const nginx = await inspect(folder);
  const pidFile = path.join(folder, 'nginx.pid');
  const found = async (): Promise<string> => {
    const error: unknown = await findMaster(nginx, { pidFile }).catch((reason: unknown) => reason);
    assert.ok(nginxError.is(error, 'nginx.not-running'), String(error));
    return String(error.params.found);
  };
  assert.equal(await found(), '-');
  // `nginx -t` leaves this file behind if no nginx is running.
  await execute(nginxProgram, [...nginx.args, '-t']);
  assert.equal(await readFile(pidFile, 'utf8'), '');
  assert.equal(await found(), '-');
  for (const text of ['nonsense', '-1', '0', '99999999999999999999999']) {
    await writeFile(pidFile, text);
    assert.equal(await found(), text.slice(0, 20));
  }
  await writeFile(pidFile, `${process.pid}\n`);
  assert.match(await found(), new RegExp(`^${process.pid} \\(node`));
  const ended = spawn('true', { stdio: 'ignore' });
  await once(ended, 'exit');
  await writeFile(pidFile, `${ended.pid}\n`);
  assert.equal(await found(), String(ended.pid));
});

test('rejects a pid file that points to a worker', { skip }, async (t) => {
  const { running, master } = await start(t, 1);
  const pidFile = path.join(running.folder, 'wrong.pid');
  const [worker] = workersOf(master);
  await writeFile(pidFile, String(worker!.pid));
  await assert.rejects(findMaster(master.nginx, { pidFile }), { code: 'nginx.not-running' });
});

test('rejects a master that has exited, and a zombie', { skip }, async (t) => {
  const { running, master } = await start(t, 1);
  // Its parent is a shell that never reaps it, so it stays a zombie.
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(await server()) });
  const args = ['-p', folder, '-c', path.join(folder, 'nginx.conf'), '-g', 'daemon off;'];
  const script = '"$@" & echo $!; exec sleep 600';
  const shell = spawn('sh', ['-c', script, 'sh', nginxProgram, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  atEnd(t, async () => {
    shell.kill('SIGKILL');
    await once(shell, 'exit');
  });
  const [said] = (await once(shell.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  const pidFile = path.join(folder, 'kept.pid');
  await writeFile(pidFile, String(pid));
  const nginx = await inspect(folder);
  const other = await awaitMaster(nginx, pidFile);
  await until(() => workersOf(other).length === 1);
  await terminate(
    pid,
    until(() => !isRunning(other)),
  );
  assert.equal((await readFile(`/proc/${pid}/stat`, 'latin1')).split(' ')[2], 'Z');
  await assert.rejects(findMaster(nginx, { pidFile }), { code: 'nginx.not-running' });
  assert.throws(() => reload(other), { code: 'nginx.not-running' });

  await running.stop();
  assert.throws(() => reload(master), { code: 'nginx.not-running' });
  assert.deepEqual(workersOf(master), []);
});

test('does not signal another process that has the pid of the master', { skip }, async (t) => {
  const { master } = await start(t, 1);
  assert.throws(() => reload({ ...master, startedTicks: master.startedTicks - 1 }), { code: 'nginx.not-running' });
  assert.ok(isRunning(master));
});

test('rejects an instance with another configuration or another prefix', { skip }, async (t) => {
  const { running } = await start(t, 1);
  const { folder, pidFile } = running;
  await cp(path.join(folder, 'nginx.conf'), path.join(folder, 'other.conf'));
  await assert.rejects(findMaster(await inspect(folder, 'other.conf'), { pidFile }), (error: EveryhopError) => {
    assert.equal(error.code, 'nginx.other-instance');
    assert.match(error.report('en').cause, /nginx -p .*nginx\.conf/);
    return true;
  });
  const conf = path.join(folder, 'nginx.conf');
  const elsewhere = await inspectNginx({ program: nginxProgram, conf, prefix: path.dirname(folder) }, execute);
  await assert.rejects(findMaster(elsewhere, { pidFile }), { code: 'nginx.other-instance' });
  const without = await inspectNginx({ program: nginxProgram }, execute);
  await assert.rejects(findMaster(without, { pidFile }), { code: 'nginx.other-instance' });
});

test('recognizes the instance through links and relative paths', { skip }, async (t) => {
  const base = await nginxFolder(t, { 'my site/nginx.conf': nginxConf(await server()) });
  const folder = path.join(base, 'my site');
  const args = ['-p', 'my site', '-c', 'nginx.conf', '-g', 'daemon off;'];
  const child = spawn(nginxProgram, args, { cwd: base, stdio: 'ignore' });
  atEnd(t, async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  await symlink(folder, path.join(base, 'link'));
  const nginx = await inspect(path.join(base, 'link'));
  const pidFile = path.join(folder, 'nginx.pid');
  const master = await awaitMaster(nginx, pidFile);
  assert.equal(master.pid, child.pid);
});

test('reads the start arguments from the process title', { skip }, async (t) => {
  const folder = await nginxFolder(t, { 'nginx.conf': '', 'conf/nginx.conf': '' });
  const debian = await inspectNginx({ program: nginxProgram }, execute);
  const { prefix, confPath } = debian.builtIn;
  const conf = path.join(folder, 'nginx.conf');
  const given = { program: nginxProgram, conf, prefix: folder };
  const asked = await inspectNginx(given, execute);
  const inConf = await inspectNginx({ ...given, conf: path.join(folder, 'conf/nginx.conf') }, execute);
  const builtInPrefix = await inspectNginx({ program: nginxProgram, conf }, execute);
  const cases: [command: string, nginx: NginxProgram, isIt: boolean][] = [
    ['nginx -g daemon on; master_process on;', debian, true],
    ['nginx', await inspectNginx({ program: nginxProgram, conf: confPath, prefix }, execute), true],
    ['nginx', asked, false],
    [`nginx -p ${folder}/ -c nginx.conf`, asked, true],
    [`nginx -c ${conf} -p ${folder} -g daemon off;`, asked, true],
    [`nginx -p ${folder} -c conf/nginx.conf`, inConf, true],
    [`nginx -p ${folder} -c conf/nginx.conf`, asked, false],
    [`nginx -c${conf} -p${folder}`, asked, true],
    [`nginx -c ${conf}`, builtInPrefix, true],
    [`nginx -c ${conf}`, asked, false],
    [`nginx -c ${conf}`, debian, false],
  ];
  const pidFile = path.join(folder, 'pid');
  for (const [command, nginx, isIt] of cases) {
    const child = spawn('cat', [], { argv0: `nginx: master process ${command}`, stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    try {
      await writeFile(pidFile, String(child.pid));
      const found = findMaster(nginx, { pidFile });
      if (isIt) assert.equal((await found).pid, child.pid, command);
      else await assert.rejects(found, (error) => nginxError.is(error, 'nginx.other-instance'), command);
    } finally {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    }
  }
});

test('rejects an instance in a chroot, which sees other files', { skip: skipUnlessRoot }, async (t) => {
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(await server()) });
  const jail = path.join(folder, 'jail');
  // Its root folder is a bind mount of everything, in a mount namespace that ends with the process.
  const mounts = ['usr', 'lib', 'lib64', 'bin', 'etc', 'var', 'proc', 'dev', 'tmp'];
  for (const name of mounts) await mkdir(path.join(jail, name), { recursive: true });
  const script = `set -e; for at in ${mounts.join(' ')}; do mount --rbind /$at "$1/$at"; done; exec chroot "$@"`;
  const args = ['-p', folder, '-c', path.join(folder, 'nginx.conf'), '-g', 'daemon off;'];
  await nginxElsewhere(t, folder, ['sh', '-c', script, 'sh', jail, nginxProgram, ...args]);
});

test('rejects an instance whose mount namespace hides the folder', { skip: skipUnlessRoot }, async (t) => {
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(await server()) });
  const copy = await temporaryFolder(t, 'copy');
  await cp(folder, copy, { recursive: true });
  const args = ['-p', folder, '-c', path.join(folder, 'nginx.conf'), '-g', 'daemon off;'];
  const script = 'set -e; mount --bind "$1" "$2"; shift 2; exec "$@"';
  await nginxElsewhere(t, folder, ['sh', '-c', script, 'sh', copy, folder, nginxProgram, ...args]);
});

/** Starts nginx in a separate mount namespace. `unshare` execs it, so the pid stays the same. */
async function nginxElsewhere(t: TestContext, folder: string, command: string[]): Promise<void> {
  const child = spawn('unshare', ['--mount', ...command], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  const closed = once(child, 'close');
  atEnd(t, async () => {
    if (child.exitCode === null && child.signalCode === null) await terminate(child.pid!, closed);
  });
  const pidFile = path.join(folder, 'kept.pid');
  await writeFile(pidFile, String(child.pid));
  const nginx = await inspect(folder);
  const seen = Promise.race([awaitMaster(nginx, pidFile), closed.then(() => Promise.reject(new Error(said)))]);
  await assert.rejects(seen, (error) => nginxError.is(error, 'nginx.elsewhere'));
}

test('another user has no permission to reload it', { skip: skipUnlessRoot }, async (t) => {
  const { running } = await start(t, 1);
  const script = `
    import { findMaster } from ${JSON.stringify(path.resolve(import.meta.dirname, '../../../src/nginx/program/master.ts'))};
    import { inspectNginx } from ${JSON.stringify(path.resolve(import.meta.dirname, '../../../src/nginx/program/inspect.ts'))};
    import { execute } from ${JSON.stringify(path.resolve(import.meta.dirname, '../../../src/base/process.ts'))};
    const [program, conf, prefix, pidFile] = process.argv.slice(2);
    const nginx = await inspectNginx({ program, conf, prefix }, execute);
    process.setuid('nobody');
    await findMaster(nginx, { pidFile }).then(console.log, (error) => console.log(error.code, error.params.uid));
  `;
  const file = path.join(running.folder, 'other-user.ts');
  await writeFile(file, script);
  const { folder, confFile, pidFile } = running;
  const { stdout, stderr } = await execute(process.execPath, [file, nginxProgram, confFile, folder, pidFile]);
  assert.equal(stdout, 'nginx.not-permitted 0\n', stderr);
});

test('reports a missing /proc', { skip: skipUnlessRoot }, async (t) => {
  const folder = await nginxFolder(t, {});
  const file = path.join(folder, 'no-proc.ts');
  const at = (name: string): string => JSON.stringify(path.resolve(import.meta.dirname, '../../../src', name));
  await writeFile(
    file,
    `import { findMaster } from ${at('nginx/program/master.ts')};
    import { inspectNginx } from ${at('nginx/program/inspect.ts')};
    import { execute } from ${at('base/process.ts')};
    const nginx = await inspectNginx({ program: ${JSON.stringify(nginxProgram)} }, execute);
    await findMaster(nginx).then(console.log, (error) => console.log(error.code));`,
  );
  const script = 'mount -t tmpfs tmpfs /proc && exec "$@"';
  const run = ['--mount', 'sh', '-c', script, 'sh', process.execPath, file];
  const { stdout, stderr } = await execute('unshare', run);
  assert.equal(stdout, 'nginx.no-proc\n', stderr);
});
