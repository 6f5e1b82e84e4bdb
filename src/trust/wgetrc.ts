import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { readText, writeFileAtomic } from '../base/files.ts';
import type { BundlePaths } from './bundle/paths.ts';

/** Sets both, because wget adds the file's roots to the folder's, and the default folder is the system's. */
export function wgetSettings({ full, directory }: Pick<BundlePaths, 'full' | 'directory'>): string {
  return `ca_certificate = ${full}\nca_directory = ${directory}\n`;
}

/** The user's wget settings from WGETRC or `~/.wgetrc`; undefined if missing or unreadable. */
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
 * WGETRC replaces the user's settings file, so this file starts with a copy of it; wget takes the last value of a setting.
 * @returns the path for WGETRC: the bundle's wgetrc if the user has no settings; otherwise a file next to the bundle with the mode
 * of the user's file. If that cannot be written, the user's own file, so that wget works as before.
 */
export async function wgetrcFor(env: NodeJS.ProcessEnv, paths: BundlePaths): Promise<string> {
  const own = ownSettings(env);
  if (own === undefined) return paths.wgetrc;
  // Already ours: a process started by `run` starts another.
  if (own.file === paths.wgetrc || (own.file.startsWith(`${paths.folder}.`) && own.file.endsWith('.wgetrc'))) {
    return own.file;
  }
  // Several users may share a bundle, each with different settings.
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
