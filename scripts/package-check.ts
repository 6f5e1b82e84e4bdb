/** Packs the package, installs it as users of the registry do, and starts it with an old Node. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-package-'));

/** Standard output and standard error of a program that exits with this code. */
function run(program: string, args: string[], cwd: string, { env = {}, code = 0 } = {}): string {
  const options = { cwd, env: { ...process.env, LC_ALL: 'C.UTF-8', ...env }, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(program, args, options);
  assert.equal(status, code, `${program} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout + stderr;
}

function checkProject(packed: string): void {
  const project = path.join(folder, 'project');
  const below = path.join(project, 'below');
  mkdirSync(below, { recursive: true });
  writeFileSync(path.join(project, 'package.json'), '{"private":true}');
  run('npm', ['install', '--silent', packed], project);
  assert.equal(run('npx', ['everyhop', '--version'], project).trim(), version);
  assert.match(run('npx', ['everyhop', 'version'], project), /^\S+ \(npm package, Node /);
  // npx runs it in the folder of the user, not in that of the package.
  run('npx', ['everyhop', 'certificates', 'obtain', 'chat.internal', '--state', 'state'], below);
  assert.ok(existsSync(path.join(below, 'state/root.pem')));
  run('npx', ['everyhop', 'authority', 'root', '--state', 'state'], below);
  run('npx', ['everyhop', 'config', 'schema'], project);
  assert.match(
    run('npx', ['everyhop', 'status', '--state', 'none'], below, { code: 1 }),
    /: npx everyhop up --state \//,
  );
  writeFileSync(
    path.join(project, 'typed.mts'),
    "import { Service, type ServiceStatus } from 'everyhop';\nexport const pid = (status: ServiceStatus): number => status.pid;\nvoid Service;\n",
  );
  const types = ['--types', 'node', '--typeRoots', path.join(root, 'node_modules/@types')];
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', ...types];
  run(path.join(root, 'node_modules/.bin/tsc'), [...options, 'typed.mts'], project);
}

/** Node 12 parses neither top-level await nor optional chaining. */
function checkOldNode(packed: string): void {
  const old = path.join(folder, 'old');
  mkdirSync(old);
  run('tar', ['-xzf', packed, '-C', old], folder);
  run('npm', ['install', '--silent', '--no-save', '--force', `node-linux-${process.arch}@12`], old);
  const node = path.join(old, `node_modules/node-linux-${process.arch}/bin/node`);
  const args = ['package/bin/everyhop.js', 'up', 'http://127.0.0.1:3000'];
  const command = 'npx -p node@24 -p everyhop everyhop up http://127.0.0.1:3000\n';
  const english = run(node, args, old, { code: 2 });
  assert.ok(
    english.startsWith('Everyhop needs Node 24.12 or newer, but this is Node 12.') && english.endsWith(command),
  );
  const chinese = run(node, args, old, { code: 2, env: { LC_ALL: 'zh_CN.UTF-8' } });
  assert.ok(chinese.startsWith('Everyhop 需要 Node 24.12') && chinese.endsWith(command));
}

try {
  run('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const packed = path.join(
    folder,
    readdirSync(folder).find((file) => file.endsWith('.tgz'))!,
  );
  const megabytes = statSync(packed).size / 1e6;
  assert.ok(megabytes < 1, `the package is ${megabytes} MB`);
  checkProject(packed);
  checkOldNode(packed);
  process.stdout.write(`${path.basename(packed)} (${megabytes.toFixed(2)} MB): installs, runs, includes its types\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
