import path from 'node:path';
import { fileError } from '../../base/files.ts';
import { baseError } from '../../base/messages.ts';
import type { Execute, Execution } from '../../base/process.ts';
import { nginxError } from '../messages.ts';

/** An nginx binary with its configuration and prefix. */
export interface NginxProgram {
  /** The command for `execute`. */
  program: string;
  /** The nginx version, such as `1.22.1`, also of a renamed build. */
  version: string;
  atLeast(major: number, minor: number, patch: number): boolean;
  /** Absolute. */
  confFile: string;
  /** Absolute, without a trailing slash. */
  prefix: string;
  /** Default of `pid`; absolute. */
  defaultPidFile: string;
  /** Default of `error_log`; absolute. Undefined for standard error. */
  errorLogDefault: string | undefined;
  /** Defaults without `-p` and `-c`. The path may be relative to a prefix. */
  builtIn: { prefix: string; confPath: string };
  configureArguments: string[];
  /**
   * True if the module, e.g. `http_v2_module`, is part of the binary, explicitly or by nginx's defaults. False for a
   * dynamic module (`=dynamic`): only the configuration loads it.
   */
  hasModule(name: string): boolean;
  /** `-c` and `-p` if chosen; for every call. */
  args: string[];
}

export interface NginxChoice {
  /** A file, or a name on the PATH (default `nginx`). */
  program?: string | undefined;
  /** Main configuration (default: built into the binary). */
  conf?: string | undefined;
  /** Prefix folder (default: built into the binary). */
  prefix?: string | undefined;
}

/** Common folders of nginx that are not on every user's PATH. */
const systemFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/nginx/sbin'];

/**
 * Inspects the binary with `nginx -V`. Relative paths in `choice` start from the working folder.
 * @throws EveryhopError `nginx.program-missing`, `nginx.not-nginx`, `file.denied`, `program.timeout`.
 */
export async function inspectNginx(choice: NginxChoice, execute: Execute): Promise<NginxProgram> {
  const { program, answer } = await callFirst(choice.program ?? 'nginx', execute);
  const version = /^nginx version: \S+?\/(\d+)\.(\d+)\.(\d+)/m.exec(answer.stderr);
  if (!version) throw nginxError('nginx.not-nginx', { program });
  const numbers = version.slice(1, 4).map(Number);
  const configureArguments = words(/^configure arguments: *(.*)$/m.exec(answer.stderr)?.[1] ?? '');
  const valueOf = (name: string): string | undefined =>
    configureArguments.findLast((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);

  const builtPrefix = valueOf('prefix') ?? '/usr/local/nginx';
  const prefix = path.resolve(choice.prefix ?? builtPrefix);
  const within = (file: string): string => path.resolve(prefix, file);
  const confPath = valueOf('conf-path') ?? 'conf/nginx.conf';
  const confFile = choice.conf === undefined ? within(confPath) : path.resolve(choice.conf);
  const errorLog = valueOf('error-log-path') ?? 'logs/error.log';
  return {
    program,
    version: numbers.join('.'),
    atLeast: (...wanted) => compare(numbers, wanted) >= 0,
    confFile,
    prefix,
    builtIn: { prefix: builtPrefix, confPath },
    defaultPidFile: within(valueOf('pid-path') ?? 'logs/nginx.pid'),
    errorLogDefault: errorLog === 'stderr' || errorLog === '' ? undefined : within(errorLog),
    configureArguments,
    hasModule: (name) => hasModule(configureArguments, name),
    args: [
      ...(choice.prefix === undefined ? [] : ['-p', prefix]),
      ...(choice.conf === undefined ? [] : ['-c', confFile]),
    ],
  };
}

async function callFirst(name: string, execute: Execute): Promise<{ program: string; answer: Execution }> {
  const isPath = name.includes('/');
  for (const program of isPath ? [name] : [name, ...systemFolders.map((folder) => path.join(folder, name))]) {
    try {
      return { program, answer: await execute(program, ['-V'], { timeoutMs: 20_000 }) };
    } catch (error) {
      if (!baseError.is(error, 'program.missing')) throw fileError(error, program);
    }
  }
  throw nginxError('nginx.program-missing', { program: name });
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at < 0 ? 0 : one[at]! - other[at]!;
}

/** The modules that nginx's `configure` builds in unless `--without-…` is given (`auto/options`). */
const builtUnlessRefused = new Set(
  [
    'charset gzip ssi userid access auth_basic mirror autoindex geo map split_clients referer rewrite proxy fastcgi',
    'uwsgi scgi grpc memcached limit_conn limit_req empty_gif browser upstream_hash upstream_ip_hash',
    'upstream_least_conn upstream_random upstream_keepalive upstream_zone',
  ]
    .flatMap((line) => line.split(' '))
    .map((name) => `http_${name}_module`),
);
const alwaysBuilt = new Set(
  ['core', 'log', 'static', 'index', 'try_files', 'headers', 'upstream'].map((name) => `http_${name}_module`),
);

function hasModule(configureArguments: readonly string[], name: string): boolean {
  if (name.startsWith('http_') && configureArguments.includes('--without-http')) return false;
  if (alwaysBuilt.has(name)) return true;
  if (builtUnlessRefused.has(name)) return !configureArguments.includes(`--without-${name}`);
  return configureArguments.includes(`--with-${name}`);
}

/** Splits like a shell: at blanks, with quotes anywhere in a word. */
function words(line: string): string[] {
  return Array.from(line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g), ([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
  );
}
