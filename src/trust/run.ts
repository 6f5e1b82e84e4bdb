import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Execution } from '../base/process.ts';
import { trustError } from './messages.ts';

/** @throws EveryhopError `trust.tool-failed` with the last line of the program's output. */
export function requireSuccess(execution: Execution, program: string): Execution {
  if (execution.code === 0) return execution;
  const said = `${execution.stderr}\n${execution.stdout}`.trim().split('\n').at(-1) ?? '';
  throw trustError('trust.tool-failed', { program, code: String(execution.code), said });
}

/** Writes the certificate to a temporary file, for programs that cannot read it from a pipe. */
export async function withCertificateFile<T>(pem: string, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-root-'));
  try {
    await chmod(folder, 0o755); // the program may run as another user
    const file = path.join(folder, 'root.pem');
    await writeFile(file, pem);
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const pollMs = 100;
const mostPolls = 600;

/** Waits (at most a minute) until no other process runs this program. Two updates of one store at once corrupt it. */
export async function idle(program: string): Promise<void> {
  for (let polls = 0; polls < mostPolls && (await isRunning(path.basename(program))); polls += 1) await pause(pollMs);
}

async function isRunning(name: string): Promise<boolean> {
  const pids = (await readdir('/proc').catch(() => [])).filter((entry) => /^\d+$/.test(entry));
  const commands = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(commands)).some((command) =>
    // The program itself, or an interpreter with it as script.
    command.split('\0', 3).some((word) => path.basename(word) === name),
  );
}
