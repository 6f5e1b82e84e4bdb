/** An edge that root runs, and a desktop user on the same machine: in a mount namespace with its own /var/lib and /etc/passwd. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { execute, type Execution } from '../../src/base/process.ts';
import { certificatesIn } from '../../src/trust/store.ts';
import { canMakeNamespaces, canOthersRun } from '../support/docker.ts';
import { mends } from '../support/outside.ts';
import { without } from '../support/tools.ts';
import { atEnd, cleanEnvironment, freePorts, temporaryFolder } from '../support/up.ts';

const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
const skip =
  without('certutil', 'curl') ||
  (canMakeNamespaces() && canOthersRun()
    ? false
    : 'needs root, to create namespaces, and a checkout that others can read');
const bob = { uid: 1234, gid: 1234 };

interface Machine {
  home: string;
  /** Runs `everyhop` in the machine. */
  asRoot: (args: string[], env?: Record<string, string>) => Promise<Execution>;
  asBob: (args: string[]) => Promise<Execution>;
  /** Only inside. */
  read: (file: string) => Promise<string>;
  enter: (command: string[]) => string[];
}

async function startMachine(t: TestContext): Promise<Machine> {
  const folder = await temporaryFolder(t, 'machine');
  const home = path.join(folder, 'bob');
  await mkdir(home);
  await chown(home, bob.uid, bob.gid);
  await chmod(folder, 0o755);
  const passwd = path.join(folder, 'passwd');
  const users = await readFile('/etc/passwd', 'utf8');
  await writeFile(passwd, `${users.trimEnd()}\nbob:x:${bob.uid}:${bob.gid}::${home}:/bin/sh\n`);
  const setUp = 'mount -t tmpfs tmpfs /var/lib && mount --bind "$0" /etc/passwd && echo ready && exec sleep infinity';
  const holder = spawn('unshare', ['--mount', 'sh', '-c', setUp, passwd], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  atEnd(t, async () => {
    holder.kill('SIGKILL');
    await ended;
  });
  await once(holder.stdout, 'data');
  const enter = (command: string[]): string[] => [
    'nsenter',
    '--target',
    String(holder.pid),
    '--mount',
    '--',
    ...command,
  ];
  const run = (command: string[], env: Record<string, string>): Promise<Execution> => {
    const [program, ...args] = enter(command) as [string, ...string[]];
    return execute(program, args, { env, timeoutMs: 100_000 });
  };
  const user = ['setpriv', `--reuid=${bob.uid}`, `--regid=${bob.gid}`, '--clear-groups'];
  const rootHome = path.join(folder, 'root');
  await mkdir(rootHome);
  return {
    home,
    enter,
    asRoot: (args, env = {}) => run([process.execPath, everyhop, ...args], { ...cleanEnvironment(rootHome), ...env }),
    asBob: (args) => run([...user, process.execPath, everyhop, ...args], cleanEnvironment(home)),
    read: async (file) => (await run(['cat', file], cleanEnvironment(rootHome))).stdout,
  };
}

interface Installed {
  outcome: string;
  location: string;
  fingerprint: string;
  from?: string;
}

test(
  'trust install by the desktop user adds the root of the edge that root runs',
  { skip, timeout: 200_000 },
  async (t) => {
    mends(t, 'ux/sudo-edge-user-trust', 'ux/authority-new-silently');
    const machine = await startMachine(t);
    const { home, asBob, asRoot, enter, read } = machine;
    const none = await asBob(['trust', 'install', '--store', 'nss']);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /There is no private authority in .*bob\/\.local\/state\/everyhop/);
    assert.ok(!(await readdir(home)).includes('.local'), 'makes no authority');

    const [https, http] = (await freePorts(2)) as [number, number];
    const ports = ['--https-port', String(https), '--http-port', String(http)];
    const up = [process.execPath, everyhop, 'up', '--demo', '--host', 'localhost', '--json', ...ports];
    const [program, ...args] = enter(up) as [string, ...string[]];
    const edge = spawn(program, args, { env: cleanEnvironment('/root'), stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = once(edge, 'exit');
    atEnd(t, async () => {
      edge.kill('SIGTERM');
      await ended;
    });
    let said = '';
    for await (const piece of edge.stdout.setEncoding('utf8')) if ((said += piece).includes('"ready"')) break;
    const [{ fingerprint } = { fingerprint: '' }] = certificatesIn(await read('/var/lib/everyhop/root.pem'));

    const installed = await asBob(['trust', 'install', '--store', 'nss', '--json']);
    assert.equal(installed.code, 0, installed.stderr + installed.stdout);
    const [one] = JSON.parse(installed.stdout) as Installed[];
    assert.deepEqual([one!.outcome, one!.fingerprint, one!.from], ['installed', fingerprint, '/var/lib/everyhop']);
    assert.equal((await asBob(['authority', 'root'])).code, 1, 'bob has no authority of his own');
    const url = `https://localhost:${https}/`;
    for (const state of [[], ['--state', '/var/lib/everyhop']]) {
      const fetched = await asBob(['run', ...state, '--', 'curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', url]);
      assert.equal(fetched.stdout, '200', fetched.stderr);
    }
    const removed = await asBob(['trust', 'uninstall', '--store', 'nss', '--json']);
    assert.deepEqual([removed.code, (JSON.parse(removed.stdout) as Installed[])[0]!.outcome], [0, 'removed']);

    // With sudo, bob's browsers get it, too, in files that he owns.
    const sudo = await asRoot(['trust', 'install', '--store', 'nss', '--json'], { SUDO_UID: String(bob.uid) });
    const database = path.join(home, '.pki/nssdb');
    const places = (JSON.parse(sudo.stdout) as Installed[]).filter(({ outcome }) => outcome === 'installed');
    assert.ok(
      places.some(({ location }) => location === database),
      sudo.stdout,
    );
    for (const file of [path.dirname(database), database, path.join(database, 'cert9.db')])
      assert.equal((await stat(file)).uid, bob.uid, file);
  },
);

test(
  'trust install --root FILE adds that root, and several stay beside each other',
  { skip, timeout: 120_000 },
  async (t) => {
    mends(t, 'ux/sudo-edge-user-trust');
    const { home, asBob } = await startMachine(t);
    const files: string[] = [];
    for (const name of ['one', 'two']) {
      const state = path.join(home, name);
      assert.equal((await asBob(['certificates', 'obtain', 'localhost', '--state', state])).code, 0);
      files.push(path.join(state, 'root.pem'));
    }
    const install = (file: string) => asBob(['trust', 'install', '--store', 'nss', '--root', file, '--json']);
    for (const file of files) assert.equal((await install(file)).code, 0);
    for (const file of files) {
      const [again] = JSON.parse((await install(file)).stdout) as Installed[];
      assert.equal(again!.outcome, 'already-there');
    }
    const wrong = await install('/etc/hostname');
    assert.equal(wrong.code, 1);
    const removed = await asBob(['trust', 'uninstall', '--store', 'nss', '--json']);
    const outcomes = (JSON.parse(removed.stdout) as Installed[]).map(({ outcome }) => outcome);
    assert.deepEqual(outcomes, ['removed', 'removed']);
  },
);
