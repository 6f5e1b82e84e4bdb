import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

export type Runtime =
  | 'python'
  | 'node'
  | 'deno'
  | 'bun'
  | 'java'
  | 'curl'
  | 'git'
  | 'wget'
  | 'go'
  | 'ruby'
  | 'php'
  | 'dotnet';

/** What a command is made of. */
export interface Command {
  /** Absolute; undefined where it is not on the PATH. */
  program: string | undefined;
  /** undefined: a shell, or anything that says nothing of itself. */
  runtime: Runtime | undefined;
  /** The very program that runs the code; for a script the one that its first line names. */
  interpreter: string | undefined;
  /** The file of code that is run, where the command line says so. */
  script: string | undefined;
}

const byName: readonly (readonly [name: RegExp, runtime: Runtime])[] = [
  [/^(python|pypy)(\d|$)/, 'python'],
  [/^(node|nodejs)$/, 'node'],
  [/^deno$/, 'deno'],
  [/^bunx?$/, 'bun'],
  [/^java$/, 'java'],
  [/^curl$/, 'curl'],
  [/^git$/, 'git'],
  [/^wget$/, 'wget'],
  [/^ruby(\d|$)/, 'ruby'],
  [/^php(\d|$)/, 'php'],
  [/^dotnet$/, 'dotnet'],
];
/** These hand what they are given to another program; options of theirs that take a value are few enough to know. */
const launchers = new Set(['env', 'exec', 'nohup', 'nice', 'time', 'stdbuf', 'uv', 'poetry', 'pipenv', 'run']);
/** A script that leads to a script: more is a circle. */
const mostSteps = 4;

/**
 * Finds out what a command runs: by the name of the program, the first line of a script, or what a binary says of itself.
 * @param command as it would be started, program first.
 */
export async function recognise(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Command> {
  let [name = '', ...args] = command;
  while (launchers.has(path.basename(name)) && args.length > 0) {
    const at = args.findIndex((arg) => !arg.startsWith('-') && !arg.includes('='));
    if (at < 0) break;
    [name = '', ...args] = args.slice(at);
  }
  const program = await which(name, env);
  if (program === undefined) return { program, runtime: undefined, interpreter: undefined, script: undefined };
  const found = await follow(program, env, mostSteps);
  const script = found.script ?? scriptAmong(args, found.runtime);
  return { program, runtime: found.runtime, interpreter: found.interpreter, script };
}

interface Found {
  runtime: Runtime | undefined;
  interpreter: string | undefined;
  script: string | undefined;
}

async function follow(program: string, env: NodeJS.ProcessEnv, steps: number): Promise<Found> {
  const named = byName.find(([name]) => name.test(path.basename(program)));
  if (named) return { runtime: named[1], interpreter: program, script: undefined };
  const first = await firstLine(program);
  if (first !== undefined && steps > 0) {
    const words = first.split(/\s+/).filter((word) => word !== '');
    const viaEnv = path.basename(words[0] ?? '') === 'env';
    const wanted = viaEnv ? words.slice(1).find((word) => !word.startsWith('-') && !word.includes('=')) : words[0];
    const interpreter = wanted === undefined ? undefined : await which(wanted, env);
    if (interpreter !== undefined) return { ...(await follow(interpreter, env, steps - 1)), script: program };
  }
  const target = await realpath(program).catch(() => program);
  if (target !== program && steps > 0) return follow(target, env, steps - 1);
  return { runtime: (await isGo(program)) ? 'go' : undefined, interpreter: program, script: undefined };
}

/** `python app.py`, `node --flag server.js`: the first argument that is a file of code. */
function scriptAmong(args: readonly string[], runtime: Runtime | undefined): string | undefined {
  const ending = runtime === 'python' ? /\.pyw?$/ : /\.[cm]?[jt]sx?$/;
  if (runtime !== 'python' && runtime !== 'node' && runtime !== 'bun' && runtime !== 'deno') return undefined;
  return args.find((arg) => !arg.startsWith('-') && ending.test(arg));
}

async function which(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (name === '') return undefined;
  const candidates = name.includes('/')
    ? [path.resolve(name)]
    : (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin').split(':').map((folder) => path.resolve(folder || '.', name));
  for (const candidate of candidates) {
    const stats = await stat(candidate).catch(() => undefined);
    if (stats?.isFile() && (stats.mode & 0o111) !== 0) return candidate;
  }
  return undefined;
}

/** Without its `#!`; undefined where the file begins otherwise. */
async function firstLine(file: string): Promise<string | undefined> {
  const head = await readSome(file, 512);
  if (head === undefined || head.subarray(0, 2).toString('latin1') !== '#!') return undefined;
  return head.subarray(2).toString('latin1').split('\n')[0]!.trim();
}

/** Go writes its build information near the beginning of the data of every binary. */
async function isGo(file: string): Promise<boolean> {
  const head = await readSome(file, 4);
  if (head === undefined || head.toString('latin1') !== '\x7fELF') return false;
  const handle = await open(file, 'r');
  try {
    const piece = Buffer.alloc(1024 * 1024);
    const overlap = 32;
    for (let at = 0; ; at += piece.length - overlap) {
      const { bytesRead } = await handle.read(piece, 0, piece.length, at);
      if (piece.subarray(0, bytesRead).includes('\xff Go buildinf:', 0, 'latin1')) return true;
      if (bytesRead < piece.length) return false;
    }
  } finally {
    await handle.close();
  }
}

async function readSome(file: string, length: number): Promise<Buffer | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const piece = Buffer.alloc(length);
      const { bytesRead } = await handle.read(piece, 0, length, 0);
      return piece.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
