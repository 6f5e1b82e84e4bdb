/**
 * Settings of the environment that weaken Node.js programs, Everyhop included. Node.js reads most of them before our code runs, so
 * `startCleanly` replaces this process by one without them. Programs that `run` starts still get them: `givenEnvironment`.
 */
import { isSingleExecutable } from './executable.ts';

/** The harm that a setting does; `environment.harm.*` in messages.ts. */
export type Harm =
  | 'unverified'
  | 'keys'
  | 'old-tls'
  | 'openssl'
  | 'code'
  | 'debugger'
  | 'http-parser'
  | 'memory'
  | 'log'
  | 'quiet-code';

export interface Weakening {
  /** undefined: an option on the command line of Node.js. */
  variable: string | undefined;
  /** An option of Node.js, without its value. */
  option: string | undefined;
  harm: Harm;
}

/** With the values that weaken. */
export const unverifiedSwitch = ['NODE_TLS_REJECT_UNAUTHORIZED', /^0$/] as const;

interface Rule {
  name: string;
  harmful: RegExp;
  harm: Harm;
  /** Node.js reads it before our code runs. */
  atStart: boolean;
}

const rules: readonly Rule[] = [
  { name: unverifiedSwitch[0], harmful: unverifiedSwitch[1], harm: 'unverified', atStart: false },
  { name: 'SSLKEYLOGFILE', harmful: /./, harm: 'keys', atStart: false },
  // An empty configuration is harmless.
  { name: 'OPENSSL_CONF', harmful: /^(?!\/dev\/null$)./, harm: 'openssl', atStart: true },
  { name: 'OPENSSL_MODULES', harmful: /./, harm: 'openssl', atStart: true },
  { name: 'OPENSSL_ENGINES', harmful: /./, harm: 'openssl', atStart: true },
  { name: 'NODE_DEBUG', harmful: /./, harm: 'log', atStart: true },
  // Compiled code from a folder that others may write to. bin/everyhop.js chooses a safe one.
  { name: 'NODE_COMPILE_CACHE', harmful: /./, harm: 'quiet-code', atStart: true },
];

const optionHarms: Readonly<Record<string, Harm>> = {
  '--tls-keylog': 'keys',
  '--trace-tls': 'log',
  '--tls-min-v1.0': 'old-tls',
  '--tls-min-v1.1': 'old-tls',
  '--tls-max-v1.2': 'old-tls',
  '--tls-cipher-list': 'old-tls',
  '--openssl-legacy-provider': 'old-tls',
  '--security-revert': 'old-tls',
  '--openssl-config': 'openssl',
  '--openssl-shared-config': 'openssl',
  '--require': 'code',
  '-r': 'code',
  '--import': 'code',
  '--loader': 'code',
  '--experimental-loader': 'code',
  '--experimental-config-file': 'code',
  '--experimental-default-config-file': 'code',
  '--inspect': 'debugger',
  '--inspect-brk': 'debugger',
  '--inspect-wait': 'debugger',
  '--insecure-http-parser': 'http-parser',
  '--heapsnapshot-signal': 'memory',
  '--heapsnapshot-near-heap-limit': 'memory',
  '--report-on-fatalerror': 'memory',
  '--report-on-signal': 'memory',
  '--report-uncaught-exception': 'memory',
};

/** Their value may be the next word. */
const withValue =
  /^(?:-r|--require|--import|--loader|--experimental-loader|--experimental-config-file|--tls-keylog|--tls-cipher-list|--security-revert|--openssl-config|--heapsnapshot-signal|--heapsnapshot-near-heap-limit)$/;

/** On the command line of Node.js, these are what its user wants. */
const deliberate: readonly Harm[] = ['code', 'debugger'];

type Environment = NodeJS.ProcessEnv;

/**
 * The settings that weaken a Node.js program which starts with this environment and these options.
 * @param execArgv options on the command line of Node.js.
 */
export function weakenings(env: Environment, execArgv: readonly string[]): Weakening[] {
  const ofVariables = rules
    .filter(({ name, harmful, harm }) => harm !== 'quiet-code' && harmful.test(env[name] ?? ''))
    .map(({ name, harm }): Weakening => ({ variable: name, option: undefined, harm }));
  const ofOptions = sortOptions(wordsOf(env['NODE_OPTIONS'] ?? '')).harmful.map(({ option, harm }): Weakening => ({
    variable: 'NODE_OPTIONS',
    option,
    harm,
  }));
  const ofCommand = sortOptions(execArgv, deliberate).harmful.map(({ option, harm }): Weakening => ({
    variable: undefined,
    option,
    harm,
  }));
  return [...ofVariables, ...ofOptions, ...ofCommand];
}

