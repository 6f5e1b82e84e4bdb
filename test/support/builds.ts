/** What `npm run build:*` makes, built once for all tests of the same sources. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { execute } from '../../src/base/process.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };

const files = {
  exe: `everyhop-${version}-linux-x64`,
  deb: `everyhop_${version}-1_amd64.deb`,
  image: `everyhop-${version}-image-x64.tar`,
};

/** @returns the path of the file. */
export async function built(kind: keyof typeof files): Promise<string> {
  const build = path.join(root, 'build');
  mkdirSync(build, { recursive: true });
  const wanted = fingerprint();
  // Two test files may ask at once.
  const script = `
    if [ "$(cat build/.of-$1 2>/dev/null)" != "$2" ] || [ ! -e "build/$3" ]; then
      npm run --silent build:$1 && printf %s "$2" > build/.of-$1
    fi`;
  const args = [path.join(build, '.lock'), 'sh', '-c', script, 'sh', kind, wanted, files[kind]];
  const { code, stderr } = await execute('flock', args, { cwd: root, timeoutMs: 540_000 });
  if (code !== 0) throw new Error(`build:${kind} failed:\n${stderr}`);
  return path.join(build, files[kind]);
}

/** Of everything that a build reads. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const folders = ['src', 'packaging', 'bin'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)),
  );
  for (const name of [...folders, 'package.json', 'package-lock.json', 'CHANGELOG.md'].toSorted()) {
    const file = path.join(root, name);
    if (statSync(file).isFile()) hash.update(name).update(readFileSync(file));
  }
  return hash.digest('hex');
}
