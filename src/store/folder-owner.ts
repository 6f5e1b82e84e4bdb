import { readFileSync, type Stats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import path from 'node:path';
import { type EveryhopError, systemCode } from '../base/errors.ts';
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

/** Linux follows as many. */
const mostLinks = 40;

/**
 * Refuses to keep root's keys where another user could replace them, or could lead root to other files by links: the folder and
 * all folders and links on the way to it must belong to root, and others must not write in them (as sshd's StrictModes). A
 * sticky folder such as /tmp may lie on the way. Checks nothing for other users.
 * @param folder if it does not exist yet, as much of the way as does is checked.
 * @throws EveryhopError `store.foreign-folder`; `store.of-service` for the folder of the service.
 */
export async function checkOwners(folder: string, { uid, sudoUid }: Runner = currentRunner()): Promise<void> {
  if (uid !== 0) return;
  const isOurs = (owner: number): boolean => owner === 0 || owner === sudoUid;
  const { own, places } = await wayTo(path.resolve(folder));
  const owner = places.findLast(({ at }) => at === own)?.found.uid;
  if (owner !== undefined && !isOurs(owner) && owner === serviceUid())
    throw storeError('store.of-service', { folder, user: serviceUser });
  for (const { at, found } of places.toReversed()) {
    if (!isOurs(found.uid)) throw foreign(folder, at, found.uid);
    if (found.isSymbolicLink()) continue; // its mode means nothing
    const groupMayWrite = found.gid !== 0 && found.uid === 0 && (found.mode & 0o020) !== 0;
    const othersMayWrite = (found.mode & 0o002) !== 0 || groupMayWrite;
    const isSticky = at !== own && (found.mode & stickyBit) !== 0;
    if (othersMayWrite && !isSticky) throw foreign(folder, at, found.uid);
  }
}

/** The folder itself, if it exists, and every folder and link that the system passes on its way, in order. */
async function wayTo(folder: string): Promise<{ own: string | undefined; places: { at: string; found: Stats }[] }> {
  const { root } = path.parse(folder);
  const places = [{ at: root, found: await lstat(root) }];
  let left = folder.slice(root.length).split(path.sep);
  let links = 0;
  let here = root;
  while (left.length > 0) {
    const [next, ...rest] = left as [string, ...string[]];
    left = rest;
    const at = path.join(here, next); // `here` contains no links, so `..` is its parent
    if (at === here || next === '..') {
      here = at;
      continue;
    }
    const found = await lstat(at).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
      throw error;
    });
    if (!found) return { own: undefined, places };
    places.push({ at, found });
    if (!found.isSymbolicLink()) {
      here = at;
      continue;
    }
    links += 1;
    if (links > mostLinks) throw Object.assign(new Error(`too many links: ${folder}`), { code: 'ELOOP' });
    const target = await readlink(at);
    left = [...target.split(path.sep), ...rest];
    if (path.isAbsolute(target)) here = root;
  }
  return { own: here, places };
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
