import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { atEnd, cleanEnvironment, freePorts, temporaryFolder } from '../../test/support/up.ts';

export interface Program {
  port: number;
  url: string;
  /** Its home and working folder. */
  folder: string;
}

export interface ProgramOptions {
  /** `{port}` becomes the port, `{folder}` its folder. */
  command: readonly [program: string, ...args: string[]];
  env?: Record<string, string>;
  /** Its output once it serves. */
  ready: RegExp;
  /** Files to write into its folder before it starts, by name. */
  files?: Record<string, string>;
}

const startMs = 180_000;

/** Starts an app on a free port in a folder of its own, and ends its process group with the scope. */
export async function startProgram(t: TestContext, options: ProgramOptions): Promise<Program> {
  const folder = await temporaryFolder(t, 'real-app');
  for (const [name, text] of Object.entries(options.files ?? {})) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  const [port] = (await freePorts(1)) as [number];
  const fill = (text: string): string => text.replaceAll('{port}', String(port)).replaceAll('{folder}', folder);
  const [program, ...args] = options.command.map(fill) as [string, ...string[]];
  const env = Object.fromEntries(Object.entries(options.env ?? {}).map(([name, value]) => [name, fill(value)]));
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...cleanEnvironment(folder), PORT: String(port), PYTHONUNBUFFERED: '1', TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const closed = once(child, 'close');
  atEnd(t, async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
    await closed;
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${program} is not ready:\n${output}`)), startMs);
    const look = (text: string): void => {
      output += text;
      if (!options.ready.test(output)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.setEncoding('utf8').on('data', look);
    child.stderr.setEncoding('utf8').on('data', look);
    child.on('error', reject);
    void closed.then(() => reject(new Error(`${program} ended:\n${output.slice(-1500)}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  await answers(url);
  return { port, url, folder };
}

/** Some say that they serve before they listen. */
async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(url, { redirect: 'manual' }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer) return;
    await pause(200);
  }
  throw new Error(`${url} does not answer`);
}
