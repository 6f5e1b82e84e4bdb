import type { Runtime } from '../runtime.ts';

export interface Variable {
  name: string;
  /** `replace`: only what it names is trusted then. `add`: what the program trusts otherwise stays. */
  effect: 'replace' | 'add';
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
}

/** A program or library that verifies certificates, and what it listens to. */
export interface Consumer {
  /** As in tables and JSON. */
  id: string;
  /** Programs of this runtime may use it; undefined: it is a program of its own. */
  runtime: Runtime | undefined;
  variables: readonly Variable[];
  /** What is known to go wrong with it: keys of the catalogue. */
  traps: readonly Trap[];
  /** `tested`: by this project's tests, on Debian. `documented`: from its documentation or source alone. */
  standing: 'tested' | 'documented';
  /** @param interpreter the very one that the command uses; without this function nothing can be tried. */
  probe?: (interpreter: string, url: string) => Probe;
}

export type Trap =
  | 'trap.ignores-ssl-cert'
  | 'trap.beats-session'
  | 'trap.missing-file-silent'
  | 'trap.read-once'
  | 'trap.cafile-switches-off'
  | 'trap.java-silent'
  | 'trap.no-variable'
  | 'trap.own-roots'
  | 'trap.own-store'
  | 'trap.unhashed-folder';

/** For libraries of which one script tries each: `{"outcome": …, "detail": …}` on its last line. */
export function readOutcome({ stdout, stderr }: { stdout: string; stderr: string }): ProbeOutcome {
  const last = stdout.trim().split('\n').at(-1) ?? '';
  try {
    const { outcome, detail } = JSON.parse(last) as ProbeOutcome;
    return { outcome, detail: detail.slice(0, 300) };
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
