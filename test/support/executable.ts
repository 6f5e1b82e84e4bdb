/** The single executable, as a user has it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { execute, type Execution } from '../../src/base/process.ts';
import { built } from './builds.ts';
import { atEnd, freePorts, readiness, temporaryFolder, type Ready } from './up.ts';

/** Copies it into a new folder. */
export async function placeExecutable(t: TestContext, name = 'everyhop'): Promise<{ folder: string; file: string }> {
  const folder = path.join(await temporaryFolder(t, 'executable'), 'Füße 和 手');
  await mkdir(folder);
  const file = path.join(folder, name);
  await copyFile(await built('exe'), file, constants.COPYFILE_FICLONE);
  return { folder, file };
}

/** With nothing in the environment but this. */
export function runExecutable(
  file: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Execution> {
  return execute(file, args, { env, cwd: '/', timeoutMs: 120_000 });
}

export interface Running {
  ready: Ready;
  httpsPort: number;
  state: string;
  pid: number;
}

/**
 * Starts `up --demo` on free ports; stops it at the end of the test.
 * @param command the executable, or a program and words that start it.
 */
export async function startExecutable(t: TestContext, command: readonly string[], state?: string): Promise<Running> {
  const folder = state ?? path.join(await temporaryFolder(t, 'up'), 'state');
  const [httpsPort, httpPort] = (await freePorts(2)) as [number, number];
  const ports = ['--https-port', String(httpsPort), '--http-port', String(httpPort)];
  const words = [...command, 'up', '--demo', ...ports, '--state', folder, '--json'];
  const env = command.length > 1 ? { PATH: process.env['PATH'] } : {};
  const child = spawn(words[0]!, words.slice(1), { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close') as Promise<[number | null]>;
  atEnd(t, async () => {
    child.kill('SIGTERM');
    await closed;
  });
  return { ready: await readiness(child, closed), httpsPort, state: folder, pid: child.pid! };
}