/** The environment without the settings that weaken. Other options in NODE_OPTIONS stay. */
export function withoutWeakenings(env: Environment): Environment {
  const cleaned = Object.entries(env).filter(
    ([name, value]) => !rules.some((rule) => rule.name === name && rule.harmful.test(value ?? '')),
  );
  const { harmful, others } = sortOptions(wordsOf(env['NODE_OPTIONS'] ?? ''));
  const result: Environment = Object.fromEntries(cleaned);
  if (harmful.length > 0) result['NODE_OPTIONS'] = others.map(quotedWord).join(' ');
  if (result['NODE_OPTIONS'] === '') delete result['NODE_OPTIONS'];
  return result;
}

/** Holds, across the replacement of this process, what it was started with. */
const carrier = 'EVERYHOP_GIVEN';

interface Given {
  pid: number;
  variables: Record<string, string>;
  execArgv: string[];
}

/**
 * Replaces this process by one without the settings that Node.js obeys at its start. Returns if there are none, or where the system
 * cannot (Windows). To be called before anything else is loaded.
 */
export function startCleanly(): void {
  const { env, execArgv } = process;
  if (givenIn(env) || typeof process.execve !== 'function') return;
  const options = sortOptions(execArgv, deliberate);
  const cleaned = withoutWeakenings(env);
  const isObeyed = (name: string): boolean =>
    name === 'NODE_OPTIONS' || rules.some((rule) => rule.name === name && rule.atStart);
  const changed = Object.keys(env).filter((name) => cleaned[name] !== env[name]);
  if (options.harmful.length === 0 && !changed.some(isObeyed)) return;
  const variables = Object.fromEntries(changed.map((name) => [name, env[name] ?? '']));
  const given: Given = { pid: process.pid, variables, execArgv: [...execArgv] };
  // The executable contains its options of Node.
  const args = isSingleExecutable
    ? [process.argv0, ...process.argv.slice(2)]
    : [process.execPath, ...options.others, ...process.argv.slice(1)];
  try {
    process.execve(process.execPath, args, { ...cleaned, [carrier]: JSON.stringify(given) });
  } catch {
    // `inForce` tells of it.
  }
}

/** The settings that this process started with. */
export interface GivenEnvironment {
  /** Adds the variables that were set aside to an environment of this process. */
  restore(env: Environment): Environment;
  execArgv: readonly string[];
  /** True for a setting that Node.js has obeyed in this process. */
  inForce(weakening: Weakening): boolean;
}

/** Takes our own variable out of the environment of this process. */
export function takeGivenEnvironment(): GivenEnvironment {
  const given = givenIn(process.env);
  delete process.env[carrier];
  return {
    restore: (env) => ({ ...env, ...given?.variables }),
    execArgv: given?.execArgv ?? process.execArgv,
    inForce: ({ variable, option }) =>
      given === undefined && (option !== undefined || rules.some(({ name, atStart }) => name === variable && atStart)),
  };
}

/** Only from the process that this one replaces: its number is the same. */
function givenIn(env: Environment): Given | undefined {
  try {
    const given = JSON.parse(env[carrier] ?? '') as Given;
    return given.pid === process.pid ? given : undefined;
  } catch {
    return undefined;
  }
}

function sortOptions(
  words: readonly string[],
  exempt: readonly Harm[] = [],
): { harmful: { option: string; harm: Harm }[]; others: string[] } {
  const harmful: { option: string; harm: Harm }[] = [];
  const others: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    const [name = ''] = word.split('=');
    const option = name.startsWith('--') ? name.replaceAll('_', '-') : name;
    const harm = Object.hasOwn(optionHarms, option) ? optionHarms[option] : undefined;
    if (harm === undefined || exempt.includes(harm)) {
      others.push(word);
      continue;
    }
    if (!harmful.some((one) => one.option === option)) harmful.push({ option, harm });
    if (withValue.test(option) && !word.includes('=')) at += 1;
  }
  return { harmful, others };
}

/** As Node.js splits NODE_OPTIONS: at spaces outside of double quotes, in which a backslash quotes the next character. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    let character = text[at]!;
    if (character === '\\' && isQuoted) character = text[(at += 1)] ?? '';
    else if (character === ' ' && !isQuoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    } else if (character === '"') {
      isQuoted = !isQuoted;
      word ??= '';
      continue;
    }
    word = (word ?? '') + character;
  }
  return word === undefined ? words : [...words, word];
}

function quotedWord(word: string): string {
  return /[\s"\\]/.test(word) ? `"${word.replaceAll(/["\\]/g, String.raw`\$&`)}"` : word;
}
