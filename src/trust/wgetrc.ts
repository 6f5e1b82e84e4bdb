import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { readText, writeFileAtomic } from '../base/files.ts';
import type { BundlePaths } from './bundle/paths.ts';

/** Both: wget adds the file to the folder that it takes roots from, and that is the system's otherwise. */
export function wgetSettings({ full, directory }: Pick<BundlePaths, 'full' | 'directory'>): string {
  return `ca_certificate = ${full}\nca_directory = ${directory}\n`;
}

/** The settings that this user's wget reads: WGETRC's, else `~/.wgetrc`; undefined where there are none to be read. */
function ownSettings(env: NodeJS.ProcessEnv): { file: string; text: string; mode: number } | undefined {
  const named = env['WGETRC'] || (env['HOME'] ? path.join(env['HOME'], '.wgetrc') : '');
  if (named === '') return undefined;
  const file = path.resolve(named);
  try {
    return { file, text: readFileSync(file, 'utf8'), mode: statSync(file).mode & 0o777 };
  } catch {
    return undefined;
  }
}

/**
 * WGETRC takes the place of the user's own settings, so these are written out with ours after them: the last one counts.
 * @returns the file to name in WGETRC: the bundle's where the user has no settings; else one beside the bundle, that nobody
 * reads who could not read the user's. Where none can be written the user's own, so that nothing is worse than before.
 */
export async function wgetrcFor(env: NodeJS.ProcessEnv, paths: BundlePaths): Promise<string> {
  const own = ownSettings(env);
  if (own === undefined) return paths.wgetrc;
  // Made here before, for a program that now starts another.
  if (own.file === paths.wgetrc || (own.file.startsWith(`${paths.folder}.`) && own.file.endsWith('.wgetrc'))) {
    return own.file;
  }
  // Users with settings of their own may share a bundle.
  const name = createHash('sha256').update(own.file).digest('hex').slice(0, 8);
  const file = `${paths.folder}.${name}.wgetrc`;
  const text = `# From ${own.file}\n${own.text}\n# From everyhop\n${wgetSettings(paths)}`;
  try {
    if ((await readText(file).catch(() => '')) !== text) await writeFileAtomic(file, text, { mode: own.mode });
    return file;
  } catch {
    return own.file;
  }
}
