/**
 * Generates files from the code: the indexes of the registries, and the pages of pages.ts. With `--check` it writes nothing
 * and fails if one is out of date. In both modes it fails if two rooms define the same code, or if the parameters of a text
 * differ between the languages.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { indexOf, itemsIn, registries } from './registries.ts';

const root = path.resolve(import.meta.dirname, '..');
const check = process.argv.includes('--check');

async function write(file: string, content: string): Promise<void> {
  const full = path.join(root, file);
  if ((await readFile(full, 'utf8').catch(() => '')) === content) return;
  if (!check) return writeFile(full, content);
  process.stderr.write(`${file} is out of date: npm run docs\n`);
  process.exitCode = 1;
}

for (const folder of registries) {
  await write(`${folder}/index.ts`, indexOf(await itemsIn(path.join(root, folder))));
}
// Loaded after the indexes are written: an index that names a deleted file would not load.
const { pages, problems } = await import('./pages.ts');
for (const problem of problems()) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
for (const [file, content] of Object.entries(await pages())) await write(file, content);
