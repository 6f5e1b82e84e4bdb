import { existsSync } from 'node:fs';
import { readFile, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { EveryhopError, systemCode } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { nginxError } from '../messages.ts';
import type { NginxProgram } from './inspect.ts';
import { allPids, hasProc, isAlive, statOf, titleOf, userOf } from './proc.ts';

/** The process that reads the configuration and starts the workers. */
export interface Master {
  pid: number;
  uid: number;
  startedTicks: number;
  nginx: NginxProgram;
  pidFile: string;
}

export interface Worker {
  pid: number;
  /** It accepts no new connections, and exits when its current ones end. */
  leaving: boolean;
  startedTicks: number;
}

/**
 * Finds the master that runs with this program's configuration and accepts signals from this process.
 * @param options.pidFile the configuration's `pid`, absolute (default: built into the binary).
 * @throws EveryhopError `nginx.not-running`; `nginx.no-master`; `nginx.not-permitted`; `nginx.elsewhere` if the master sees
 *   other files than this process (chroot, container); `nginx.other-instance` if it was started with another
 *   configuration or prefix; `nginx.no-proc` on systems other than Linux; `file.denied`.
 */
export async function findMaster(nginx: NginxProgram, options: { pidFile?: string } = {}): Promise<Master> {
  if (!hasProc()) throw nginxError('nginx.no-proc', {});
  const pidFile = options.pidFile ?? nginx.defaultPidFile;
  const held = await contentOf(pidFile);
  const pid = /^[1-9]\d{0,9}$/.test(held) ? Number(held) : undefined;
  const found = pid === undefined ? undefined : statOf(pid);
  const title = found && titleOf(found.pid);
  const command = /^\S+: master process (.*)$/s.exec(title ?? '')?.[1];
  if (isAlive(found) && found.name === 'nginx' && title !== undefined && !title.startsWith('nginx: ')) {
    throw nginxError('nginx.no-master', { pid: found.pid, conf: nginx.confFile });
  }
  if (!isAlive(found) || command === undefined) {
    throw notRunning(nginx, pidFile, [held || '-', ...(found ? [`(${found.name})`] : [])].join(' '));
  }
  const uid = userOf(found.pid) ?? 0;
  if (!maySignal(found.pid)) throw nginxError('nginx.not-permitted', { pid: found.pid, uid });
  const conf = nginx.confFile;
  if (!(await seesTheSame(found.pid, conf))) throw nginxError('nginx.elsewhere', { pid: found.pid, conf });
  if (!(await wasStartedWith(found.pid, command, nginx))) {
    throw nginxError('nginx.other-instance', { pid: found.pid, conf, pidFile, command });
  }
  return { pid: found.pid, uid, startedTicks: found.startedTicks, nginx, pidFile };
}

/** The master's current workers, without its cache processes; empty if it has exited. */
export function workersOf(master: Master): Worker[] {
  return allPids().flatMap((pid) => {
    const found = statOf(pid);
    if (!isAlive(found) || found.parent !== master.pid) return [];
    const kind = /^\S+: worker process(.*)$/.exec(titleOf(pid) ?? '')?.[1];
    if (kind === undefined) return [];
    return [{ pid, leaving: kind.includes('shutting down'), startedTicks: found.startedTicks }];
  });
}

/** False if the process has exited, even if its pid is in use again. */
export function isRunning(master: Master): boolean {
  const found = statOf(master.pid);
  return isAlive(found) && found.startedTicks === master.startedTicks;
}

/**
 * Tells nginx to reload its configuration (SIGHUP). Only its workers' answers show whether it did.
 * @throws EveryhopError `nginx.not-running`, `nginx.not-permitted`.
 */
export function reload(master: Master): void {
  const { pid, uid, nginx, pidFile } = master;
  if (!isRunning(master)) throw notRunning(nginx, pidFile, String(pid));
  try {
    process.kill(pid, 'SIGHUP');
  } catch (error) {
    if (systemCode(error) === 'ESRCH') throw notRunning(nginx, pidFile, String(pid));
    if (systemCode(error) === 'EPERM') throw nginxError('nginx.not-permitted', { pid, uid }, { cause: error });
    throw error;
  }
}

async function contentOf(pidFile: string): Promise<string> {
  try {
    return (await readFile(pidFile, 'latin1')).trim().slice(0, 20); // empty if `nginx -t` created it
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw fileError(error, pidFile);
  }
}

function notRunning(nginx: NginxProgram, pidFile: string, found: string): EveryhopError<'nginx.not-running'> {
  const isService = nginx.args.length === 0 && existsSync('/run/systemd/system');
  const start = isService ? 'sudo systemctl start nginx' : [nginx.program, ...nginx.args].join(' ');
  return nginxError('nginx.not-running', { conf: nginx.confFile, pidFile, found, start });
}

function maySignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EPERM') return false;
    throw error;
  }
}

/** Compares files instead of mount namespaces: a separate one may show the same files (systemd's PrivateTmp). */
async function seesTheSame(pid: number, confFile: string): Promise<boolean> {
  const theirRoot = `/proc/${pid}/root`;
  // An absolute link below `theirRoot` would resolve in this process's root.
  const file = await realpath(confFile).catch(() => confFile);
  return (await isSame(`${theirRoot}/`, '/')) && (await isSame(theirRoot + file, file));
}

async function isSame(theirs: string, ours: string): Promise<boolean> {
  try {
    const [one, other] = await Promise.all([theirs, ours].map((file) => stat(file, { bigint: true })));
    return one!.dev === other!.dev && one!.ino === other!.ino;
  } catch (error) {
    // A master with extra capabilities hides its files even from its own user: assume that it sees the same ones.
    return systemCode(error) === 'EACCES';
  }
}

/** nginx's flags, with and without values. Its process title joins all arguments with blanks. */
const flag = / -([cpgeshqtTvV?])(?: |(?=\/)|$)/;

async function wasStartedWith(pid: number, command: string, nginx: NginxProgram): Promise<boolean> {
  const [, ...rest] = command.split(flag);
  const valueOf = (letter: string): string | undefined => {
    const at = rest.findIndex((piece, index) => index % 2 === 0 && piece === letter);
    return at < 0 ? undefined : rest[at + 1]!.trim();
  };
  const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => '/');
  const prefix = path.resolve(workingFolder, valueOf('p') ?? nginx.builtIn.prefix);
  const confFile = path.resolve(prefix, valueOf('c') ?? nginx.builtIn.confPath);
  return (await isOnePath(confFile, nginx.confFile)) && (await isOnePath(prefix, nginx.prefix));
}

async function isOnePath(one: string, other: string): Promise<boolean> {
  const real = (file: string): Promise<string> => realpath(file).catch(() => path.resolve(file));
  return (await real(one)) === (await real(other));
}
