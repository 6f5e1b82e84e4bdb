/**
 * The registries: folders with one item a file, which the file exports by default. Their `index.ts` is made from the names of
 * the files, without loading one, so that it can be made anew where a file has come or gone.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** Beside the items a folder may hold `messages.ts` and folders for what several items share. */
export const registries = ['src/acme/dns-01/providers', 'src/apps/profiles'] as const;

const others = new Set(['index.ts', 'messages.ts']);
/** As the formatter breaks lines. */
const longestLine = 120;

/** The ids of the items in a folder: the names of their files, in alphabetical order. */
export async function itemsIn(folder: string): Promise<string[]> {
  const files = await readdir(folder, { withFileTypes: true });
  return files
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !others.has(entry.name))
    .map(({ name }) => path.basename(name, '.ts'))
    .sort();
}

/** What `index.ts` of a folder has to be. */
export function indexOf(ids: readonly string[]): string {
  const names = ids.map((id) => id.replaceAll(/[^a-zA-Z0-9]+(\w)/g, (_, first: string) => first.toUpperCase()));
  const imports = ids.map((id, index) => `import ${names[index]} from './${id}.ts';`);
  const line = `export const entries = [${names.join(', ')}];`;
  const list = line.length <= longestLine ? line : `export const entries = [\n  ${names.join(',\n  ')},\n];`;
  return `// Made by \`npm run docs\` from the files of this folder.\n${imports.join('\n')}\n\n${list}\n`;
}
