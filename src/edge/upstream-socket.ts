import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { systemCode } from '../base/errors.ts';
import { workerUser } from './worker-user.ts';

/** Why the workers cannot connect to a unix socket. */
export type SocketObstacle =
  | { code: 'ENOENT' | 'ECONNREFUSED' }
  /** `path`: the socket, or the folder, that is closed to `user`. `fix`: the command that opens it. */
  | { code: 'EACCES'; path: string; user: string; fix: string };

/** @param socketPath as in the configuration. Undefined: nothing is in the way. */
export async function socketObstacle(socketPath: string): Promise<SocketObstacle | undefined> {
  const code = await connectCode(socketPath.replace(/^@/, '\0'));
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return { code };
  if (socketPath.startsWith('@')) return code === undefined ? undefined : { code: 'ECONNREFUSED' };
  const closed = closedPaths(socketPath, code === 'EACCES');
  if (closed.length === 0) return undefined;
  const fix = closed.map((each) => `chmod ${each === socketPath ? 'a+rw' : 'a+x'} ${quoted(each)}`).join(' && ');
  return { code: 'EACCES', path: closed[0]!, user: workersName(), fix };
}

function connectCode(name: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ path: name });
    socket.once('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error) => resolve(systemCode(error) ?? 'ECONNREFUSED'));
  });
}

/** From the root down. @param isClosed this program itself may not open the socket. */
function closedPaths(socketPath: string, isClosed: boolean): string[] {
  const folders: string[] = [];
  for (let folder = path.dirname(socketPath); folder !== '/'; folder = path.dirname(folder)) folders.unshift(folder);
  const closed = folders.filter((folder) => !workersMay('-x', folder));
  if (!workersMay('-w', socketPath)) closed.push(socketPath);
  return closed.length === 0 && isClosed ? [socketPath] : closed;
}

const setpriv = '/usr/bin/setpriv';

/** Asks the system, which knows access control lists, too. */
function workersMay(access: '-w' | '-x', name: string): boolean {
  const user = workerUser();
  const asWorker = user && ['--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups', '--'];
  if (asWorker && !existsSync(setpriv)) return true; // unknown
  const [program, ...options] = [...(asWorker ? [setpriv, ...asWorker] : []), 'test', access, name];
  const { status, error } = spawnSync(program, options, { stdio: 'ignore' });
  return error !== undefined || status === 0 || status === null;
}

function workersName(): string {
  const user = workerUser();
  return user ? `uid ${user.uid}` : os.userInfo().username;
}

function quoted(text: string): string {
  return /^[\w./@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
