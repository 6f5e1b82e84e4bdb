import pino from 'pino';
import type { AccessEntry } from './connection.ts';

/** `json`: one pino line per request; `text`: a short line for a terminal. */
export type AccessLogFormat = 'json' | 'text' | 'off';

const flushEveryMs = 200;
/** Lines are gathered up to this size before they are written. */
const gatherBytes = 8192;

export interface AccessLog {
  write(entry: AccessEntry): void;
  flush(): void;
}

/** The access log of one worker, on standard output. A reader that went away (EPIPE) silences it, nothing more. */
export function createAccessLog(format: AccessLogFormat): AccessLog {
  if (format === 'off') return { write: () => {}, flush: () => {} };
  const destination = pino.destination({ fd: 1, sync: false, minLength: gatherBytes });
  destination.on('error', () => {});
  setInterval(() => destination.flush(), flushEveryMs).unref();
  const flush = (): void => destination.flushSync();
  if (format === 'text') return { write: (entry) => void destination.write(`${accessLine(entry)}\n`), flush };
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return { write: (entry) => logger.info(rounded(entry), 'access'), flush };
}

function rounded(entry: AccessEntry): AccessEntry {
  return {
    ...entry,
    firstByteMs: entry.firstByteMs === undefined ? undefined : Math.round(entry.firstByteMs * 10) / 10,
    durationMs: Math.round(entry.durationMs * 10) / 10,
  };
}

/** `12:01:02 GET chat.test/v1/chat/completions 200 sse 12.3 kB, first byte 20 ms, 4.1 s`. */
function accessLine(entry: AccessEntry): string {
  const time = new Date().toTimeString().slice(0, 8);
  const first = entry.firstByteMs === undefined ? '' : `, first byte ${milliseconds(entry.firstByteMs)}`;
  const kind = entry.kind === 'plain' ? '' : ` ${entry.kind}`;
  const error = entry.error === undefined ? '' : ` (${entry.error}, ${entry.id})`;
  return `${time} ${entry.method} ${entry.host}${entry.path} ${entry.status}${kind} ${size(entry.bytes)}${first}, ${milliseconds(entry.durationMs)}${error}`;
}

function milliseconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
