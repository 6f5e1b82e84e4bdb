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
  /** How it was found. */
  nginx: NginxProgram;
  pidFile: string;
}

export interface Worker {
  pid: number;
  /** It takes no new connections, and ends with those that it has. */
  leaving: boolean;
  startedTicks: number;
}

/**
 * The master that runs with this program's configuration and that this process may signal.
 * @param options.pidFile what `pid` says in the configuration, absolute (default: what was built in).
 * @throws EveryhopError `nginx.not-running`; `nginx.no-master`; `nginx.not-permitted`; `nginx.elsewhere` where it sees other files than this
 *   process (chroot, container); `nginx.other-instance` where it was started with another configuration or prefix;
 *   `nginx.no-proc` on other systems than Linux; `file.denied`.
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

/** Its workers of now; those that keep the cache are none. Empty when it has ended. */
export function workersOf(master: Master): Worker[] {
  return allPids().flatMap((pid) => {
    const found = statOf(pid);
    if (!isAlive(found) || found.parent !== master.pid) return [];
    const kind = /^\S+: worker process(.*)$/.exec(titleOf(pid) ?? '')?.[1];
    if (kind === undefined) return [];
    return [{ pid, leaving: kind.includes('shutting down'), startedTicks: found.startedTicks }];
  });
}

/** Is it still that process? */
export function isRunning(master: Master): boolean {
  const found = statOf(master.pid);
  return isAlive(found) && found.startedTicks === master.startedTicks;
}

/**
 * Asks it to load its configuration (SIGHUP); whether it did, only an answer of its workers tells.
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
    return (await readFile(pidFile, 'latin1')).trim().slice(0, 20); // an empty one: `nginx -t` has made it
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

/** A mount namespace of its own may still show it the same files (systemd's PrivateTmp): so the files are compared. */
async function seesTheSame(pid: number, confFile: string): Promise<boolean> {
  const theirRoot = `/proc/${pid}/root`;
  // A link with an absolute target would be followed in this process's root.
  const file = await realpath(confFile).catch(() => confFile);
  return (await isSame(`${theirRoot}/`, '/')) && (await isSame(theirRoot + file, file));
}

async function isSame(theirs: string, ours: string): Promise<boolean> {
  try {
    const [one, other] = await Promise.all([theirs, ours].map((file) => stat(file, { bigint: true })));
    return one!.dev === other!.dev && one!.ino === other!.ino;
  } catch (error) {
    // A master with capabilities of its own is closed even to its own user: then nothing speaks against it.
    return systemCode(error) === 'EACCES';
  }
}

/** The flags that nginx takes a value for or that stand between these; it joins its arguments by blanks. */
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
