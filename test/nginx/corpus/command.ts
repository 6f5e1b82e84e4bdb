import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Writable } from 'node:stream';
import { Output } from '../../../src/cli/output.ts';
import { loadRegistries } from '../../../src/app/registries.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { usageError } from '../../../src/cli/usage.ts';
import { cleanEnvironment } from '../../support/up.ts';

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `everyhop` with these arguments. @param home for its environment */
export type Everyhop = (args: readonly string[], home: string) => Promise<CommandResult>;

// Each command listens for Ctrl-C until the process ends, and many run in this process.
process.setMaxListeners(0);

/** Runs the command line like `main.ts`, but in this process: a process start would take longer than most commands. */
export const inProcess: Everyhop = async (args, home) => {
  const streams = { stdout: new Collector(), stderr: new Collector(), env: cleanEnvironment(home) };
  const language = args.includes('zh') ? 'zh' : 'en';
  const output = new Output(streams, language, args.includes('--json'));
  let code: number;
  try {
    const program = buildProgram({ output, language, version: '0.0.0', env: streams.env }, await loadRegistries());
    await program.parseAsync([...args], { from: 'user' });
    code = Number(process.exitCode ?? 0);
    process.exitCode = undefined;
  } catch (error) {
    code = output.error(usageError(error) ?? error);
  }
  return { code, stdout: streams.stdout.text, stderr: streams.stderr.text };
};

const program = path.resolve(import.meta.dirname, '../../../bin/everyhop.js');

/** Runs the program in a separate process with a clean environment. */
export const asProgram: Everyhop = (args, home) => runProgram(args, { home });

/** The same with further environment variables and preloaded modules. */
export async function runProgram(
  args: readonly string[],
  options: { home: string; env?: Record<string, string>; imports?: readonly string[] },
): Promise<CommandResult> {
  const { home, env = {}, imports = [] } = options;
  const before = imports.flatMap((file) => ['--import', file]);
  const child = spawn(process.execPath, [...before, program, ...args], {
    env: { ...cleanEnvironment(home), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

class Collector extends Writable {
  text = '';

  override _write(piece: Buffer | string, _: string, done: () => void): void {
    this.text += piece.toString();
    done();
  }
}
