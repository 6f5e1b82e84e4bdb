/**
 * Makes the n-th synchronous write of a process fail, or kills the process there, by replacing the `node:fs` calls that
 * `revision.ts` uses. Imported by a test, or preloaded (`node --import`) with KILL_AT_WRITE in the environment.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

export type Fault = Failure | Interruption;

/** An event before the n-th write. */
interface Interruption {
  at: number;
  kind: 'meanwhile';
  run: () => void;
}

interface Failure {
  /** Counted from 1. */
  at: number;
  /**
   * `kill` kills this process before that write. `EROFS` persists, so that cleaning up fails too, which leaves the disk as after a
   * kill. `ENOSPC` persists for writes that need space.
   */
  kind: 'kill' | 'ENOSPC' | 'EIO' | 'EROFS';
}

let fault: Fault | undefined;
let counted: string[] = [];

/** Starts counting writes. @param fault happens at its write. */
export function arm(given?: Fault): void {
  fault = given;
  counted = [];
}

/** @returns the writes since `arm`, in order, including a failed one. */
export function disarm(): string[] {
  const writes = counted;
  arm();
  return writes;
}

function meet(what: string, needsSpace: boolean): void {
  counted.push(what);
  if (!fault || counted.length < fault.at) return;
  if (fault.kind === 'meanwhile') {
    const { run } = fault;
    fault = undefined;
    return run();
  }
  const isLater = counted.length > fault.at;
  if (isLater && !(fault.kind === 'ENOSPC' && needsSpace) && fault.kind !== 'EROFS') return;
  if (fault.kind === 'kill') {
    process.kill(process.pid, 'SIGKILL');
    for (;;); // until the signal arrives
  }
  throw Object.assign(new Error(`${fault.kind}: ${what}`), { code: fault.kind });
}

type Call = (...given: unknown[]) => unknown;
const calls = fs as unknown as Record<string, Call>;

for (const [name, needsSpace, target] of [
  ['mkdirSync', true, 0],
  ['symlinkSync', true, 1],
  ['linkSync', true, 1],
  ['renameSync', false, 0],
  ['rmSync', false, 0],
  ['chmodSync', false, 0],
  ['fchmodSync', false, undefined],
  ['fsyncSync', false, undefined],
] as const) {
  const original = calls[name]!;
  calls[name] = (...given) => {
    meet(`${name} ${target === undefined ? '' : path.basename(String(given[target]))}`, needsSpace);
    return original(...given);
  };
}
const open = calls['openSync']!;
calls['openSync'] = (...given) => {
  if (given[1] === 'wx') meet(`openSync ${path.basename(String(given[0]))}`, true);
  return open(...given);
};
const write = calls['writeSync']!;
calls['writeSync'] = (...given) => {
  meet('writeSync', true);
  const [handle, content, from] = given as [number, Buffer, number];
  // Writes half of the data first, as on a full disk or at a kill.
  const bytes = from === 0 && content.length > 1 ? content.length >> 1 : content.length - from;
  return write(handle, content, from, bytes);
};
syncBuiltinESMExports();

const killAt = process.env['KILL_AT_WRITE'];
if (killAt !== undefined) arm({ at: Number(killAt), kind: 'kill' });
