import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { systemCode } from './errors.ts';
import { baseError } from './messages.ts';
import type { Execute } from './process.ts';

const heldSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Generous, because killing the program is what this avoids. */
const limitMs = 10 * 60_000;

/**
 * Runs a program that leaves a mess if it is interrupted. It gets its own process group, which Ctrl-C does not reach, and signals
 * to this process take effect only after it has finished. Its output goes to files: a pipe to a killed process would end it, too.
 */
export const executeUninterrupted: Execute = async (program, args, options = {}) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-output-'));
  const files = ['stdout', 'stderr'].map((name) => path.join(folder, name)) as [string, string];
  const [stdout, stderr] = await Promise.all(files.map((file) => open(file, 'w')));
  let held: NodeJS.Signals | undefined;
  const hold = (signal: NodeJS.Signals): void => void (held = signal);
  for (const signal of heldSignals) process.on(signal, hold);
  try {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      ...options.user,
      detached: true,
      stdio: ['pipe', stdout!.fd, stderr!.fd],
    });
    child.stdin!.on('error', () => {}); // the program may exit without reading its input
    child.stdin!.end(options.input);
    const timeoutMs = options.timeoutMs ?? limitMs;
    const end = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
      const timer = setTimeout(() => {
        process.kill(-child.pid!, 'SIGKILL');
        reject(baseError('program.timeout', { program, seconds: timeoutMs / 1000 }));
      }, timeoutMs);
      child.on('error', (error) => {
        clearTimeout(timer);
        reject(systemCode(error) === 'ENOENT' ? baseError('program.missing', { program }, { cause: error }) : error);
      });
      child.on('exit', (code, signal) => {
        clearTimeout(timer);
        resolve({ code, signal });
      });
    });
    const [out, err] = await Promise.all(files.map((file) => readFile(file, options.encoding ?? 'utf8')));
    return { ...end, stdout: out!, stderr: err! };
  } finally {
    for (const signal of heldSignals) process.off(signal, hold);
    await Promise.all([stdout!.close(), stderr!.close()]);
    await rm(folder, { recursive: true, force: true });
    if (held !== undefined) process.kill(process.pid, held);
  }
};
