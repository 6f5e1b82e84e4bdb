/** Runs a real nginx on loopback that writes only to a temporary folder and does not affect the system's nginx. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { atEnd, cleanEnvironment, temporaryFolder } from './up.ts';

/** Debian installs it outside of the users' PATH. */
export const nginxProgram = '/usr/sbin/nginx';

/**
 * Directives that make nginx write only below its prefix: `main` for the top of the file, `http` for the top of the
 * `http` block.
 */
export const ownPlaces = {
  main: 'pid nginx.pid;\nerror_log error.log notice;\nlock_file nginx.lock;\n',
  http: `access_log off;\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((what) => `${what}_temp_path tmp-${what};\n`)
    .join('')}`,
};

/** A complete `nginx.conf` around the contents of its `http` block. */
export function nginxConf(http: string, options: { main?: string; workers?: number } = {}): string {
  const { main = '', workers = 1 } = options;
  const top = `${ownPlaces.main}worker_processes ${workers};\n${main}`;
  return `${top}events { worker_connections 256; }\nhttp {\n${ownPlaces.http}${http}\n}\n`;
}

/**
 * Creates a folder with these files (relative paths), accessible to nginx's workers, which run as another user. Strings
 * are written as latin1: one byte per character.
 */
export async function nginxFolder(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder(t, 'nginx');
  await chmod(folder, 0o755);
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text, 'latin1');
  }
  return folder;
}

export interface RunningNginx {
  /** Its prefix. */
  folder: string;
  confFile: string;
  pidFile: string;
  errorLog: string;
  /** Of the master process. */
  pid: number;
  /** `-p` and `-c`, for further calls of the program. */
  args: string[];
  /** Stops master and workers immediately; resolves when all are gone. */
  stop(): Promise<void>;
}

export interface NginxStart {
  /** Prefix; holds the configuration. */
  folder: string;
  /** Relative to the folder (default `nginx.conf`). */
  conf?: string;
  /** Daemonizes, as a service does: the master is not a child of this process. */
  daemon?: boolean;
  /** Default: Debian's nginx. */
  program?: string;
  /** As in the directives `pid` and `error_log` (default as in `ownPlaces`). */
  pidFile?: string;
  errorLog?: string;
}

/**
 * Starts nginx with `-p folder -c file`; resolves when it accepts connections and has a worker. Stops it at the end of
 * the test.
 * @throws Error with nginx's output if it does not start.
 */
export async function startNginx(t: TestContext, start: NginxStart): Promise<RunningNginx> {
  const { folder, daemon = false, program = nginxProgram } = start;
  const confFile = path.join(folder, start.conf ?? 'nginx.conf');
  const pidFile = path.join(folder, start.pidFile ?? 'nginx.pid');
  const errorLog = path.join(folder, start.errorLog ?? 'error.log');
  const args = ['-p', folder, '-c', confFile];
  const foreground = daemon ? [] : ['-g', 'daemon off;'];
  const child = spawn(program, [...args, ...foreground], {
    env: cleanEnvironment(folder),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
  const gone = once(child, daemon ? 'exit' : 'close');
  const failed = (): boolean => (daemon ? child.exitCode !== null && child.exitCode !== 0 : hasEnded(child));
  const pid = await readiness(pidFile, failed).catch(async (error: unknown) => {
    if (!hasEnded(child)) child.kill('SIGKILL');
    await gone;
    throw new Error(`nginx did not start: ${output.trim()}`, { cause: error });
  });
  const stop = async (): Promise<void> => {
    const family = [pid, ...childrenOf(pid)];
    signal(pid, 'SIGTERM');
    for (let waitedMs = 0; family.some(isAlive); waitedMs += 10) {
      if (waitedMs === 5000) for (const one of family) signal(one, 'SIGKILL');
      await pause(10);
    }
    if (!daemon) await gone;
  };
  atEnd(t, stop);
  return { folder, confFile, pidFile, errorLog, pid, args, stop };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** nginx listens before it writes the pid file. It does not report its first worker, so poll. */
async function readiness(pidFile: string, failed: () => boolean): Promise<number> {
  for (let waitedMs = 0; waitedMs < 20_000 && !failed(); waitedMs += 10) {
    const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
    if (pid > 0 && childrenOf(pid).some((one) => titleOf(one).startsWith('nginx: worker'))) return pid;
    await pause(10);
  }
  throw new Error(failed() ? 'it ended' : 'it has no worker after 20 s');
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').map(Number);
  return pids.filter((pid) => pid > 0 && parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  return statOf(pid)?.[1];
}

function isAlive(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== undefined && !stat[0].startsWith('Z');
}

/** Fields 3 and 4. The program's name before them can contain any character, also `)`. */
function statOf(pid: number): [state: string, parent: number] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [state!, Number(parent)];
  } catch {
    return undefined;
  }
}

function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // already gone
  }
}
