import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { systemCode } from '../../base/errors.ts';
import { nginxError } from '../messages.ts';

/**
 * Prevents any other Everyhop on this machine, with any state folder, from changing the same nginx. The lock is an abstract
 * Unix socket (unix(7)), which the kernel releases when the process dies.
 * @returns a function that releases the lock.
 * @throws EveryhopError `nginx.busy-elsewhere`.
 */
export async function holdConfiguration(confFile: string): Promise<() => void> {
  const file = await realpath(confFile).catch(() => confFile);
  const lock = `everyhop-nginx-${createHash('sha256').update(file).digest('hex').slice(0, 16)}`;
  const server = createServer((socket) => socket.destroy()).unref();
  try {
    await once(server.listen(`\0${lock}`), 'listening');
  } catch (error) {
    throw systemCode(error) === 'EADDRINUSE' ? nginxError('nginx.busy-elsewhere', { lock }) : error;
  }
  return () => void server.close();
}
