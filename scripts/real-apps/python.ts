import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execute } from '../../src/base/process.ts';

/** Beside the tools of the tests. */
export const cache = path.resolve(import.meta.dirname, '../../.cache/real-apps');

const installMs = 1_200_000;

/** A Python with these packages, in an environment of its own that is made once. Returns the program. */
export async function pythonWith(name: string, requirements: readonly string[]): Promise<string> {
  const folder = path.join(cache, name);
  const program = path.join(folder, 'bin/python');
  const marker = path.join(folder, 'installed.txt');
  if (existsSync(marker)) return program;
  await rm(folder, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements]);
  await writeFile(marker, requirements.join('\n'));
  return program;
}

export async function packageVersion(python: string, name: string): Promise<string> {
  const code = `from importlib.metadata import version; print(version('${name}'))`;
  return (await run(python, ['-c', code])).trim();
}

/** @throws Error with the last lines of its output */
export async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { code, stdout, stderr } = await execute(program, [...args], {
    timeoutMs: installMs,
    ...(cwd !== undefined && { cwd }),
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}:\n${stderr.slice(-1000)}`);
  return stdout;
}
