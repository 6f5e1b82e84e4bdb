import type { BundlePaths } from './bundle/paths.ts';
import type { trapWords } from './consumers/messages.ts';

export interface Variable {
  name: string;
  /** `replace`: the program trusts only these roots. `add`: the program keeps its other roots. */
  effect: 'replace' | 'add';
  /** `{part}` stands for a path of the bundle. Default: `{full}` if it replaces, `{private}` if it adds. */
  value?: `${string}{${keyof BundlePaths}}${string}`;
  /** The program expects quotes around a value with spaces. */
  isQuoted?: true;
  /** A path list. `run` puts its folder first; files for services and containers leave it out, because it would replace theirs. */
  isList?: true;
}

/** A command line that sends one HTTPS request. */
export interface Probe {
  program: string;
  args: string[];
  /** Interprets the exit. Default: the last line is JSON (see `readOutcome`). */
  read?: (end: { code: number | null; stdout: string; stderr: string }) => ProbeOutcome;
}

export interface ProbeOutcome {
  /** `refused`: it did not trust the certificate. `failed`: another error. `absent`: not installed. */
  outcome: 'verified' | 'refused' | 'failed' | 'absent';
  /** One line of the program's own output; may be empty. */
  detail: string;
  /** Of the library, if known. */
  version?: string;
}

/** A source of roots that no variable sets. */
export type Setting =
  /** A file and its content. `HOST:PORT` and `UNIT` are the user's to replace, `…` is the bundle folder. */
  | { file: string; holds: string }
  /** A store that `everyhop trust install` changes. */
  | { store: 'system' | 'nss' | 'java' }
  /**
   * An option of the program or of its library, to be set to the full bundle. `variable`: does the same, and more, so that `run`
   * leaves it to the user.
   */
  | { option: string; variable?: string };

/** Recognises a program on a command line. */
export interface CommandName {
  /** Matches the file name of the program. */
  name: RegExp;
  /** Matches the file names of its scripts. */
  scripts?: RegExp;
  /** The packages that it runs need Node. */
  startsNode?: true;
}

/** A program or library that verifies certificates, with the variables and settings that it reads. */
export interface Consumer {
  /** Shown in tables and JSON; also the name of its file in `consumers/`. */
  id: string;
  /** Programs of this runtime may use it. undefined: not started by a command. */
  runtime: string | undefined;
  /** Commands of this runtime. undefined: another consumer or runtime.ts defines them. */
  command?: CommandName;
  variables: readonly Variable[];
  /** In addition to the variables, or instead of them. */
  settings?: readonly Setting[];
  /** For a library: names under which programs import it. undefined: part of the runtime, or a program. */
  modules?: readonly string[];
  /** Known problems. */
  traps: readonly Trap[];
  /** `debian-12`: covered there by this project's tests. `documented`: from documentation or source code alone. */
  tested: 'debian-12' | 'documented';
  /** undefined: cannot be tested from outside. @param interpreter the one that the command uses. */
  probe?: (interpreter: string, url: string) => Probe;
}

export type Trap = keyof typeof trapWords.texts;

/** Identity function that keeps `id` and `runtime` as literal types. */
export function defineConsumer<const C extends Consumer>(consumer: C): C {
  return consumer;
}

/** For probe scripts, which print `{"outcome": …, "detail": …}` on their last line. */
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

/** For programs that exit with 0 on success. @param refusal matches output that means `refused`. */
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

/** For programs that write to the current folder. In `commands`, `$1` is the interpreter and `$2` the URL. */
export function inTemporaryFolder(interpreter: string, url: string, commands: string, ...more: string[]): Probe {
  const script = `folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder" && ${commands}`;
  return { program: '/bin/sh', args: ['-c', script, 'sh', interpreter, url, ...more] };
}

/** For package managers. "Package not found" means that the hop verified. */
export function byIndexLookup(answered: RegExp, refusal: RegExp): NonNullable<Probe['read']> {
  return ({ stdout, stderr }) => {
    const lines = `${stderr}\n${stdout}`.split('\n');
    const refused = lines.find((line) => refusal.test(line));
    if (refused !== undefined) return { outcome: 'refused', detail: refused.trim().slice(0, 300) };
    if (lines.some((line) => answered.test(line))) return { outcome: 'verified', detail: '' };
    return { outcome: 'failed', detail: lastLine(lines.join('\n')) };
  };
}
