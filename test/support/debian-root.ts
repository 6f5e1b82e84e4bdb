/** A root file system of Debian 12 with systemd, as debootstrap makes it: nothing of this project, and no Node. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { execute } from '../../src/base/process.ts';
import { debianMirror } from './newer-nginx.ts';

const folder = path.resolve(import.meta.dirname, '../../.cache/debian-12');

export const debianRoot = path.join(folder, 'root');
export function hasDebianRoot(): boolean {
  return existsSync(debianRoot);
}

/** Needs `debootstrap` and a mirror; takes a minute. */
export async function makeDebianRoot(): Promise<void> {
  const root = path.join(folder, 'root.new');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const args = [
    '--variant=minbase',
    '--include=systemd-sysv,dbus,curl,ca-certificates',
    'bookworm',
    root,
    await debianMirror(),
  ];
  const { code, stdout } = await execute('debootstrap', args, { timeoutMs: 900_000 });
  if (code !== 0) await execute('umount', [path.join(root, 'proc')]); // debootstrap leaves it
  if (code !== 0) throw new Error(stdout.trim().split('\n').slice(-3).join('\n'));
  await rm(path.join(root, 'var/cache/apt/archives'), { recursive: true });
  await rename(root, debianRoot);
}
