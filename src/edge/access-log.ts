import { fstatSync } from 'node:fs';
import pino from 'pino';
import type { AccessEntry } from './connection.ts';

/** `json`: one line per request, in pino's form; `text`: a short line for a terminal. */
export type AccessLogFormat = 'json' | 'text' | 'off';

const flushEveryMs = 200;
/** Lines are gathered up to this size before they are written to a file … */
const fileBytes = 64 * 1024;
/** … and to this one else: what is longer, a pipe mixes with the lines of other workers (PIPE_BUF). */
const pipeBytes = 4096;
/** Where the reader is slower than the visitors, this much waits for it at most; then lines are left out. */
const waitingBytes = 16 * 1024 * 1024;
/** A path is logged up to here, so that every line is shorter than `pipeBytes`. */
const longestPath = 1000;

export interface AccessLog {
  write(entry: AccessEntry): void;
  flush(): void;
}

/** The access log of one worker, on standard output. A reader that went away (EPIPE) silences it, nothing more. */
export function createAccessLog(format: AccessLogFormat): AccessLog {
  if (format === 'off') return { write: () => {}, flush: () => {} };
  const lines = new GatheredLines();
  const render = format === 'text' ? (entry: AccessEntry) => `${accessLine(entry)}\n` : jsonLine;
  return { write: (entry) => lines.add(render(entry)), flush: () => lines.flushSync() };
}

/** Lines as bytes, for the destination to write in large pieces; it takes strings too, but at 5 µs each. */
class GatheredLines {
  readonly #pieceBytes = fstatSync(1).isFile() ? fileBytes : pipeBytes;
  readonly #destination = pino.destination({
    fd: 1,
    sync: false,
    contentMode: 'buffer',
    maxWrite: this.#pieceBytes,
    maxLength: waitingBytes,
  });
  #bytes = Buffer.allocUnsafe(this.#pieceBytes);
  #length = 0;

  constructor() {
    this.#destination.on('error', () => {});
    setInterval(() => this.#hand(), flushEveryMs).unref();
  }

  /** @param line in ASCII. */
  add(line: string): void {
    if (this.#length + line.length > this.#pieceBytes) this.#hand();
    this.#length += this.#bytes.write(line, this.#length, 'latin1');
  }

  flushSync(): void {
    this.#hand();
    this.#destination.flushSync();
  }

  #hand(): void {
    if (this.#length === 0) return;
    this.#destination.write(this.#bytes.subarray(0, this.#length) as unknown as string);
    this.#bytes = Buffer.allocUnsafe(this.#pieceBytes);
    this.#length = 0;
  }
}

/**
 * The line that pino would write. Made here because it was a third of what a small request cost: only what a client can
 * choose is escaped, and the time is rendered once a millisecond.
 */
function jsonLine(entry: AccessEntry): string {
  const { id, protocol, status, bytes, firstByteMs, kind, error, detail } = entry;
  let line = `{"level":30,"time":"${isoNow()}","id":"${id}","client":"${entry.client}","method":${quoted(entry.method)},"host":${quoted(entry.host)},"path":${quoted(cut(entry.path))},"protocol":"${protocol}","status":${status},"bytes":${bytes}`;
  if (firstByteMs !== undefined) line += `,"firstByteMs":${tenths(firstByteMs)}`;
  line += `,"durationMs":${tenths(entry.durationMs)},"kind":"${kind}"`;
  if (error !== undefined) line += `,"error":"${error}"`;
  if (detail !== undefined) line += `,"detail":${quoted(detail)}`;
  return `${line},"msg":"access"}\n`;
}

function cut(path: string): string {
  return path.length <= longestPath ? path : `${path.slice(0, longestPath)}...`;
}

const plainText = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function quoted(text: string): string {
  if (plainText.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

let renderedMs = 0;
let rendered = '';

function isoNow(): string {
  const nowMs = Date.now();
  if (nowMs !== renderedMs) {
    renderedMs = nowMs;
    rendered = new Date(nowMs).toISOString();
  }
  return rendered;
}

/** `12:01:02 GET chat.test/v1/chat/completions 200 sse 12.3 kB, first byte 20 ms, 4.1 s`. */
function accessLine(entry: AccessEntry): string {
  const time = new Date().toTimeString().slice(0, 8);
  const first = entry.firstByteMs === undefined ? '' : `, first byte ${milliseconds(entry.firstByteMs)}`;
  const kind = entry.kind === 'plain' ? '' : ` ${entry.kind}`;
  const error = entry.error === undefined ? '' : ` (${entry.error}, ${entry.id})`;
  return `${time} ${entry.method} ${entry.host}${cut(entry.path)} ${entry.status}${kind} ${size(entry.bytes)}${first}, ${milliseconds(entry.durationMs)}${error}`;
}

function milliseconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
