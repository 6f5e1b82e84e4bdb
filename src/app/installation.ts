/** Where this program's files come from. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isSingleExecutable } from '../base/executable.ts';

/** The folder of this package. Means nothing in the single executable. */
export const packageFolder = path.resolve(import.meta.dirname, '../..');

/** `npx`: in npx's own cache. */
export type Installation = 'checkout' | 'npm' | 'npx' | 'executable' | 'debian';

export function installation(): Installation {
  if (isSingleExecutable)
    return existsSync('/var/lib/dpkg/info/everyhop.list') && isPackaged() ? 'debian' : 'executable';
  if (isCached()) return 'npx';
  return isInstalled() ? 'npm' : 'checkout';
}

/** What starts it: the executable, or the folder of the package. */
export function installedAt(): string {
  return isSingleExecutable ? process.execPath : packageFolder;
}

/** False for a checkout, even one that npx was given as a path: `npx everyhop` would not find it again. */
export function isInstalled(): boolean {
  return realpathSync(packageFolder).split(path.sep).includes('node_modules');
}

/** True in npx's own cache, which `npm cache clean` empties. A project's `node_modules` stays. */
export function isCached(): boolean {
  return packageFolder.split(path.sep).includes('_npx');
}

/** The folders of the system belong to its packages; those of `/usr/local` do not (Filesystem Hierarchy Standard 3.0, 4.9). */
function isPackaged(): boolean {
  return /^\/usr\/(?!local\/)/.test(process.execPath);
}
