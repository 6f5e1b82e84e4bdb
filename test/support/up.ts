import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';

const root = path.resolve(import.meta.dirname, '../..');

/** The `ready` event of `everyhop up --json`, once all sites are served and proven. */
export interface Ready {
  sites: { urls: string[]; certificates: { hosts: string[]; issuer: string; serial: string }[] }[];
  /** Absent without a private authority. */
  rootFile?: string;
  proofs: { host: string; ok: boolean }[];
}

export interface Up {
  /** The first URL, without trailing slash. */
  url: string;
  httpsPort: number;
  httpPort: number;
  rootFile: string;
  state: string;
  ready: Ready;
  /** npm, the parent of the program, and leader of their process group. */
  npmPid: number;
  /** Resolves with its exit code once it has ended for any reason. */
  exited: Promise<number | null>;
  /** Sends SIGTERM, as a service manager does; resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** An environment with only this machine's PATH: no preset roots, no proxies. */
export function cleanEnvironment(home: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8' };
}

const endings = new WeakMap<TestContext, (() => unknown)[]>();

/**
 * Registers clean-up for the end of the test, in reverse order: a browser closes before the edge that it uses, and the
 * edge before its app. (`t.after` runs hooks in registration order.)
 */
export function atEnd(t: TestContext, undo: () => unknown): void {
  const known = endings.get(t);
  if (known) {
    known.push(undo);
    return;
  }
  const undos = [undo];
  endings.set(t, undos);
  t.after(async () => {
    const failures: unknown[] = [];
    for (const undo of undos.toReversed()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'clean-up failed');
  });
}

/** A folder that is deleted at the end of the test. */
export async function temporaryFolder(t: TestContext, name: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), `everyhop-${name}-`));
  atEnd(t, () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Ports that were free a moment ago: `everyhop.yaml` cannot request any free port. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0);
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Runs `everyhop` as a user in a checkout does, in a separate process group. */
export function everyhop(args: string[], home: string, env: Record<string, string> = {}): ChildProcess {
  return spawn('npm', ['run', '--silent', 'everyhop', '--', ...args], {
    cwd: root,
    env: { ...cleanEnvironment(home), npm_config_update_notifier: 'false', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/**
 * Starts `everyhop up` with these arguments, on free ports and with a temporary state folder. Resolves when it is
 * ready; stops it at the end of the test.
 */
export async function startUp(
  t: TestContext,
  args: string[] = [],
  given?: { httpsPort: number; httpPort: number },
  env?: Record<string, string>,
): Promise<Up> {
  const folder = await temporaryFolder(t, 'up');
  const state = path.join(folder, 'state');
  const [freeHttps, freeHttp] = (await freePorts(2)) as [number, number];
  const { httpsPort, httpPort } = given ?? { httpsPort: freeHttps, httpPort: freeHttp };
  const ports = ['--https-port', String(httpsPort), '--http-port', String(httpPort)];
  const child = everyhop(['up', ...args, ...ports, '--state', state, '--json'], folder, env);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGTERM');
    return (await closed)[0];
  };
  atEnd(t, stop);
  const ready = await readiness(child, closed);
  const url = ready.sites[0]!.urls[0]!.replace(/\/$/, '');
  const exited = closed.then(([code]) => code);
  return { url, httpsPort, httpPort, rootFile: ready.rootFile ?? '', state, ready, npmPid: child.pid!, exited, stop };
}

/** Resolves with its `ready` event. */
export async function readiness(child: ChildProcess, closed: Promise<[number | null]>): Promise<Ready> {
  const printed: string[] = [];
  child.stderr!.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  return new Promise((resolve, reject) => {
    const untilReady = (line: string): void => {
      printed.push(line);
      if (!line.startsWith('{')) return;
      const value = JSON.parse(line) as Ready & { event?: string };
      if (value.event !== 'ready') return;
      lines.off('line', untilReady);
      resolve(value);
    };
    const lines = createInterface({ input: child.stdout! }).on('line', untilReady);
    child.on('error', reject);
    void closed.then(([code]) => reject(new Error(`everyhop up ended with ${code}:\n${printed.join('\n')}`)));
  });
}

/** Runs an `everyhop` command to completion. */
export async function runEveryhop(
  args: string[],
  home: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = everyhop(args, home);
  const streams = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (streams[0] += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (streams[1] += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: streams[0]!, stderr: streams[1]! };
}
