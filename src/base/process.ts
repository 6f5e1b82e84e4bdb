import { spawn } from 'node:child_process';
import { systemCode } from './errors.ts';
import { baseError } from './messages.ts';

export interface Execution {
  /** Exit code; null if a signal ended the program. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ExecuteOptions {
  cwd?: string;
  /** The complete environment of the child (default: inherited). */
  env?: NodeJS.ProcessEnv;
  input?: string | Uint8Array;
  /** Kills the program after this time (default 60 s). */
  timeoutMs?: number;
  /** Keeps at most this much of each stream (default 8 MiB). */
  limitBytes?: number;
  /** Runs the program as this user (needs root). */
  user?: { uid: number; gid: number } | undefined;
  /** Encoding of both streams (default UTF-8). `latin1` preserves every byte, one character each. */
  encoding?: 'utf8' | 'latin1';
}

/** Runs a program to completion, without a shell. Rooms take this as an argument. */
export type Execute = (program: string, args: readonly string[], options?: ExecuteOptions) => Promise<Execution>;

/** @throws EveryhopError `program.missing`, `program.timeout`. A non-zero exit code is not an error. */
export const execute: Execute = (program, args, options = {}) => {
  const timeoutMs = options.timeoutMs ?? 60_000;
  const limitBytes = options.limitBytes ?? 8 * 1024 * 1024;
  const encoding = options.encoding ?? 'utf8';
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env, ...options.user, stdio: 'pipe' });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
      // The program's own children may survive and hold these open; do not wait for them.
      child.stdout.destroy();
      child.stderr.destroy();
    }, timeoutMs);
    const collect = (stream: NodeJS.ReadableStream): (() => string) => {
      const pieces: Buffer[] = [];
      let size = 0;
      stream.on('data', (piece: Buffer) => {
        if (size < limitBytes) pieces.push(piece.subarray(0, limitBytes - size));
        size += piece.length;
      });
      return () => Buffer.concat(pieces).toString(encoding);
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(systemCode(error) === 'ENOENT' ? baseError('program.missing', { program }, { cause: error }) : error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (timedOut) reject(baseError('program.timeout', { program, seconds: timeoutMs / 1000 }));
      else resolve({ code, signal, stdout: stdout(), stderr: stderr() });
    });
    child.stdin.on('error', () => {}); // the program may exit without reading its input
    child.stdin.end(options.input);
  });
};
