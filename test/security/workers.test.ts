/** The processes that read visitors' bytes can do and know little. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { workerEnvironment, workerUser } from '../../src/edge/worker-user.ts';
import { mends } from '../support/outside.ts';
import { atEnd, cleanEnvironment, freePorts, runEveryhop, startUp, temporaryFolder } from '../support/up.ts';

const skip = (process.platform !== 'linux' || process.getuid?.() !== 0) && 'needs root on Linux, to give it up';

/** The number of TCP sockets on which a process listens. */
function listening(pid: number): number {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => readLink(`/proc/${pid}/fd/${fd}`)));
  const rows = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1));
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && open.has(`socket:[${inode}]`)).length;
}

/** '' for a descriptor that was closed meanwhile. */
function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

test(
  'workers give up root: no capabilities, no new privileges, no secrets, no state',
  { skip, timeout: 300_000 },
  async (t) => {
    const measured = mends(t, 'security/S14-workers-are-root');
    const secret = 'token-of-a-dns-provider';
    const up = await startUp(t, ['--host', 'chat.localhost'], undefined, { CLOUD_DNS_TOKEN: secret });
    const status = JSON.parse((await runEveryhop(['status', '--state', up.state, '--json'], up.state)).stdout) as {
      pid: number;
      workers: { pid: number; uid: number }[];
      findings: { code: string }[];
    };
    const user = workerUser()!;
    assert.ok(status.workers.length >= 2);
    for (const { pid, uid } of status.workers) {
      assert.equal(uid, user.uid);
      const facts = readFileSync(`/proc/${pid}/status`, 'utf8');
      const fact = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(facts)![1]!;
      assert.deepEqual(
        fact('Uid').split('\t'),
        Array.from({ length: 4 }, () => String(user.uid)),
      );
      assert.deepEqual(
        fact('Gid').split('\t'),
        Array.from({ length: 4 }, () => String(user.gid)),
      );
      assert.equal(fact('Groups').trim(), String(user.gid));
      for (const set of ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']) assert.match(fact(set), /^0+$/, set);
      assert.equal(fact('NoNewPrivs'), '1');
      assert.equal(BigInt(`0x${fact('CapBnd')}`) & ~0xc4n, 0n, 'only what starting needs');
      const told = { capabilities: fact('CapEff'), noNewPrivs: fact('NoNewPrivs'), boundingSet: fact('CapBnd') };
      Object.assign(measured, told);
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
      assert.ok(!environment.includes(secret), environment);
    }
    assert.ok(!status.findings.some(({ code }) => code === 'edge.workers-are-root'));
    // An intruder in a worker reaches neither keys nor the control process.
    const asWorker = (command: string): string => {
      const user = `--reuid=${workerUser()!.uid}`;
      return spawnSync('setpriv', [user, '--regid', '65534', '--clear-groups', 'sh', '-c', command]).stderr.toString();
    };
    for (const file of ['everyhop.db', 'control.sock', '.']) {
      const tried = file === '.' ? `ls ${up.state}` : `cat ${path.join(up.state, file)}`;
      assert.match(asWorker(tried), /denied/, tried);
    }
    assert.match(asWorker(`cat /proc/${status.pid}/environ`), /denied/);
    assert.match(asWorker(`kill -TERM ${status.pid}`), /permitted/);
    // Any program of the workers' user may send them SIGUSR1, and people do, to make a server reopen its logs. By default Node.js opens a
    // debugger then, to every local user.
    const pids = [...status.workers.map((worker) => worker.pid), status.pid];
    const before = pids.map(listening);
    for (const { pid } of status.workers) assert.equal(asWorker(`kill -USR1 ${pid}`), '');
    process.kill(status.pid, 'SIGUSR1');
    const later = JSON.parse((await runEveryhop(['status', '--state', up.state, '--json'], up.state)).stdout) as {
      workers: { pid: number }[];
    };
    assert.deepEqual([...later.workers.map((worker) => worker.pid), status.pid], pids);
    assert.deepEqual(pids.map(listening), before);
    // New ports are opened by the control process.
    assert.equal(
      execFileSync('curl', ['-s', '--cacert', up.rootFile, '-o', '/dev/null', '-w', '%{http_code}', up.url]).toString(),
      '200',
    );
  },
);

test('a file that was open where up was started does not reach the workers', { skip, timeout: 300_000 }, async (t) => {
  const folder = await temporaryFolder(t, 'inherited');
  const secret = path.join(folder, 'secret');
  writeFileSync(secret, 'of root', { mode: 0o600 });
  const [https, http] = await freePorts(2);
  const program = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
  const ports = ['--https-port', String(https), '--http-port', String(http)];
  const args = [program, 'up', '--host', 'chat.localhost', ...ports, '--state', path.join(folder, 'state'), '--json'];
  const open = openSync(secret, 'r');
  const child = spawn(process.execPath, args, {
    env: cleanEnvironment(folder),
    stdio: ['ignore', 'pipe', 'ignore', 'ignore', 'ignore', open, 'ignore', open],
  });
  closeSync(open);
  const gone = once(child, 'exit');
  atEnd(t, async () => {
    child.kill('SIGTERM');
    await gone;
  });
  const lines = createInterface({ input: child.stdout! });
  const [first] = (await once(lines, 'line')) as [string];
  lines.on('line', () => {});
  const { pid, workers } = JSON.parse(first) as { pid: number; workers: { pid: number }[] };
  const filesOf = (of: number): string[] => readdirSync(`/proc/${of}/fd`).map((fd) => readLink(`/proc/${of}/fd/${fd}`));
  assert.ok(filesOf(pid).includes(secret));
  assert.ok(workers.length > 0);
  for (const worker of workers) assert.ok(!filesOf(worker.pid).some((file) => file.startsWith(folder)));
});

test('chooses a user for workers alone, or else the unprivileged one of /etc/passwd', { skip }, () => {
  const accounts = 'root:x:0:0::/root:/bin/sh\nnobody:x:65533:65532::/:/bin/false\n';
  assert.deepEqual(
    workerUser(() => accounts),
    { uid: 65533, gid: 65532 },
  );
  assert.deepEqual(
    workerUser(() => `${accounts}everyhop:x:980:981::/:/bin/false\neveryhop-worker:x:990:991::/:/bin/false\n`),
    { uid: 990, gid: 991 },
  );
  assert.deepEqual(
    workerUser(() => 'everyhop-worker:x:0:0::/:/bin/sh\n'),
    { uid: 65534, gid: 65534 },
  );
  assert.deepEqual(
    workerUser(() => assert.fail('no file')),
    { uid: 65534, gid: 65534 },
  );
});

test('passes on only the environment that a worker needs', () => {
  assert.deepEqual(
    workerEnvironment({
      PATH: '/bin',
      LC_ALL: 'C',
      NODE_OPTIONS: '--tls-keylog=x',
      OPENSSL_CONF: '/x',
      TOKEN: 'x',
      SSL_CERT_FILE: '/r',
    }),
    { PATH: '/bin', LC_ALL: 'C', SSL_CERT_FILE: '/r' },
  );
});
