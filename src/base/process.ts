import { spawn } from 'node:child_process';
import { systemCode } from './errors.ts';
import { baseError } from './messages.ts';

export interface Execution {
  /** Exit code; null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ExecuteOptions {
  cwd?: string;
  /** The whole environment of the child (default: this process's). */
  env?: NodeJS.ProcessEnv;
  input?: string | Uint8Array;
  /** Ends the program after this long (default 60 s). */
  timeoutMs?: number;
  /** Keeps at most so much of each stream (default 8 MiB). */
  limitBytes?: number;
  /** How the bytes of both streams become text (default UTF-8); with `latin1` each is one character and none is lost. */
  encoding?: 'utf8' | 'latin1';
}

/** Runs a program (no shell) to its end. The type rooms take as an argument. */
export type Execute = (program: string, args: readonly string[], options?: ExecuteOptions) => Promise<Execution>;

/** @throws EveryhopError `program.missing`, `program.timeout`; a non-zero exit is an answer, not an error. */
export const execute: Execute = (program, args, options = {}) => {
  const timeoutMs = options.timeoutMs ?? 60_000;
  const limitBytes = options.limitBytes ?? 8 * 1024 * 1024;
  const encoding = options.encoding ?? 'utf8';
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: 'pipe' });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
      // What the program started itself may live on and keep these open: nobody waits for that.
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
    child.stdin.on('error', () => {}); // a program that does not read its input
    child.stdin.end(options.input);
  });
};
