import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { atEnd, cleanEnvironment, freePorts, temporaryFolder } from './up.ts';

/** Newer versions of the module lack a header of their C++ code. */
const version = 'v0.9.6';
const folder = path.resolve(import.meta.dirname, '../../.cache', `ollama-${version}`);
const program = path.join(folder, 'ollama');

export function hasOllama(): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Builds it with Go into the project's cache. The code that computes stays unoptimized: no test loads a model. */
export async function buildOllama(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { code, stderr } = await execute('go', ['install', '-ldflags=-s -w', `github.com/ollama/ollama@${version}`], {
    env: { ...process.env, GOBIN: folder, CGO_CFLAGS: '-O0 -g0', CGO_CXXFLAGS: '-O0 -g0' },
    timeoutMs: 900_000,
  });
  if (code !== 0) throw new Error(`Ollama could not be built:\n${stderr}`);
}

/** Starts `ollama serve` without models on a port of 127.0.0.1, and stops it at the end of the test. Returns its URL. */
export async function startOllama(t: TestContext, port?: number): Promise<string> {
  const home = await temporaryFolder(t, 'ollama');
  const address = `127.0.0.1:${port ?? (await freePorts(1))[0]}`;
  const child = spawn(program, ['serve'], {
    env: { ...cleanEnvironment(home), OLLAMA_HOST: address },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(child, 'close');
  atEnd(t, async () => {
    child.kill('SIGKILL');
    await closed;
  });
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (line.includes('Listening on')) resolve();
    });
    child.on('error', reject);
    void closed.then(() => reject(new Error(`ollama serve ended:\n${lines.join('\n')}`)));
  });
  return `http://${address}`;
}
