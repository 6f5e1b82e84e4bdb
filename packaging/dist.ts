/** Completes `dist/` after tsc: adds the files that the program reads, and keeps only the declarations that the public API needs. */
import { copyFileSync, globSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');

for (const file of globSync('**/*.*', { cwd: path.join(root, 'src') })) {
  if (!file.endsWith('.ts')) copyFileSync(path.join(root, 'src', file), path.join(dist, file));
}

const needed = new Set<string>();
need(path.join(dist, 'index.d.ts'));
for (const file of globSync('**/*.d.ts', { cwd: dist }).map((name) => path.join(dist, name))) {
  if (!needed.has(file)) rmSync(file);
}

function need(file: string): void {
  if (needed.has(file)) return;
  needed.add(file);
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?['"](\.[^'"]+)\.ts['"]/g)) {
    need(path.resolve(path.dirname(file), `${name}.d.ts`));
  }
}
