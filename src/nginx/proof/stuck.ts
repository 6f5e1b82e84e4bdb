import { EveryhopError } from '../../base/errors.ts';
import { listOf } from '../../base/messages.ts';
import type { LogLine } from '../program/log-line.ts';
import { type PortHolder, portHolder } from '../program/port-holder.ts';
import { answerOf } from './answer-words.ts';
import type { ReloadOutcome } from './reload.ts';
import { proofError } from './messages.ts';
import { urlOf } from './target.ts';

export type FailedReload = Extract<ReloadOutcome, { ok: false }>;

export interface StuckReload {
  /** nginx's error log since the reload. */
  lines: readonly LogLine[];
  seen: FailedReload;
}

/**
 * Explains why nginx keeps its old configuration although `nginx -t` and the reload reported no error: each cause once,
 * from its error log (with the program that occupies a port), or else from the failed requests. Never empty.
 * @param holderOf finds the program on a port; only root sees other users' programs
 */
export function explainStuck({ lines, seen }: StuckReload, holderOf: HolderOf = portHolder): EveryhopError[] {
  // Workers keep logging errors of the traffic, while a failed reload logs at level emerg.
  const emergencies = lines.filter(({ level }) => level === 'emerg');
  const logged = [emergencies, lines].map((some) => causesIn(some, holderOf)).find((causes) => causes.length > 0);
  const errors = logged ?? causesFromOutside(seen, holderOf);
  return [...new Map(errors.map((error) => [error.message, error])).values()];
}

function causesIn(lines: readonly LogLine[], holderOf: HolderOf): EveryhopError[] {
  return lines.map((line) => errorOf(line, holderOf)).filter((error) => error !== undefined);
}

export type HolderOf = (address: string, port: number) => PortHolder | undefined;

/** True if the line means that nginx has given up on the new configuration. */
export function isRefusal({ level, text }: LogLine): boolean {
  // nginx tries to bind a port five times, half a second apart, before it gives up with a separate line.
  return level === 'emerg' && !/^bind\(\) .* failed \(98: /.test(text);
}

function errorOf(line: LogLine, holderOf: HolderOf): EveryhopError | undefined {
  const { level, text } = line;
  if (/\(24: /.test(text)) return proofError('nginx.files-exhausted', { reason: text });
  if (/worker_connections are not enough/.test(text)) return proofError('nginx.connections-exhausted', {});
  if (level !== 'emerg' || text === 'still could not bind()') return undefined;
  return bindError(text, holderOf) ?? keyError(text) ?? refusal(line);
}

interface RefusedSocket {
  address: string;
  port: number;
  /** The system's error number. */
  number: string;
}

function socketIn(text: string): RefusedSocket | undefined {
  const match = /^bind\(\) to (?:\[(?<six>[^\]]+)\]|(?<four>[\d.]+)):(?<port>\d+) failed \((?<number>\d+): /.exec(text);
  if (!match?.groups) return undefined;
  const { six, four, port, number } = match.groups;
  return { address: six ?? four ?? '', port: Number(port), number: number! };
}

function bindError(text: string, holderOf: HolderOf): EveryhopError | undefined {
  const socket = socketIn(text);
  if (!socket) return undefined;
  const { address, port } = socket;
  switch (socket.number) {
    case '98': {
      const { program, pid } = holderOf(address, port) ?? { program: '?', pid: '?' };
      return proofError('nginx.port-taken', { address, port, program, pid });
    }
    case '13':
      return proofError('nginx.port-denied', { address, port });
    case '99':
    case '97':
      return proofError('nginx.address-missing', { address, port });
    default:
      return undefined;
  }
}

function keyError(text: string): EveryhopError | undefined {
  const match = /^(?:cannot load certificate (?:key )?|SSL_CTX_use_\w+\()"(?<file>[^"]+)"\)?:? (?<what>.*)$/.exec(text);
  if (!match?.groups) return undefined;
  const { file, what } = match.groups;
  return proofError('nginx.key-unreadable', { file: file!, reason: /::([^:()]+)/.exec(what!)?.[1] ?? what! });
}

function refusal({ text, file, line }: LogLine): EveryhopError {
  const place = file === undefined ? undefined : { file, ...(line !== undefined && { line }) };
  return proofError('nginx.reload-refused', { reason: text }, place ? { place } : {});
}

function causesFromOutside({ targets, oldWorkers }: FailedReload, holderOf: HolderOf): EveryhopError[] {
  const amiss = targets.filter(({ state }) => state === 'old' || state === 'nothing');
  const taken = amiss.flatMap(({ target: { address, port } }) => {
    const holder = port === 0 ? undefined : holderOf(address, port);
    // nginx may occupy them itself with its old configuration.
    return holder && holder.program !== 'nginx' ? [proofError('nginx.port-taken', { ...holder })] : [];
  });
  if (taken.length > 0) return taken;
  if (oldWorkers.length > 0 || amiss.length === 0) {
    return [proofError('nginx.old-configuration', { workers: listOf(oldWorkers.map(String)) || '–' })];
  }
  return amiss.map(({ target, outcome, detail }) => {
    const seen = answerOf({ outcome, detail, status: outcome === 'answered' ? Number(String(detail)) : undefined });
    return proofError('nginx.other-answer', { url: urlOf(target), address: target.listener, seen });
  });
}
