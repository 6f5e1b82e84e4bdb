import { readFileSync } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { EveryhopError } from '../base/errors.ts';
import { storeError } from './messages.ts';
import { serviceUser } from './state-folder.ts';

/** The user of this program. `sudoUid`: the user who became root by sudo, and could do so again. */
export interface Runner {
  uid: number | undefined;
  sudoUid: number | undefined;
}

export function currentRunner(env: NodeJS.ProcessEnv = process.env): Runner {
  const sudoUid = Number(env['SUDO_UID'] ?? NaN);
  return { uid: process.getuid?.(), sudoUid: Number.isSafeInteger(sudoUid) ? sudoUid : undefined };
}

const stickyBit = 0o1000;

/**
 * Refuses to keep root's keys where another user could replace them, or could lead root to other files by links: the folder and
 * all folders above it must belong to root, and others must not write in them (as sshd's StrictModes). A sticky folder such as
 * /tmp may lie above it. Checks nothing for other users.
 * @param folder exists.
 * @throws EveryhopError `store.foreign-folder`; `store.of-service` for the folder of the service.
 */
export async function checkOwners(folder: string, { uid, sudoUid }: Runner = currentRunner()): Promise<void> {
  if (uid !== 0) return;
  const own = await realpath(folder);
  for (let at = own; ; at = path.dirname(at)) {
    const found = await lstat(at);
    const isOurs = found.uid === 0 || found.uid === sudoUid;
    const groupMayWrite = found.gid !== 0 && found.uid === 0 && (found.mode & 0o020) !== 0;
    const othersMayWrite = (found.mode & 0o002) !== 0 || groupMayWrite;
    const isSticky = at !== own && (found.mode & stickyBit) !== 0;
    if (at === own && !isOurs && found.uid === serviceUid())
      throw storeError('store.of-service', { folder, user: serviceUser });
    if (!isOurs || (othersMayWrite && !isSticky)) throw foreign(folder, at, found.uid);
    if (at === path.dirname(at)) return;
  }
}

/** undefined: there is no such user. */
function serviceUid(): number | undefined {
  const line = readAccounts().find((one) => one.startsWith(`${serviceUser}:`));
  return line === undefined ? undefined : Number(line.split(':')[2]);
}

function readAccounts(): string[] {
  try {
    return readFileSync('/etc/passwd', 'utf8').split('\n');
  } catch {
    return [];
  }
}

function foreign(folder: string, at: string, uid: number): EveryhopError {
  return storeError('store.foreign-folder', { folder, at, uid });
}
