/** `run --mount`: programs that read only the system's file of roots see the bundle there, and no other process does. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { execute, type Execution } from '../../src/base/process.ts';
import { trustError } from '../../src/trust/messages.ts';
import { mountOver } from '../../src/trust/mount.ts';
import { canMakeNamespaces, canOthersRun } from '../support/docker.ts';
import { mends } from '../support/outside.ts';
import { without } from '../support/tools.ts';
import { checkCommand, startPrivateHop } from '../support/trust-matrix.ts';
import { cleanEnvironment } from '../support/up.ts';

const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
const skip =
  without('aria2', 'gnutlsCli') ||
  (canMakeNamespaces() && canOthersRun()
    ? false
    : 'needs root, to create namespaces, and a checkout that others can read');
const nobody = { uid: 65534, gid: 65534 };
const systemFile = '/etc/ssl/certs/ca-certificates.crt';

for (const user of [undefined, nobody]) {
  const who = user === undefined ? 'root' : 'another user, in a user namespace';
  test(
    `run --mount as ${who}: the program verifies, and keeps user, folder, exit code and signals`,
    { skip, timeout: 120_000 },
    async (t) => {
      mends(t, 'trust/no-variable-reaches');
      const hop = await startPrivateHop(t);
      const state = path.join(hop.folder, `of-${user?.uid ?? 0}`);
      const before = await readFile(systemFile, 'utf8');
      await mkdir(state, { mode: 0o777 });
      for (const each of [hop.folder, hop.state, state]) await chmod(each, 0o777);
      const root = path.join(hop.state, 'root.pem');
      const run = (...command: string[]): Promise<Execution> => {
        const args = [everyhop, 'run', '--mount', '--state', state, '--root', root, '--', ...command];
        return execute(process.execPath, args, { env: cleanEnvironment(hop.folder), cwd: state, user });
      };
      const fetched = await run('aria2c', '--no-conf', '--dry-run=true', '--max-tries=1', hop.url);
      assert.match(fetched.stdout, /status=404|errorCode=3\b/, fetched.stderr);
      const shown = await run(
        'sh',
        '-c',
        `id -u; id -g; pwd; ls /proc/self/ns/net >/dev/null; readlink /proc/self/ns/net; exit 7`,
      );
      const net = (await execute('readlink', ['/proc/self/ns/net'])).stdout.trim();
      assert.deepEqual(
        [shown.stdout.trim().split('\n'), shown.code],
        [[`${user?.uid ?? 0}`, `${user?.gid ?? 0}`, state, net], 7],
      );
      assert.equal((await run('sh', '-c', 'kill -TERM $$')).signal, 'SIGTERM');
      assert.equal((await run('/no/such/program')).code, 127);
      assert.equal(await readFile(systemFile, 'utf8'), before);
    },
  );
}

test(
  'trust check names --mount for such a program, and proves it with --mount',
  { skip, timeout: 120_000 },
  async (t) => {
    mends(t, 'trust/no-variable-reaches');
    const hop = await startPrivateHop(t);
    const plain = await checkCommand(hop, ['gnutls-cli'], { urls: [] });
    assert.deepEqual([plain.code, plain.verdict], [1, 'failed']);
    assert.ok(
      plain.findings.some(({ code, hint }) => code === 'trust.mount-needed' && / run .*--mount -- /.test(hint)),
    );
    const mounted = await checkCommand(hop, ['gnutls-cli'], { mount: true });
    assert.deepEqual([mounted.code, mounted.verdict], [0, 'proven'], JSON.stringify(mounted.results));
  },
);

test('where namespaces are not allowed, says so and what else helps', async () => {
  const denied = async (): Promise<Execution> => ({
    code: 1,
    signal: null,
    stdout: '',
    stderr: 'unshare: unshare failed: Operation not permitted\n',
  });
  await assert.rejects(mountOver(systemFile, denied), (error) => {
    assert.ok(trustError.is(error, 'trust.mount-refused'));
    assert.match(error.message, /unshare failed: Operation not permitted/);
    assert.match(error.report('en').hint, /trust install/);
    return true;
  });
});
