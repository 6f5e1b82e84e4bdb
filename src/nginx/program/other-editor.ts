import { readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { isAlive, statOf } from './proc.ts';

/** Another program that is changing the configuration. */
export interface OtherEditor {
  /** Program name, truncated to 15 bytes. */
  program: string;
  pid: number;
  /** The lock or swap file that reveals it. */
  file: string;
}

/** certbot locks each of these folders, and with its nginx installer also nginx's folder. */
const certbotFolders = ['/etc/letsencrypt', '/var/lib/letsencrypt', '/var/log/letsencrypt'];

/**
 * Finds another program that may be about to write the same files: certbot by its locks, or an editor that has one of the
 * files open: vim and nano (`.NAME.swp`), Emacs (`.#NAME`). Ignores files left behind by dead processes.
 * @param files the files to be edited.
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
 * The process that holds an fcntl lock on the file, from /proc/locks:
 * `1: POSIX  ADVISORY  WRITE PID MAJOR:MINOR:INODE START END`. Compares the inode only, because the device may differ from
 * stat's (btrfs).
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

/** Reads vim's block 0, which nano writes too: `b0`, and the pid as four bytes at offset 24, low byte first. */
async function swapOwner(file: string): Promise<number | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes || bytes.length < 28 || bytes.toString('latin1', 0, 2) !== 'b0') return undefined;
  return ownedBy(bytes.readUInt32LE(24), /^(?:r?g?vi|r?n?vim|view|nano|rnano|ex$)/);
}

/** Reads the link's target, `USER@MACHINE.PID` or `USER@MACHINE.PID:BOOT`. */
async function emacsOwner(link: string): Promise<number | undefined> {
  const target = await readlink(link).catch(() => '');
  const pid = /\.(\d+)(?::\d+)?$/.exec(target)?.[1];
  return pid === undefined ? undefined : ownedBy(Number(pid), /^emacs/);
}

/** Checks the program's name, as the pid may have been reused. */
function ownedBy(pid: number, names: RegExp): number | undefined {
  return names.test(statOf(pid)?.name ?? '') ? pid : undefined;
}
