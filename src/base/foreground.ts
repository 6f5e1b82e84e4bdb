import { spawn } from 'node:child_process';
import { systemCode } from './errors.ts';
import { baseError } from './messages.ts';
import { onStarterGone, type Starter, withoutRepeats } from './starter.ts';

/** Without SIGINT, SIGQUIT, SIGTSTP and SIGWINCH, which a terminal sends to the program as well. */
const forwardedSignals = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;
const terminalSignals = ['SIGINT', 'SIGQUIT'] as const;

/**
 * Runs a program with this process's terminal and forwards signals to it.
 * @param starter npm, if it started this process; the program ends with it.
 * @returns its exit code, or the signal that ended it.
 * @throws EveryhopError `program.missing`, `program.denied`.
 */
export async function runInForeground(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  starter?: Starter,
): Promise<{ code: number } | { signal: NodeJS.Signals }> {
  const undo: (() => void)[] = [];
  const listen = (signal: NodeJS.Signals, listener: () => void): void => {
    process.on(signal, listener);
    undo.push(() => process.off(signal, listener));
  };
  // Listen before `spawn`: a signal can arrive before it returns, for example in reply to the program's first line.
  const forward = withoutRepeats(starter, (signal: NodeJS.Signals) => void child.kill(signal));
  for (const signal of forwardedSignals) listen(signal, () => forward(signal));
  // Without a terminal, a service manager or `kill` signals only this process.
  for (const signal of terminalSignals) listen(signal, () => void (process.stdin.isTTY || forward(signal)));
  const child = spawn(program, args, { env, stdio: 'inherit' });
  undo.push(onStarterGone(starter, () => void child.kill('SIGTERM')));
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
