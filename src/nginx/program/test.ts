import { EveryhopError } from '../../base/errors.ts';
import type { Execute } from '../../base/process.ts';
import { nginxError } from '../messages.ts';
import type { NginxProgram } from './inspect.ts';
import { type LogLine, parseLog } from './log-line.ts';

export interface TestOutcome {
  ok: boolean;
  /** Warnings too, in nginx's order. */
  messages: LogLine[];
}

/** nginx may resolve host names and read thousands of certificates. */
const timeoutMs = 120_000;
/** Enough for many thousands of sites. */
const limitBytes = 256 * 1024 * 1024;

/**
 * Tests a configuration with `nginx -t`. This says nothing about the running configuration, and little about loading the
 * new one: a port in use passes the test. If no nginx is running, it leaves an empty pid file behind.
 * @param options.confFile replaces the program's own file; the prefix stays.
 * @throws EveryhopError `program.missing`, `program.timeout`.
 */
export async function testConfiguration(
  nginx: NginxProgram,
  options: { confFile?: string },
  execute: Execute,
): Promise<TestOutcome> {
  const { code, stderr } = await execute(nginx.program, [...argsFor(nginx, options.confFile), '-t'], { timeoutMs });
  return { ok: code === 0, messages: parseLog(stderr) };
}

/**
 * Prints the configuration with `nginx -T`: all files, each after a line `# configuration file PATH:`.
 * @returns nginx's output as bytes.
 * @throws EveryhopError `nginx.refused`, with the place of the first mistake; `program.missing`, `program.timeout`.
 */
export async function dumpConfiguration(nginx: NginxProgram, execute: Execute): Promise<Buffer> {
  const options = { timeoutMs, limitBytes, encoding: 'latin1' } as const;
  const { code, stdout, stderr } = await execute(nginx.program, [...nginx.args, '-T'], options);
  if (code !== 0) throw refused(nginx, parseLog(Buffer.from(stderr, 'latin1').toString('utf8')));
  return Buffer.from(stdout, 'latin1');
}

/** The error for a configuration that nginx rejects, from its messages. */
export function refused(nginx: NginxProgram, messages: readonly LogLine[]): EveryhopError<'nginx.refused'> {
  const first = messages.find(({ level }) => level === 'emerg') ?? messages.at(-1);
  const { text: message = '?', file, line } = first ?? {};
  return nginxError(
    'nginx.refused',
    { conf: nginx.confFile, program: nginx.program, message },
    file === undefined ? {} : { place: line === undefined ? { file } : { file, line } },
  );
}

function argsFor(nginx: NginxProgram, confFile: string | undefined): string[] {
  if (confFile === undefined) return nginx.args;
  const at = nginx.args.indexOf('-c');
  return [...(at < 0 ? nginx.args : nginx.args.toSpliced(at, 2)), '-c', confFile];
}
