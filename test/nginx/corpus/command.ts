import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Writable } from 'node:stream';
import { Output } from '../../../src/cli/output.ts';
import { loadRegistries } from '../../../src/app/registries.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import { usageError } from '../../../src/cli/usage.ts';
import { cleanEnvironment } from '../../support/up.ts';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `everyhop` with these arguments; `home` is for its environment. */
export type Everyhop = (args: readonly string[], home: string) => Promise<Ended>;

// Each command listens for Ctrl-C until its process ends; here that one goes on.
process.setMaxListeners(0);

/** The command line as `main.ts` runs it, in this process: a start of its own takes longer than what most of them do. */
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

/** The program itself, with nothing of this process's environment. */
export const asProgram: Everyhop = (args, home) => runProgram(args, { home });

/** The same, with more of an environment, and modules that are loaded first. */
export async function runProgram(
  args: readonly string[],
  options: { home: string; env?: Record<string, string>; imports?: readonly string[] },
): Promise<Ended> {
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
