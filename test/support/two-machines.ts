import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { type Execution, execute } from '../../src/base/process.ts';
import { atEnd, cleanEnvironment, temporaryFolder } from './up.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** A network namespace as a machine with one cable, `eth0`. */
export interface Machine {
  /** Runs a shell script there, with a name resolver that asks multicast DNS. */
  sh(script: string): Promise<Execution>;
  /** Changes its interfaces: arguments of `ip`. */
  ip(...args: string[]): Promise<void>;
  /** Starts Avahi, which answers for `NAME.local`. */
  avahi(name: string): Promise<void>;
  /**
   * Starts `everyhop ARGS --json` on a machine with this hostname.
   * @param command that starts Everyhop; default: the checkout's.
   */
  everyhop(hostname: string, args: string[], command?: string[]): Promise<Running>;
}

export interface Running {
  /** Resolves with the first event of this type, including earlier ones. */
  event<T>(type: string): Promise<T>;
  stop(): Promise<void>;
}

/** Two machines joined by a cable, without any other network. Needs root. */
export async function twoMachines(t: TestContext, addresses: [string, string]): Promise<[Machine, Machine]> {
  const names = ['a', 'b'].map((end) => `everyhop-${process.pid}-${end}`) as [string, string];
  for (const name of names) {
    await succeed('ip', 'netns', 'add', name);
    atEnd(t, () => succeed('ip', 'netns', 'del', name));
  }
  await succeed('ip', 'link', 'add', 'eth0', 'netns', names[0], 'type', 'veth', 'peer', 'eth0', 'netns', names[1]);
  const machines = await Promise.all(names.map((name) => machine(t, name)));
  for (const [at, one] of machines.entries()) {
    await one.ip('link', 'set', 'lo', 'up');
    await one.ip('addr', 'add', `${addresses[at]}/24`, 'dev', 'eth0');
    await one.ip('link', 'set', 'eth0', 'up');
  }
  return machines as [Machine, Machine];
}

async function machine(t: TestContext, namespace: string): Promise<Machine> {
  const folder = await temporaryFolder(t, 'machine');
  const run = path.join(folder, 'run');
  await mkdir(run);
  await writeFile(path.join(folder, 'nsswitch.conf'), 'hosts: files mdns4_minimal [NOTFOUND=return] dns\n');
  // Avahi's socket is below /run. Both mounts are visible to this machine only.
  const own = `mount --bind ${run} /run && mount --bind ${folder}/nsswitch.conf /etc/nsswitch.conf`;
  const inside = (script: string): [string, string[]] => [
    'ip',
    ['netns', 'exec', namespace, 'unshare', '--mount', '--uts', 'sh', '-c', `${own} && ${script}`],
  ];
  const env = cleanEnvironment(folder);
  const start = (script: string, lines: (line: string) => void): ChildProcess => {
    const [program, args] = inside(script);
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface({ input: child.stdout }).on('line', lines);
    createInterface({ input: child.stderr }).on('line', lines);
    atEnd(t, () => end(child));
    return child;
  };
  return {
    sh: async (script) => execute(...inside(script), { env }),
    ip: (...args) => succeed('ip', '-n', namespace, ...args),
    async avahi(name) {
      const settings = `[server]\nhost-name=${name}\nuse-ipv6=no\nenable-dbus=no\n[publish]\npublish-workstation=no\n[rlimits]\n`;
      await writeFile(path.join(folder, 'avahi.conf'), settings);
      await new Promise<void>((resolve) => {
        const script = `mkdir -p /run/avahi-daemon && exec avahi-daemon -f ${folder}/avahi.conf --no-drop-root --no-chroot --no-rlimits`;
        start(script, (line) => line.includes('Server startup complete') && resolve());
      });
    },
    async everyhop(hostname, args, command = [process.execPath, path.join(root, 'bin/everyhop.js')]) {
      const printed: string[] = [];
      const events: { event?: string }[] = [];
      const waiting = new Set<() => void>();
      const program = [...command, ...args, '--json'];
      const child = start(`hostname ${hostname} && exec ${program.join(' ')}`, (line) => {
        printed.push(line);
        if (line.startsWith('{')) events.push(JSON.parse(line) as { event?: string });
        for (const look of waiting) look();
      });
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`everyhop ended with ${String(code)}:\n${printed.join('\n')}`);
      });
      ended.catch(() => {}); // the end of the test
      return {
        event: async <T>(type: string) =>
          Promise.race([
            ended,
            new Promise<T>((resolve) => {
              const look = (): void => {
                const found = events.find(({ event }) => event === type);
                if (found) resolve(found as T);
              };
              waiting.add(look);
              look();
            }),
          ]),
        stop: () => end(child),
      };
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function succeed(program: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await execute(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}
