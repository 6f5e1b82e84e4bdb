/**
 * How this user starts Everyhop. Texts hold a command as `{everyhop trust install}`: the program's name and the subcommand.
 * Only the reader knows the name that works where it prints, and the options that the command must keep.
 */
export interface Invocation {
  /** For this user in this folder: `everyhop`, `npm run -s everyhop --`, `npx everyhop`. In shell syntax. */
  program: string;
  /** Words that work for any user in any folder with any PATH: for cron, systemd and sudo. */
  absolute: readonly string[];
  /** The state folder in use, absolute; undefined in documentation. */
  stateFolder?: string | undefined;
  /** True if a command without `--state` finds this folder. */
  isDefaultState: boolean;
  /** The given `--config`, absolute. */
  configuration?: string | undefined;
  /** Other options that choose the trust bundle (`--root`) or the nginx (`--conf`), as words. */
  trust?: readonly string[];
  nginx?: readonly string[];
}

/** For documentation and for tests. */
export const plainInvocation: Invocation = { program: 'everyhop', absolute: ['everyhop'], isDefaultState: true };

const marked = /(sudo (?:-u \S+ )?)?\{everyhop(?: ([^{}]*))?\}/g;

/** Replaces each `{everyhop …}` by the command as this user must type it. */
export function spell(text: string, invocation: Invocation): string {
  return text.replace(marked, (_, sudo: string | undefined, words: string | undefined) =>
    sudo === undefined ? commandFor(invocation, words) : `${sudo}${absoluteCommandFor(invocation, words)}`,
  );
}

/** For the user who reads it. @param words the subcommand, such as `trust install`. */
export function commandFor(invocation: Invocation, words = ''): string {
  const kept = keptOptions(invocation, words, invocation.isDefaultState);
  return [invocation.program, ...(words === '' ? [] : [words]), ...kept.map(shellWord)].join(' ');
}

/** For another user (root, cron), whose default state folder differs. */
export function absoluteCommandFor(invocation: Invocation, words = ''): string {
  const program = invocation.absolute.map(shellWord);
  const kept = keptOptions(invocation, words, false);
  return [...program, ...(words === '' ? [] : [words]), ...kept.map(shellWord)].join(' ');
}

/** Subcommands that use the trust bundle. */
const trusting = /^(?:run|env|trust (?:bundle|check|explain))$/;

function keptOptions(invocation: Invocation, words: string, omitsState: boolean): string[] {
  const { stateFolder, configuration, trust = [], nginx = [] } = invocation;
  if (words === '' || /^(?:-|help|version|completion)/.test(words)) return [];
  if (words.startsWith('config '))
    return words === 'config check' && configuration !== undefined ? [configuration] : [];
  return [
    ...(stateFolder === undefined || omitsState ? [] : ['--state', stateFolder]),
    ...(words.startsWith('nginx ') ? nginx : []),
    ...(trusting.test(words) ? [...(configuration === undefined ? [] : ['--config', configuration]), ...trust] : []),
  ];
}

/** Quotes a word for a POSIX shell if necessary. */
export function shellWord(word: string): string {
  return /^[\w./:=@%+,~-]+$/.test(word) && !word.startsWith('~') ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
