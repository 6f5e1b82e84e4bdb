/** Packs the package, installs it in an empty folder and runs it, as a user of the registry would. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-package-'));
const run = (program: string, args: string[], cwd: string): string =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

try {
  run('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const packed = readdirSync(folder).find((file) => file.endsWith('.tgz'))!;
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
  run('npm', ['install', '--silent', `./${packed}`], folder);
  const printed = run('npx', ['everyhop', '--version'], folder).trim();
  if (printed !== version) throw new Error(`npx everyhop --version printed ${printed}, not ${version}`);
  const state = ['--state', path.join(folder, 'state')];
  run('npx', ['everyhop', 'certificates', 'obtain', 'chat.internal', ...state], folder);
  run('npx', ['everyhop', 'authority', 'root', ...state], folder);
  run('npx', ['everyhop', 'config', 'schema'], folder);
  const types = path.join(folder, 'node_modules/everyhop/dist/index.d.ts');
  if (!readFileSync(types, 'utf8').includes('export')) throw new Error(`${types} exports nothing`);
  process.stdout.write(`${packed}: installs, runs, and includes its types\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
