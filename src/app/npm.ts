/** Undoes what npm changes before it starts this program: the working folder, PATH and the npm_* variables. */
import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

export interface NpmStart {
  /** `script`: a script of this package, `npm start` for example. `npx`: the package, by npx or `npm exec`. */
  kind: 'script' | 'npx';
  /** The script's name; `npx` for npx. */
  script: string;
  /** The working folder of the user. */
  folder: string;
  /** The environment that npm received from the user, or the likeliest one where that cannot be read. */
  env: NodeJS.ProcessEnv;
  /** True once npm has ended without this program. */
  isGone(): boolean;
  /** Options of this program that npm took as its own configuration, with their values (`true` for none). */
  takenOptions: ReadonlyMap<string, string>;
}

/** Access to other processes and to files. */
export interface NpmSystem {
  ppid(): number;
  /** A process: the start of its title, its parent, its environment at its start. undefined: not readable. */
  processOf(pid: number): { title: string; ppid: number; env: NodeJS.ProcessEnv | undefined } | undefined;
  readText(file: string): string | undefined;
}

/**
 * @param root folder of this package.
 * @returns undefined if neither a script of this package nor npx started this program.
 */
export function npmStart(env: NodeJS.ProcessEnv, root: string, system: NpmSystem = linux): NpmStart | undefined {
  const { npm_lifecycle_event: event, npm_package_json: manifest, INIT_CWD: folder } = env;
  if (event === undefined || folder === undefined || !path.isAbsolute(folder)) return undefined;
  const isNpx = event === 'npx' && env['npm_command'] === 'exec';
  if (!isNpx && (manifest === undefined || !isSameFolder(path.dirname(manifest), root))) return undefined;
  const { pids, original } = npmProcess(system);
  const before = original ?? withoutNpm(env);
  return {
    kind: isNpx ? 'npx' : 'script',
    script: event,
    folder,
    env: before,
    isGone: () => hasLeft(pids, system),
    takenOptions: isNpx ? new Map() : takenOptions(env, original ?? {}, root, system),
  };
}

/** npm is the parent, or starts this program through a shell. */
function npmProcess(system: NpmSystem): { pids: number[]; original: NodeJS.ProcessEnv | undefined } {
  const pids: number[] = [];
  for (let pid = system.ppid(); pid > 0 && pids.length < 3;) {
    const found = system.processOf(pid);
    if (found === undefined) break;
    pids.push(pid);
    if (/^npm\b/.test(found.title)) return { pids, original: found.env };
    pid = found.ppid;
  }
  return { pids: [system.ppid()], original: undefined };
}

/** @param pids the parent first, npm last. A process whose parent has ended gets another parent. */
function hasLeft(pids: readonly number[], system: NpmSystem): boolean {
  const parents = pids.slice(0, -1).map((pid) => system.processOf(pid)?.ppid);
  return [system.ppid(), ...parents].some((parent, index) => parent !== pids[index]);
}

/**
 * npm's additions taken away by rule, for systems without /proc. A variable that npm may have set or passed on is removed only if
 * npm sets it in every run.
 */
export function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name, value]) => {
    if (/^npm_(?:lifecycle|package)_|^npm_(?:command|execpath|node_execpath)$|^INIT_CWD$/.test(name)) return false;
    if (name === 'NODE') return value !== env['npm_node_execpath'];
    if (name === 'npm_config_prefix') return value !== env['npm_config_local_prefix'];
    return !setByNpm.has(name);
  });
  const before = Object.fromEntries(kept);
  const pathName = Object.keys(before).find((name) => /^path$/i.test(name));
  if (pathName !== undefined) before[pathName] = pathWithoutNpm(before[pathName]!);
  if (env['PWD'] !== undefined && env['INIT_CWD'] !== undefined) before['PWD'] = env['INIT_CWD'];
  return before;
}

const setByNpm = new Set(
  (
    'cache global_prefix globalconfig init_module local_prefix loglevel node_gyp noproxy npm_version user_agent userconfig ' +
    'allow_scripts fund audit update_notifier'
  )
    .split(' ')
    .map((name) => `npm_config_${name}`),
);

/** npm puts `node_modules/.bin` of the package and of every folder above it in front, and `node-gyp-bin` after them. */
function pathWithoutNpm(value: string): string {
  const entries = value.split(path.delimiter);
  const last = entries.findIndex((entry) => /[\\/]node-gyp-bin$/.test(entry));
  const isNpms = last >= 0 && entries.slice(0, last).every((entry) => /[\\/]node_modules[\\/]\.bin$/.test(entry));
  return isNpms ? entries.slice(last + 1).join(path.delimiter) : value;
}

/** npm takes each `--option` that stands before `--` as its own setting, and passes it on as `npm_config_option`. */
function takenOptions(
  env: NodeJS.ProcessEnv,
  original: NodeJS.ProcessEnv,
  root: string,
  system: NpmSystem,
): Map<string, string> {
  // Settings from the environment or an .npmrc are no options of this command.
  const known = new Set(Object.keys(original).map((name) => name.toLowerCase()));
  for (const file of [env['npm_config_userconfig'], env['npm_config_globalconfig'], path.join(root, '.npmrc')]) {
    const text = file === undefined ? '' : (system.readText(file) ?? '');
    for (const [, key] of text.matchAll(/^\s*([\w-]+)\s*(?:=|$)/gm)) {
      known.add(`npm_config_${key!.replaceAll('-', '_').toLowerCase()}`);
    }
  }
  const taken = Object.entries(env).filter(([name]) => name.startsWith('npm_config_') && !known.has(name));
  return new Map(
    taken.map(([name, value]) => [`--${name.slice('npm_config_'.length).replaceAll('_', '-')}`, value ?? '']),
  );
}

function isSameFolder(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

const linux: NpmSystem = {
  ppid: () => process.ppid,
  processOf(pid) {
    const read = (name: string): string | undefined => readIfPossible(`/proc/${pid}/${name}`);
    const ppid = /^PPid:\s*(\d+)$/m.exec(read('status') ?? '')?.[1];
    if (ppid === undefined) return undefined;
    const lines = read('environ')
      ?.split('\0')
      .filter((line) => line.includes('='));
    const pairs = lines?.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
    return { title: read('cmdline') ?? '', ppid: Number(ppid), env: pairs && Object.fromEntries(pairs) };
  },
  readText: readIfPossible,
};

function readIfPossible(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
