/** Processes from Linux's /proc (proc(5)). Undefined for a process that has exited, even during the read. */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessStat {
  pid: number;
  /** Program name, truncated to 15 bytes. */
  name: string;
  /** `Z` for a zombie. */
  state: string;
  parent: number;
  /** Start time in clock ticks after boot. Together with the pid, identifies the process uniquely. */
  startedTicks: number;
}

/** False on other systems and if /proc is not mounted. */
export function hasProc(): boolean {
  return statOf(process.pid) !== undefined;
}

export function statOf(pid: number): ProcessStat | undefined {
  const text = read(pid, 'stat');
  const whole = text === undefined ? null : /^\d+ \((.*)\) (.*)$/s.exec(text);
  if (!whole) return undefined;
  const fields = whole[2]!.split(' '); // from the third field on
  return { pid, name: whole[1]!, state: fields[0]!, parent: Number(fields[1]), startedTicks: Number(fields[19]) };
}

/** False for a zombie too, which stays in the list until its parent reaps it. */
export function isAlive(stat: ProcessStat | undefined): stat is ProcessStat {
  return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X';
}

/** The effective user ID. */
export function userOf(pid: number): number | undefined {
  const match = /^Uid:\t\d+\t(\d+)/m.exec(read(pid, 'status') ?? '');
  return match ? Number(match[1]) : undefined;
}

/** The command line, arguments joined with blanks. nginx rewrites it to show the kind of process. */
export function titleOf(pid: number): string | undefined {
  return read(pid, 'cmdline')?.replaceAll('\0', ' ').trim();
}

export function allPids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
}

function read(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}
