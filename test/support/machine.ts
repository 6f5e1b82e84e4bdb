/** Boots Debian 12 with systemd as its first process, in its own namespaces. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Execution, execute } from '../../src/base/process.ts';
import { debianRoot } from './debian-root.ts';
import { atEnd } from './up.ts';

export interface Machine {
  /** Runs a shell script in the machine, as root. */
  run(script: string, env?: Record<string, string>): Promise<Execution>;
  /** The same, and the script must succeed. @returns its output. */
  succeed(script: string, env?: Record<string, string>): Promise<string>;
  /** Runs a script beside the machine, on the other end of its network cable. */
  outside(script: string): Promise<Execution>;
  startOutside(program: string, args: readonly string[]): ChildProcess;
}

/** Address of the machine for programs outside of it. */
export const machineAddress = '192.0.2.2';
/** Address of the programs outside, for the machine. */
export const outsideAddress = '192.0.2.1';

/** $1: the name of the control group; the rest: options of systemd-nspawn. Works with cgroups of both versions. */
const boot = `
set -eu
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mkdir "/sys/fs/cgroup/$1"
echo $$ > "/sys/fs/cgroup/$1/cgroup.procs"
shift
ip link set lo up
exec systemd-nspawn --quiet --register=no --keep-unit --network-veth --volatile=overlay --boot "$@"
`;

const removeGroups = `
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
find "/sys/fs/cgroup/$1" -depth -type d -exec rmdir {} +
`;

const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
};

let machines = 0;

/**
 * Its changes are lost at the end of the test.
 * @param folders that the machine sees read-only, at the same path.
 */
export async function bootMachine(t: TestContext, folders: readonly string[]): Promise<Machine> {
  const group = `everyhop-test-${process.pid}-${(machines += 1)}`;
  const binds = folders.map((folder) => `--bind-ro=${folder}`);
  const host = ['--mount', '--net', 'bash', '-c', boot, 'bash', group];
  const nspawn = spawn('unshare', [...host, '-D', debianRoot, ...binds], { stdio: ['ignore', 'pipe', 'pipe'] });
  let console = '';
  for (const stream of [nspawn.stdout, nspawn.stderr])
    stream.on('data', (text: Buffer) => (console += text.toString()));
  const ended = once(nspawn, 'exit');
  const leader = await leaderOf(
    nspawn.pid!,
    () => nspawn.exitCode !== null,
    () => console,
  );
  atEnd(t, async () => {
    process.kill(leader, 'SIGKILL');
    await ended;
    await execute('unshare', ['--mount', 'bash', '-c', removeGroups, 'bash', group]);
  });
  const enter = ['-t', String(leader), '-m', '-u', '-i', '-n', '-p', '-C', '--', '/bin/bash', '-c'];
  const run = (script: string, env: Record<string, string> = {}): Promise<Execution> =>
    execute('nsenter', [...enter, script], { env: { ...environment, ...env }, timeoutMs: 120_000 });
  const outside = (script: string): Promise<Execution> =>
    execute('nsenter', ['-t', String(nspawn.pid!), '-n', 'bash', '-c', script], { timeoutMs: 60_000 });
  const succeed = async (script: string, env?: Record<string, string>): Promise<string> => {
    const { code, stdout, stderr } = await run(script, env);
    if (code !== 0) throw new Error(`exit code ${code}: ${script}\n${stdout}\n${stderr}`);
    return stdout;
  };
  await run('systemctl is-system-running --wait');
  const inside = ['-t', String(leader), '-n', 'bash', '-c'];
  await execute('nsenter', [...inside, `ip address add ${machineAddress}/24 dev host0 && ip link set host0 up`]);
  await outside(`ip address add ${outsideAddress}/24 dev ve-root && ip link set ve-root up`);
  return {
    run,
    succeed,
    outside,
    startOutside: (program, args) => spawn('nsenter', ['-t', String(nspawn.pid!), '-n', program, ...args]),
  };
}

/** The first process of the machine, in the numbers of this one. */
async function leaderOf(nspawn: number, hasEnded: () => boolean, console: () => string): Promise<number> {
  for (;;) {
    if (hasEnded()) throw new Error(`systemd-nspawn ended:\n${console()}`);
    const children = await readFile(`/proc/${nspawn}/task/${nspawn}/children`, 'utf8').catch(() => '');
    const found = children.trim().split(' ').find(isFirstProcess);
    if (found !== undefined) return Number(found);
    await pause(50);
  }
}

function isFirstProcess(pid: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/comm`, 'utf8') === 'systemd\n' &&
      /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    );
  } catch {
    return false;
  }
}
