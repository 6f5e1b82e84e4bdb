import { EveryhopError } from '../../base/errors.ts';
import { type LogLine, parseLogLine } from '../program/log-line.ts';
import type { GenerationOutcome } from './generation.ts';
import { urlOf } from './target.ts';

/** A program that listens where nginx was to listen. */
export interface Holder {
  /** As nginx names it: `0.0.0.0`, `::1`; without brackets. */
  address: string;
  port: number;
  program: string;
  pid: number;
}

export interface Stuck {
  /** What nginx wrote to its error log since the reload. */
  errorLogLines: readonly string[];
  /** Who listens on the ports that the change needs, other than this nginx. */
  holders: readonly Holder[];
  /** What `awaitGeneration` saw. */
  seen?: Extract<GenerationOutcome, { ok: false }>;
}

/**
 * Why nginx goes on with its old configuration although `nginx -t` and the reload said nothing: each cause once, as its
 * error log tells it; where that tells nothing, as it was seen from outside. Empty where neither tells anything.
 */
export function explainStuck({ errorLogLines, holders, seen }: Stuck): EveryhopError[] {
  const lines = errorLogLines.map(parseLogLine).filter((line) => line !== undefined);
  const told = lines.map((line) => errorOf(line, holders)).filter((error) => error !== undefined);
  const errors = told.length > 0 ? told : seenFromOutside(holders, seen);
  return [...new Map(errors.map((error) => [error.message, error])).values()];
}

/** Has nginx said that it stays with what it had? Then waiting is of no use. */
export function isRefusal(errorLogLine: string): boolean {
  const line = parseLogLine(errorLogLine);
  // It tries five times to get a port, half a second apart, before it gives up with a line of its own.
  return line?.level === 'emerg' && !/^bind\(\) .* failed \(98: /.test(line.text);
}

function errorOf(line: LogLine, holders: readonly Holder[]): EveryhopError | undefined {
  const { level, text } = line;
  if (/\(24: /.test(text)) return new EveryhopError('nginx.files-exhausted', { reason: text });
  if (/worker_connections are not enough/.test(text)) return new EveryhopError('nginx.connections-exhausted', {});
  if (level !== 'emerg' || text === 'still could not bind()') return undefined;
  return bindError(text, holders) ?? keyError(text) ?? refusal(line);
}

function bindError(text: string, holders: readonly Holder[]): EveryhopError | undefined {
  const match = /^bind\(\) to (?:\[(?<six>[^\]]+)\]|(?<four>[\d.]+)):(?<port>\d+) failed \((?<number>\d+): /.exec(text);
  if (!match?.groups) return undefined;
  const { six, four, port: portText, number } = match.groups;
  const [address, port] = [six ?? four ?? '', Number(portText)];
  switch (number) {
    case '98': {
      const holder = holderOf(address, port, holders);
      const { program, pid } = holder ?? { program: '?', pid: '?' };
      return new EveryhopError('nginx.port-taken', { address, port, program, pid });
    }
    case '13':
      return new EveryhopError('nginx.port-denied', { address, port });
    case '99':
    case '97':
      return new EveryhopError('nginx.address-missing', { address, port });
    default:
      return undefined;
  }
}

/** Whoever listens on all addresses is in the way of each, and the other way round. */
function holderOf(address: string, port: number, holders: readonly Holder[]): Holder | undefined {
  const onPort = holders.filter((holder) => holder.port === port);
  return onPort.find((holder) => holder.address === address) ?? onPort[0];
}

function keyError(text: string): EveryhopError | undefined {
  const match = /^(?:cannot load certificate (?:key )?|SSL_CTX_use_\w+\()"(?<file>[^"]+)"\)?:? (?<what>.*)$/.exec(text);
  if (!match?.groups) return undefined;
  const { file, what } = match.groups;
  return new EveryhopError('nginx.key-unreadable', { file: file!, reason: /::([^:()]+)/.exec(what!)?.[1] ?? what! });
}

function refusal({ text, file, line }: LogLine): EveryhopError {
  const place = file === undefined ? undefined : { file, ...(line !== undefined && { line }) };
  return new EveryhopError('nginx.reload-refused', { reason: text }, place ? { place } : {});
}

function seenFromOutside(holders: readonly Holder[], seen: Stuck['seen']): EveryhopError[] {
  if (!seen) return [];
  const inTheWay = seen.questions.filter(({ state }) => state !== 'new').map(({ target }) => target);
  const taken = inTheWay.flatMap(({ port }) => holders.filter((holder) => port !== 0 && holder.port === port));
  if (taken.length > 0) return taken.map((holder) => new EveryhopError('nginx.port-taken', { ...holder }));
  if (seen.formerAtWork.length > 0) {
    return [new EveryhopError('nginx.old-configuration', { workers: seen.formerAtWork.join(', ') })];
  }
  return seen.questions
    .filter(({ state }) => state !== 'new')
    .map(({ target, outcome, detail }) => {
      const seen = detail === '' ? outcome : `${outcome}, ${detail}`;
      return new EveryhopError('nginx.other-answer', { url: urlOf(target), address: target.listener, seen });
    });
}
