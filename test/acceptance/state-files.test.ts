/** After every command, as root and as a user, with a careless umask and the usual one: who can read and change what is there. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { suite, test } from 'node:test';
import { nginxConf, nginxFolder, nginxProgram, startNginx } from '../support/nginx.ts';
import { without } from '../support/tools.ts';
import { cleanEnvironment, temporaryFolder } from '../support/up.ts';
import { quietPorts } from '../nginx/corpus/ports.ts';

const program = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
const isRoot = process.getuid?.() === 0;
const otherUid = 4242;

/** Public by purpose: roots, certificates without keys, the pid. */
const publicFiles = [
  /^root\.pem$/,
  /^up\.pid$/,
  /^(?:nginx\/)?(?:live|archive)\/.*\/(?:cert|chain|fullchain)\.pem$/,
  /^trust\//,
  /^trust\.made\.json$/,
];

interface Runner {
  above: string;
  state: string;
  run: (...words: string[]) => Promise<void>;
}

function runnerOf(above: string, umask: string, uid: number | undefined): Runner {
  const state = path.join(above, 'state');
  const start = (words: string[]): ReturnType<typeof spawn> =>
    spawn('sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', process.execPath, program, ...words, '--state', state], {
      env: { ...cleanEnvironment(above), NODE_COMPILE_CACHE: path.join(above, 'cache') },
      cwd: above,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid !== undefined && { uid, gid: uid }),
    });
  return {
    above,
    state,
    async run(...words) {
      const child = start(words);
      if (words[0] === 'up') {
        let seen = '';
        child.stdout!.on('data', (chunk: Buffer) => {
          const isReady = !seen.includes('"ready"') && (seen + String(chunk)).includes('"ready"');
          seen += String(chunk);
          if (isReady) child.kill('SIGTERM');
        });
      }
      const [, output, errors] = await Promise.all([once(child, 'close'), text(child.stdout!), text(child.stderr!)]);
      const isStopped = words[0] === 'up' && (child.signalCode === 'SIGTERM' || child.exitCode === 143);
      assert.ok(isStopped || child.exitCode === 0, `${words.join(' ')}: ${output}${errors}`);
    },
  };
}

async function assertPrivate(folder: string, isPublic: (name: string) => boolean): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    if (entry.isSymbolicLink()) continue;
    const { mode } = await stat(file);
    const shown = `${name}: ${(mode & 0o7777).toString(8)}`;
    assert.equal(mode & 0o022, 0, `others may change ${shown}`);
    if (entry.isDirectory() || isPublic(name)) continue;
    names.push(name);
    assert.equal(mode & 0o077, 0, `others may read ${shown}`);
  }
  return names;
}

suite('files that Everyhop writes', { concurrency: true }, () => {
  for (const [who, uid, umask] of [
    ['root', undefined, '000'],
    ['a user', otherUid, '000'],
  ] as const) {
    const skip = who === 'root' || isRoot ? false : 'needs root, to become another user';
    test(`${who} with umask ${umask}: others read only what is public, and change nothing`, { skip }, async (t) => {
      const above = await temporaryFolder(t, 'files');
      if (uid !== undefined) await chown(above, uid, uid);
      await chmod(above, 0o755);
      const { state, run } = runnerOf(above, umask, uid);
      const [httpsPort, httpPort] = await quietPorts(2);
      await writeFile(path.join(above, 'passphrase'), 'correct horse battery staple\n', { mode: 0o644 });
      const ports = ['--https-port', String(httpsPort), '--http-port', String(httpPort)];
      await run('up', '--demo', '--json', '--host', 'chat.test', ...ports);
      await run('certificates', 'obtain', 'models.internal');
      await run('certificates', 'export', 'models.internal', path.join(above, 'export'));
      await run('env');
      await run('backup', path.join(above, 'everyhop.age'), '--passphrase-file', 'passphrase');
      await run('authority', 'take-offline', path.join(above, 'root.key'));
      const kept = await assertPrivate(state, (name) => publicFiles.some((pattern) => pattern.test(name)));
      for (const name of ['everyhop.db', 'backup/everyhop-'])
        assert.ok(
          kept.some((one) => one.startsWith(name)),
          name,
        );
      assert.ok(kept.some((name) => name.endsWith('privkey.pem')));
      for (const name of ['everyhop.age', 'root.key', 'export/privkey.pem'])
        assert.equal((await stat(path.join(above, name))).mode & 0o777, 0o600, name);
    });
  }

  test('nginx secure with umask 000', { skip: without('nginx') }, async (t) => {
    const [httpPort, httpsPort] = await quietPorts(2);
    const server = `server { listen 127.0.0.1:${httpPort}; server_name chat.test; location / { return 200 hi; } }`;
    const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(server) });
    const { confFile } = await startNginx(t, { folder });
    const above = await temporaryFolder(t, 'files');
    const { state, run } = runnerOf(above, '000', undefined);
    const flags = ['--conf', confFile, '--nginx', nginxProgram, '--prefix', folder];
    await run('nginx', 'secure', 'chat.test', '--yes', '--tls-port', String(httpsPort), ...flags);
    await run('nginx', 'renew', '--now', ...flags);
    await assertPrivate(state, (name) => publicFiles.some((pattern) => pattern.test(name)));
    const managed = path.join(path.dirname(confFile), 'everyhop');
    const kept = await assertPrivate(managed, (name) => !name.endsWith('site.json'));
    assert.deepEqual(
      kept.map((name) => path.basename(name)),
      ['site.json'],
    );
  });
});
