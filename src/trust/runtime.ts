import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { type BinaryFacts, readBinary } from './binary.ts';
import type { CommandName } from './consumer.ts';
import { consumers, type Runtime } from './consumers.ts';

/** The parts of a command. */
export interface Command {
  /** Absolute path; undefined if it is not on the PATH. */
  program: string | undefined;
  /** undefined: a shell, or an unknown program. */
  runtime: Runtime | undefined;
  /** Path of the program that runs the code; for a script, the one in its shebang line. */
  interpreter: string | undefined;
  /** The script, if the command line names one. */
  script: string | undefined;
  /** The arguments of the program, without launchers. */
  args: readonly string[];
  /** The runtime that the command starts in turn, like a package manager. */
  starts: { runtime: Runtime; interpreter: string } | undefined;
  /** Facts about a program that needs no interpreter. */
  binary: BinaryFacts | undefined;
}

/** Languages with several libraries. Every other program is a consumer itself. */
const languages: readonly (CommandName & { runtime: Runtime })[] = [
  { runtime: 'python', name: /^(python|pypy)(\d|$)/, scripts: /\.pyw?$/ },
  { runtime: 'node', name: /^(node|nodejs)$/, scripts: /\.[cm]?[jt]sx?$/ },
  { runtime: 'php', name: /^php(\d|$)/, scripts: /\.php$/ },
];
const commands = [
  ...languages,
  ...consumers.flatMap(({ command, runtime }) =>
    command && runtime ? [{ ...command, runtime: runtime as Runtime }] : [],
  ),
];
const commandOf = (runtime: Runtime | undefined): CommandName | undefined =>
  commands.find((command) => command.runtime === runtime);
/** Programs that run the command in their arguments. */
const launchers = new Set(['env', 'exec', 'nohup', 'nice', 'time', 'stdbuf']);
const launchersByRun = new Set(['uv', 'poetry', 'pipenv', 'pdm', 'hatch']);
/** Limit for links and for scripts run by scripts, which may be circular. */
const maxSteps = 4;

/**
 * Recognises the runtime of a command from the program's name, a script's shebang line or the content of a binary.
 * @param command program first, then its arguments.
 */
export async function recognise(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Command> {
  const [name = '', ...args] = withoutLauncher(command);
  const program = await which(name, env);
  const nothing = { runtime: undefined, interpreter: undefined, script: undefined };
  const found = program === undefined ? nothing : await follow(program, env, maxSteps);
  const node = commandOf(found.runtime)?.startsNode ? await which('node', env) : undefined;
  const own = found.runtime === undefined ? found.interpreter : undefined;
  const binary = own === undefined ? undefined : await readBinary(own);
  return {
    program,
    runtime: found.runtime ?? binary?.language,
    interpreter: found.interpreter,
    script: found.script ?? scriptAmong(args, found.runtime),
    args,
    starts: node === undefined ? undefined : { runtime: 'node', interpreter: node },
    binary,
  };
}

/** The command without launchers, as in `env A=b nice -n 5 python app.py` or `uv run python app.py`. */
function withoutLauncher(command: readonly string[]): readonly string[] {
  const [name = '', ...args] = command;
  const launcher = path.basename(name);
  const byRun = launchersByRun.has(launcher) && args[0] === 'run';
  if (!byRun && !launchers.has(launcher)) return command;
  const rest = byRun ? args.slice(1) : args;
  const at = rest.findIndex((arg) => !arg.startsWith('-') && !arg.includes('=') && !/^\d+$/.test(arg));
  return at < 0 ? command : withoutLauncher(rest.slice(at));
}

interface Target {
  runtime: Runtime | undefined;
  interpreter: string | undefined;
  script: string | undefined;
}

async function follow(program: string, env: NodeJS.ProcessEnv, steps: number): Promise<Target> {
  const named = commands.find(({ name }) => name.test(path.basename(program)));
  if (named) return { runtime: named.runtime, interpreter: program, script: undefined };
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
  return { runtime: undefined, interpreter: program, script: undefined };
}

const shellScripts = /\.(ba|z|da)?sh$/;

/** The first argument that names a script, as in `node --flag server.js`. */
function scriptAmong(args: readonly string[], runtime: Runtime | undefined): string | undefined {
  const ending = runtime === undefined ? shellScripts : commandOf(runtime)?.scripts;
  return ending && args.find((arg) => !arg.startsWith('-') && ending.test(arg));
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

/** The shebang line without `#!`; undefined if there is none. */
async function firstLine(file: string): Promise<string | undefined> {
  const head = await readSome(file, 512);
  if (head === undefined || head.subarray(0, 2).toString('latin1') !== '#!') return undefined;
  return head.subarray(2).toString('latin1').split('\n')[0]!.trim();
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
