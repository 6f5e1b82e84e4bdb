/** A root file system of Debian 12 with systemd, as debootstrap makes it: nothing of this project, and no Node. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { execute } from '../../src/base/process.ts';
import { debianMirror } from './newer-nginx.ts';

const folder = path.resolve(import.meta.dirname, '../../.cache/debian-12');

export const debianRoot = path.join(folder, 'root');
/** Packages that apt would fetch for ours, as files. */
export const debianPackages = path.join(folder, 'packages');

/** The library that Node needs beyond a minimal Debian. */
const dependencies = ['libatomic1'];

export function hasDebianRoot(): boolean {
  return existsSync(debianRoot);
}

/** Needs `debootstrap` and a mirror; takes a minute. */
export async function makeDebianRoot(): Promise<void> {
  const root = path.join(folder, 'root.new');
  await rm(folder, { recursive: true, force: true });
  await mkdir(debianPackages, { recursive: true });
  const include = ['systemd-sysv', 'dbus', 'curl', 'ca-certificates', ...dependencies].join(',');
  const args = ['--variant=minbase', `--include=${include}`, 'bookworm', root, await debianMirror()];
  const { code, stdout } = await execute('debootstrap', args, { timeoutMs: 900_000 });
  if (code !== 0) await execute('umount', [path.join(root, 'proc')]); // debootstrap leaves it
  if (code !== 0) throw new Error(stdout.trim().split('\n').slice(-3).join('\n'));
  const archives = path.join(root, 'var/cache/apt/archives');
  for (const file of (await readdir(archives)).filter((one) => one.endsWith('.deb'))) {
    const isDependency = dependencies.includes(file.split('_')[0]!);
    if (isDependency) await rename(path.join(archives, file), path.join(debianPackages, file));
    else await rm(path.join(archives, file));
  }
  const purged = await execute('chroot', [root, 'dpkg', '--purge', ...dependencies]);
  if (purged.code !== 0) throw new Error(purged.stderr.trim());
  await rename(root, debianRoot);
}
