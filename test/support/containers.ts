/** podman in its own namespaces, where it works without privileges of the machine: cgroups of version 2, a network without the world. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { type Execution, execute } from '../../src/base/process.ts';
import { atEnd, temporaryFolder } from './up.ts';

export interface Containers {
  /** Runs a shell script that may call podman. */
  run(script: string, limitMs?: number): Promise<Execution>;
  /** The same, and the script must succeed. @returns its output. */
  succeed(script: string, limitMs?: number): Promise<string>;
  /** Starts a program beside the containers, on the network of the host. */
  start(program: string, args: readonly string[]): ChildProcess;
  folder: string;
}

const prepare = `
set -eu
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
ip link set lo up
echo ready
exec sleep infinity
`;

/** @param tools folders to search before those of the machine. */
export async function startContainers(t: TestContext, tools: readonly string[] = []): Promise<Containers> {
  const folder = await temporaryFolder(t, 'containers');
  const [storage, settings] = [path.join(folder, 'storage.conf'), path.join(folder, 'containers.conf')];
  const [runRoot, graphRoot] = [path.join(folder, 'run'), path.join(folder, 'store')];
  await mkdir(runRoot);
  await writeFile(storage, `[storage]\ndriver = "vfs"\nrunroot = "${runRoot}"\ngraphroot = "${graphRoot}"\n`);
  const limits = 'default_ulimits = ["nofile=1024:4096", "nproc=1000:1000", "memlock=65536:65536"]';
  await writeFile(settings, `[engine]\ncgroup_manager = "cgroupfs"\n[containers]\ncgroups = "disabled"\n${limits}\n`);
  const holder = spawn('unshare', ['--mount', '--net', 'bash', '-c', prepare], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const env = {
    PATH: [...tools, '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'].join(':'),
    HOME: folder,
    LANG: 'C.UTF-8',
    CONTAINERS_STORAGE_CONF: storage,
    CONTAINERS_CONF: settings,
  };
  const enter = ['-t', String(holder.pid!), '-m', '-n', 'env', '-C', folder];
  const run = (script: string, timeoutMs = 120_000): Promise<Execution> =>
    execute('nsenter', [...enter, 'bash', '-c', script], { env, timeoutMs });
  atEnd(t, async () => {
    await run(
      'podman rm --all --force --time 0; podman unshare true 2> /dev/null; umount --all-targets --recursive "$PWD/store" 2> /dev/null; true',
    );
    holder.kill('SIGKILL');
  });
  return {
    folder,
    run,
    async succeed(script, limitMs) {
      const { code, stdout, stderr } = await run(script, limitMs);
      if (code !== 0) throw new Error(`exit code ${code}: ${script}\n${stdout}\n${stderr}`);
      return stdout;
    },
    start: (program, args) => spawn('nsenter', [...enter, program, ...args], { env }),
  };
}
