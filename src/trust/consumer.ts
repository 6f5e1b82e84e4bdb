import type { BundlePaths } from './bundle/paths.ts';
import type { trapWords } from './consumers/messages.ts';

export interface Variable {
  name: string;
  /** `replace`: only what it names is trusted then. `add`: what the program trusts otherwise stays. */
  effect: 'replace' | 'add';
  /** With `{part}` for a path of the bundle. Default: `{full}` if it replaces, `{private}` if it adds. */
  value?: `${string}{${keyof BundlePaths}}${string}`;
  /** In quotes where it contains blanks. */
  isQuoted?: true;
}

/** A way to have a program make one verified request. */
export interface Probe {
  program: string;
  args: string[];
  /** What its end means; by default its last line says so as JSON (see `readOutcome`). */
  read?: (end: { code: number | null; stdout: string; stderr: string }) => ProbeOutcome;
}

export interface ProbeOutcome {
  /** `refused`: the certificate was not trusted. `failed`: something else. `absent`: it is not installed here. */
  outcome: 'verified' | 'refused' | 'failed' | 'absent';
  /** One line in the program's own words; empty where there is nothing to say. */
  detail: string;
  /** Of the library, where it tells. */
  version?: string;
}

/** Where a program takes roots from that no variable reaches. */
export type Setting =
  /** A file; `HOST:PORT` and `UNIT` stand for the user's own. */
  | { file: string; holds: string }
  /** A store of `everyhop trust install`. */
  | { store: 'system' | 'nss' | 'java' };

/** How a command line names a program. */
export interface CommandName {
  /** File name of the program. */
  name: RegExp;
  /** File names of the code that it runs. */
  scripts?: RegExp;
  /** What it installs and starts runs in Node. */
  startsNode?: true;
}

/** A program or library that verifies certificates, and what it listens to. */
export interface Consumer {
  /** As in tables and JSON; the name of its file in `consumers/`. */
  id: string;
  /** Programs of this runtime may use it; undefined: nothing that a command could name. */
  runtime: string | undefined;
  /** Makes a command one of this runtime; undefined: another consumer does, or runtime.ts. */
  command?: CommandName;
  variables: readonly Variable[];
  /** Beside the variables, or in their place. */
  settings?: readonly Setting[];
  /** What is known to go wrong with it: keys of the catalogue. */
  traps: readonly Trap[];
  /** `debian-12`: tried there by this project's tests. `documented`: from its documentation or source alone. */
  tested: 'debian-12' | 'documented';
  /** @param interpreter the very one that the command uses; without this function nothing can be tried from outside. */
  probe?: (interpreter: string, url: string) => Probe;
}

export type Trap = keyof typeof trapWords.texts;

/** Keeps the id and the runtime as literals. */
export function defineConsumer<const C extends Consumer>(consumer: C): C {
  return consumer;
}

/** For libraries of which one script tries each: `{"outcome": …, "detail": …}` on its last line. */
export function readOutcome({ stdout, stderr }: { stdout: string; stderr: string }): ProbeOutcome {
  const last = stdout.trim().split('\n').at(-1) ?? '';
  try {
    const { outcome, detail, version } = JSON.parse(last) as ProbeOutcome;
    return { outcome, detail: detail.slice(0, 300), ...(version ? { version } : {}) };
  } catch {
    return { outcome: 'failed', detail: lastLine(stderr) };
  }
}

export function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').slice(0, 300);
}

/** For programs that end with 0 where it worked; `refused` by what they say. */
export function byExit(refusal: RegExp): NonNullable<Probe['read']> {
  return ({ code, stdout, stderr }) => {
    if (code === 0) return { outcome: 'verified', detail: '' };
    const said = `${stderr}\n${stdout}`;
    const line = said.split('\n').find((one) => refusal.test(one));
    return line === undefined
      ? { outcome: 'failed', detail: lastLine(said) }
      : { outcome: 'refused', detail: line.trim().slice(0, 300) };
  };
}

/** For programs that cannot be kept from writing where they stand: `$1` is the interpreter, `$2` the address. */
export function inFolderOfItsOwn(interpreter: string, url: string, commands: string, ...more: string[]): Probe {
  const script = `folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder" && ${commands}`;
  return { program: '/bin/sh', args: ['-c', script, 'sh', interpreter, url, ...more] };
}

/** For package managers: the hop was verified where they say that the package is not there. */
export function throughIndex(answered: RegExp, refusal: RegExp): NonNullable<Probe['read']> {
  return ({ stdout, stderr }) => {
    const lines = `${stderr}\n${stdout}`.split('\n');
    const refused = lines.find((line) => refusal.test(line));
    if (refused !== undefined) return { outcome: 'refused', detail: refused.trim().slice(0, 300) };
    if (lines.some((line) => answered.test(line))) return { outcome: 'verified', detail: '' };
    return { outcome: 'failed', detail: lastLine(lines.join('\n')) };
  };
}
