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

/** Names may be looked up by it, and certificates read by the thousand. */
const timeoutMs = 120_000;
/** A tree of many thousand sites. */
const limitBytes = 256 * 1024 * 1024;

/**
 * What nginx itself says of a configuration (`nginx -t`). It says nothing of the one that runs, and little of what happens
 * when it is loaded: a port in use passes. Where no nginx runs, it leaves an empty pid file behind.
 * @param options.confFile another file than the program's own, with the same prefix.
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
 * The configuration as nginx reads it, file after file, each behind a line `# configuration file PATH:` (`nginx -T`).
 * @returns the bytes as nginx printed them.
 * @throws EveryhopError `nginx.refused`, with the place of the first mistake; `program.missing`, `program.timeout`.
 */
export async function dumpConfiguration(nginx: NginxProgram, execute: Execute): Promise<Buffer> {
  const options = { timeoutMs, limitBytes, encoding: 'latin1' } as const;
  const { code, stdout, stderr } = await execute(nginx.program, [...nginx.args, '-T'], options);
  if (code !== 0) throw refused(nginx, parseLog(Buffer.from(stderr, 'latin1').toString('utf8')));
  return Buffer.from(stdout, 'latin1');
}

/** The error for a configuration that nginx does not take, from what it said of it. */
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
