import { spawn } from 'node:child_process';
import { systemCode } from './errors.ts';
import { baseError } from './messages.ts';

/** What is passed on; a terminal sends SIGINT, SIGQUIT, SIGTSTP and SIGWINCH to the program itself. */
const passedOn = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;
const ofTerminals = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Runs a program in place of this one: its terminal, its signals, its end.
 * @returns its exit code, or the signal that ended it.
 * @throws EveryhopError `program.missing`, `program.denied`.
 */
export async function runInForeground(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number } | { signal: NodeJS.Signals }> {
  const undo: (() => void)[] = [];
  const listen = (signal: NodeJS.Signals, listener: () => void): void => {
    process.on(signal, listener);
    undo.push(() => process.off(signal, listener));
  };
  // Before the program starts: it may have printed its first line, and been sent a signal, before `spawn` returns.
  for (const signal of passedOn) listen(signal, () => void child.kill(signal));
  // Sent by hand, or by a service manager, it comes to this process alone.
  for (const signal of ofTerminals) listen(signal, () => void (process.stdin.isTTY || child.kill(signal)));
  const child = spawn(program, args, { env, stdio: 'inherit' });
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', (error) => reject(startError(program, error)));
      child.on('exit', (code, signal) => resolve(signal === null ? { code: code! } : { signal }));
    });
  } finally {
    for (const each of undo) each();
  }
}

function startError(program: string, error: Error): unknown {
  const code = systemCode(error);
  if (code === 'ENOENT') return baseError('program.missing', { program }, { cause: error });
  if (code === 'EACCES') return baseError('program.denied', { program }, { cause: error });
  return error;
}
