import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execute } from '../../src/base/process.ts';

/** The newest version whose dependencies are all still available. */
const version = 'v3.6.6';
const folder = path.resolve(import.meta.dirname, '../../.cache', `zlint-${version}`);
export const zlintProgram = path.join(folder, 'zlint');

let building: Promise<string> | undefined;

/** Path of zlint. The first call builds it with Go into the project's cache (a minute or two). */
export function zlint(): Promise<string> {
  building ??= build();
  return building;
}

async function build(): Promise<string> {
  try {
    await access(zlintProgram);
    return zlintProgram;
  } catch {
    await mkdir(folder, { recursive: true });
  }
  const env = { ...process.env, GOBIN: folder };
  const { code, stderr } = await execute('go', ['install', `github.com/zmap/zlint/v3/cmd/zlint@${version}`], {
    env,
    timeoutMs: 600_000,
  });
  if (code !== 0) throw new Error(`zlint could not be built:\n${stderr}`);
  return zlintProgram;
}

/** Names of the lints with findings worse than a notice, sorted. */
export async function zlintFindings(file: string): Promise<string[]> {
  const { stdout } = await execute(await zlint(), ['-format', 'pem', file]);
  const report = JSON.parse(stdout) as Record<string, { result: string }>;
  return Object.entries(report)
    .filter(([, { result }]) => ['warn', 'error', 'fatal'].includes(result))
    .map(([lint]) => lint)
    .sort();
}
