import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Cost {
  wallMs: number;
  cpuMs: number;
}

/** CPU time of this process, all threads. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Peak memory of a process so far. */
export function peakBytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) * 1024;
}

/**
 * Runs a command to its end. CPU includes all child processes, from the kernel's counters.
 * @throws Error with the command's output if it fails.
 */
export async function runCommand(command: readonly string[], env: Record<string, string>): Promise<Cost> {
  const script = 'TIMEFORMAT="cost %R %U %S"; time "$@" 2>&1';
  const child = spawn('bash', ['-c', script, 'bash', ...command], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, timed] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (timed += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const cost = /^cost (\S+) (\S+) (\S+)$/m.exec(timed);
  if (code !== 0 || !cost) throw new Error(`${command.join(' ')} ended with ${code}:\n${said}${timed}`);
  const [wall, user, system] = cost.slice(1).map(Number) as [number, number, number];
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000 };
}

/** A program's version from its own output; undefined if it does not start. */
export function versionOf(command: readonly string[], shape: RegExp): string | undefined {
  try {
    const [program, ...args] = command as [string, ...string[]];
    return shape.exec(execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))?.[1];
  } catch {
    return undefined;
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** CPU time of another running process, to the hundredth of a second. */
export function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
