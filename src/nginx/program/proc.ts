/** Processes as Linux shows them in /proc (proc(5)); one that is gone, or ends while it is read, is undefined. */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessStat {
  pid: number;
  /** Name of its program, cut after 15 bytes. */
  name: string;
  /** `Z` where it has ended and nobody has asked how. */
  state: string;
  parent: number;
  /** Clock ticks between the start of the system and its own: with the number, they name it for good. */
  startedTicks: number;
}

/** False on other systems, and where /proc is not mounted. */
export function hasProc(): boolean {
  return statOf(process.pid) !== undefined;
}

export function statOf(pid: number): ProcessStat | undefined {
  const text = read(pid, 'stat');
  const whole = text === undefined ? null : /^\d+ \((.*)\) (.*)$/s.exec(text);
  if (!whole) return undefined;
  const fields = whole[2]!.split(' '); // from the third on
  return { pid, name: whole[1]!, state: fields[0]!, parent: Number(fields[1]), startedTicks: Number(fields[19]) };
}

/** Runs it? One that has ended stays in the list until its parent asks how. */
export function isAlive(stat: ProcessStat | undefined): stat is ProcessStat {
  return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X';
}

/** Effective. */
export function userOf(pid: number): number | undefined {
  const match = /^Uid:\t\d+\t(\d+)/m.exec(read(pid, 'status') ?? '');
  return match ? Number(match[1]) : undefined;
}

/** Its command line, arguments joined by blanks; what nginx makes of it says what kind of process it is. */
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
