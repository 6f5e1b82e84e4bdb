import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomic } from '../base/files.ts';
import type { BundlePaths } from './bundle/paths.ts';

/** Both: wget adds the file to the folder that it takes roots from, and that is the system's otherwise. */
export function wgetSettings({ full, directory }: Pick<BundlePaths, 'full' | 'directory'>): string {
  return `ca_certificate = ${full}\nca_directory = ${directory}\n`;
}

/** The settings that this user's wget reads: WGETRC's, else `~/.wgetrc`; undefined where there are none. */
export function ownWgetrc(env: NodeJS.ProcessEnv): string | undefined {
  const named = env['WGETRC'] ?? '';
  const home = env['HOME'] ?? '';
  if (named === '' && home === '') return undefined;
  const file = named === '' ? path.join(home, '.wgetrc') : path.resolve(named);
  return existsSync(file) ? file : undefined;
}

/**
 * WGETRC takes the place of the user's own settings, so these are written out with ours after them: the last one counts.
 * @returns the file to name in WGETRC: the bundle's where the user has no settings; else one beside the bundle, that nobody
 * reads who could not read the user's.
 * @throws EveryhopError `file.*`
 */
export async function wgetrcFor(env: NodeJS.ProcessEnv, paths: BundlePaths): Promise<string> {
  const own = ownWgetrc(env);
  if (own === undefined) return paths.wgetrc;
  // Users with settings of their own may share a bundle.
  const name = createHash('sha256').update(own).digest('hex').slice(0, 8);
  const file = `${paths.folder}.${name}.wgetrc`;
  // Made here before, for a program that now starts another.
  if (own === paths.wgetrc || (own.startsWith(`${paths.folder}.`) && own.endsWith('.wgetrc'))) return own;
  const text = `# From ${own}\n${readFileSync(own, 'utf8')}\n# From everyhop\n${wgetSettings(paths)}`;
  const isThere = existsSync(file) && readFileSync(file, 'utf8') === text;
  if (!isThere) await writeFileAtomic(file, text, { mode: statSync(own).mode & 0o777 });
  return file;
}
