/** Finds which libraries a command uses, by reading its files. Runs nothing of the program. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { baseError } from '../base/messages.ts';
import type { Execute } from '../base/process.ts';
import { nodeUse } from './node-use.ts';
import { pythonUseScript } from './python-use.ts';
import type { Command } from './runtime.ts';
import type { Use } from './used-packages.ts';

/** Packages that import `ssl` but connect only with a context that their user gives them, or serve. */
const harmless = [
  'anyio',
  'authlib',
  'certifi',
  'cryptography',
  'fastmcp',
  'fsspec',
  'gevent',
  'google-auth',
  'gunicorn',
  'h11',
  'httpcore',
  'hypercorn',
  'jh2',
  'matplotlib',
  'pip',
  'prometheus-client',
  'pyjwt',
  'pyopenssl',
  'qh3',
  'service-identity',
  'setuptools',
  'sqlalchemy',
  'streamlit',
  'trio',
  'truststore',
  'urllib3-future',
  'uvicorn',
  'uvloop',
  'wassima',
  'werkzeug',
];

const limitMs = 60_000;

/**
 * @param args of the command, without launchers.
 * @returns undefined if this runtime's programs cannot be read.
 */
export async function useOf(
  { runtime, interpreter, script, args, starts }: Command,
  folder: string,
  env: NodeJS.ProcessEnv,
  execute: Execute,
): Promise<Use | undefined> {
  if (runtime === 'node' || starts?.runtime === 'node') return nodeUse(script ?? path.join(folder, 'package.json'));
  if (runtime !== 'python' || interpreter === undefined) return undefined;
  const files = [script, ...args].filter((word): word is string => word !== undefined && existsSync(word));
  const given = {
    folder,
    starts: [...new Set(files)].filter((file) => file === script || file.endsWith('.py')),
    modules: modulesAmong(args),
    code: valueOf('-c', args) ?? '',
    harmless,
  };
  const isKnown = given.starts.length > 0 || given.modules.length > 0 || given.code !== '';
  try {
    const argument = JSON.stringify({ ...given, all: !isKnown });
    const { code, stdout } = await execute(interpreter, ['-c', pythonUseScript, argument], { env, timeoutMs: limitMs });
    if (code !== 0) return undefined;
    return { ...(JSON.parse(stdout) as Omit<Use, 'isKnown'>), isKnown };
  } catch (error) {
    if (baseError.is(error, 'program.timeout')) return undefined;
    throw error;
  }
}

/** `-m module`, and arguments that can be one, as in `uvicorn app.main:app`. */
function modulesAmong(args: readonly string[]): string[] {
  const named = valueOf('-m', args);
  const others = args.flatMap((arg) => /^([A-Za-z_][\w.]*):[A-Za-z_][\w.]*(\(\))?$/.exec(arg)?.[1] ?? []);
  return [...(named === undefined ? [] : [named]), ...others];
}

/** Before the first operand, as Python reads its options. */
function valueOf(option: string, args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => !arg.startsWith('-') || arg === option);
  return at >= 0 && args[at] === option ? args[at + 1] : undefined;
}
