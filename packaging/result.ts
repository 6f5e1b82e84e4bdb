/** What every build has in common: the version, its date, and the sums of its files in `build/`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');
export const build = path.join(root, 'build');
export const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
mkdirSync(build, { recursive: true });

/** SOURCE_DATE_EPOCH, or the last commit. */
export function sourceDate(): Date {
  const given = process.env['SOURCE_DATE_EPOCH'];
  const seconds = given ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  return new Date(Number(seconds) * 1000);
}

/** Of all files of this version, in the format of sha256sum. */
export function writeSums(): void {
  const files = readdirSync(build).filter((file) => new RegExp(`^everyhop[-_]${version}[-_]`).test(file));
  const lines = files.toSorted().map((file) => `${sha256(readFileSync(path.join(build, file)))}  ${file}\n`);
  writeFileSync(path.join(build, 'SHA256SUMS'), lines.join(''));
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The executable of an architecture, built before if necessary. */
export function builtExecutable(architecture: string): string {
  const file = path.join(build, `everyhop-${version}-linux-${architecture}`);
  const args = [path.join(root, 'packaging/exe.ts'), '--arch', architecture];
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return file;
}
