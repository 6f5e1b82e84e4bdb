import { readdir, readFile, readlink } from 'node:fs/promises';
import net from 'node:net';
import { EveryhopError, systemCode } from '../base/errors.ts';
import { edgeError } from './messages.ts';
import type { Listener } from './snapshot.ts';

/**
 * Opens a listening socket and closes it again.
 * @throws EveryhopError `edge.port-taken` (naming the program that holds the port, if known), `edge.port-denied`,
 *   `edge.address-missing`, `edge.listen-failed`.
 */
export async function tryListener(listener: Listener): Promise<void> {
  const server = net.createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: listener.address, port: listener.port, ipv6Only: listener.address === '::' }, resolve);
    });
  } catch (error) {
    const code = systemCode(error) ?? '';
    const holder = code === 'EADDRINUSE' ? await portHolder(listener.port) : undefined;
    throw listenError(code, listener.address, listener.port, String(error), holder);
  }
  await new Promise((resolve) => {
    server.close(resolve);
  });
}

/** True if `held` must be closed before these can be opened: it has the same port, but is not one of them. */
export function mustCloseFirst(held: Listener, wanted: readonly Listener[]): boolean {
  const onPort = wanted.filter(({ port }) => port === held.port);
  return onPort.length > 0 && !onPort.some((each) => each.address === held.address && each.secure === held.secure);
}

/** Converts a system error of `listen` to ours. */
export function listenError(code: string, address: string, port: number, detail: string, holder = '?'): EveryhopError {
  switch (code) {
    case 'EADDRINUSE':
      return edgeError('edge.port-taken', { address, port, holder });
    case 'EACCES':
    case 'EPERM':
      return edgeError('edge.port-denied', { address, port });
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return edgeError('edge.address-missing', { address, port });
    default:
      return edgeError('edge.listen-failed', { address, port, reason: code || detail });
  }
}

/** True if this machine can listen on IPv6 at all. */
export async function hasIpv6(address: '::' | '::1'): Promise<boolean> {
  return tryListener({ address, port: 0, secure: false }).then(
    () => true,
    () => false,
  );
}

/** `nginx (PID 812)`, from /proc on Linux; `?` if unknown. */
export async function portHolder(port: number): Promise<string> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'latin1').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      // local_address:port, state 0A (LISTEN), inode
      if (fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A' && fields[9]) inodes.add(`socket:[${fields[9]}]`);
    }
  }
  if (inodes.size === 0) return '?';
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const folder = `/proc/${pid}/fd`;
    for (const fd of await readdir(folder).catch(() => [])) {
      const target = await readlink(`${folder}/${fd}`).catch(() => '');
      if (!inodes.has(target)) continue;
      const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '?')).trim();
      return `${name} (PID ${pid})`;
    }
  }
  return '?';
}
