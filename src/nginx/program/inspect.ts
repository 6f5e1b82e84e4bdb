import path from 'node:path';
import { fileError } from '../../base/files.ts';
import { baseError } from '../../base/messages.ts';
import type { Execute, Execution } from '../../base/process.ts';
import { nginxError } from '../messages.ts';

/** One nginx binary with the configuration and prefix that it is used with. */
export interface NginxProgram {
  /** As it is called: found, and fit for `execute`. */
  program: string;
  /** Of nginx itself, also for a build with another name: `1.22.1`. */
  version: string;
  atLeast(major: number, minor: number, patch: number): boolean;
  /** Absolute. */
  confFile: string;
  /** Absolute, without a slash at the end. */
  prefix: string;
  /** Where the configuration says nothing else; absolute. */
  defaultPidFile: string;
  /** The same for `error_log`; undefined where that is standard error. */
  errorLogDefault: string | undefined;
  /** What holds where no `-p` and `-c` say otherwise; the path may be relative to a prefix. */
  builtIn: { prefix: string; confPath: string };
  configureArguments: string[];
  /**
   * Is the module part of the binary, e.g. `http_v2_module`? Those that nginx brings unless told otherwise are known; one
   * that was built to be loaded (`=dynamic`) is no part of it: only the configuration tells whether it is there.
   */
  hasModule(name: string): boolean;
  /** `-c` and `-p`, where they were asked for: belong to every call. */
  args: string[];
}

export interface NginxChoice {
  /** A file, or a name on the path (default `nginx`). */
  program?: string | undefined;
  /** Main configuration (default: the one that the binary was built with). */
  conf?: string | undefined;
  /** Prefix folder (default likewise). */
  prefix?: string | undefined;
}

/** Where nginx is kept out of a user's path. */
const systemFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/nginx/sbin'];

/**
 * Asks the binary what it is (`nginx -V`). Relative paths of the choice count from the working folder.
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

/** As `auto/options` of nginx has them: all that `configure` builds in unless it is told `--without-…`. */
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

/** Splits as a shell does: blanks, and quotes anywhere in a word. */
function words(line: string): string[] {
  return Array.from(line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g), ([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
  );
}
