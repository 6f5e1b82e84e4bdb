import { readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { isAlive, statOf } from './proc.ts';

/** Somebody who is changing the configuration right now. */
export interface OtherEditor {
  /** Its name, cut after 15 bytes, and its process. */
  program: string;
  pid: number;
  /** By which it was noticed. */
  file: string;
}

/** certbot locks each of its own folders, and nginx's where it uses its nginx installer. */
const certbotFolders = ['/etc/letsencrypt', '/var/lib/letsencrypt', '/var/log/letsencrypt'];

/**
 * Is another program about to write what we want to write? Notices certbot, by its locks, and editors with one of the files
 * open: vim and nano (`.NAME.swp`), Emacs (`.#NAME`). What one that died has left behind does not count.
 * @param files that are going to be edited.
 */
export async function otherEditor(confFolder: string, files: readonly string[] = []): Promise<OtherEditor | undefined> {
  for (const folder of [confFolder, ...certbotFolders]) {
    const file = path.join(folder, '.certbot.lock');
    const holder = editorOf(file, await lockHolder(file));
    if (holder) return holder;
  }
  for (const edited of files) {
    const beside = (name: string): string => path.join(path.dirname(edited), name);
    const name = path.basename(edited);
    const [swap, link] = [beside(`.${name}.swp`), beside(`.#${name}`)];
    const found = editorOf(swap, await swapOwner(swap)) ?? editorOf(link, await emacsOwner(link));
    if (found) return found;
  }
  return undefined;
}

function editorOf(file: string, pid: number | undefined): OtherEditor | undefined {
  const found = pid === undefined ? undefined : statOf(pid);
  return isAlive(found) ? { program: found.name, pid: found.pid, file } : undefined;
}

/**
 * Who holds an fcntl lock on the file, by /proc/locks: `1: POSIX  ADVISORY  WRITE PID MAJOR:MINOR:INODE START END`. The
 * device there is not always the one that stat tells (btrfs), so the number of the file decides.
 */
async function lockHolder(file: string): Promise<number | undefined> {
  const inode = await stat(file).then(
    ({ ino }) => String(ino),
    () => undefined,
  );
  const locks = inode === undefined ? '' : await readFile('/proc/locks', 'latin1').catch(() => '');
  for (const line of locks.split('\n')) {
    const [, kind, , , pid, place] = line.trim().split(/\s+/);
    if (kind === 'POSIX' && place?.split(':')[2] === inode) return Number(pid);
  }
  return undefined;
}

/** vim's block 0, which nano writes too: `b0`, and its process as four bytes at 24, low byte first. */
async function swapOwner(file: string): Promise<number | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes || bytes.length < 28 || bytes.toString('latin1', 0, 2) !== 'b0') return undefined;
  return ownedBy(bytes.readUInt32LE(24), /^(?:r?g?vi|r?n?vim|view|nano|rnano|ex$)/);
}

/** A link to `USER@MACHINE.PID` or `USER@MACHINE.PID:BOOT`. */
async function emacsOwner(link: string): Promise<number | undefined> {
  const target = await readlink(link).catch(() => '');
  const pid = /\.(\d+)(?::\d+)?$/.exec(target)?.[1];
  return pid === undefined ? undefined : ownedBy(Number(pid), /^emacs/);
}

/** A number may have gone to another program since. */
function ownedBy(pid: number, names: RegExp): number | undefined {
  return names.test(statOf(pid)?.name ?? '') ? pid : undefined;
}
