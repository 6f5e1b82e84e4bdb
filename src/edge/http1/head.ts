import { isAuthority } from '../../names/authority.ts';

/** Longer message heads are rejected. */
export const headLimitBytes = 64 * 1024;
export const fieldLimit = 200;
const targetLimitBytes = 16 * 1024;

/** Header fields in the order received, with three entries each: name as sent, name in lower case, value. */
export type Fields = string[];

/** How the end of a body is determined (RFC 9112 §6.3). A number is the length in bytes. */
export type Framing = 'none' | 'chunked' | 'close' | number;

export interface RequestHead {
  method: string;
  /** Origin form or `*`; the absolute form is converted to origin form. */
  target: string;
  minorVersion: 0 | 1;
  fields: Fields;
  /** The authority, as sent. */
  host: string;
  framing: Framing;
  keepAlive: boolean;
  /** Requires `Connection: upgrade`. Other protocols, notably h2c, are not forwarded. */
  upgrade: 'websocket' | undefined;
  expectContinue: boolean;
}

/** An invalid message, or one that two programs could interpret differently. */
export class BadMessage extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

export const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Control characters; bare CR or LF; lines that start with white space (obs-fold, RFC 9112 §5.2).
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n|\r\n[ \t]/;
// Browsers send some characters that RFC 3986 requires to be encoded, so only those that are never valid are rejected.
const badTarget = /[^\x21-\x7e]|#/;

/**
 * Percent-encodes the bytes of raw UTF-8, which shells and simple clients send, so that the router and the app read the
 * same path. Other mistakes in a target stay, for `badTarget` to reject.
 * @param target as latin1.
 */
export function encodedTarget(target: string): string {
  return target.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Parses a request head (RFC 9112 §3) strictly: it rejects anything that two programs could interpret differently.
 * @param text the head as latin1, without the final empty line.
 * @throws BadMessage with the status for the response.
 */
export function parseRequestHead(text: string): RequestHead {
  if (forbidden.test(text)) throw new BadMessage(400, 'control character, bare CR or LF, or folded line');
  const lineEnd = endOfLine(text, 0);
  const methodEnd = text.indexOf(' ');
  const targetEnd = text.lastIndexOf(' ', lineEnd - 1);
  if (methodEnd < 1 || targetEnd <= methodEnd) throw new BadMessage(400, 'request line');
  const method = text.slice(0, methodEnd);
  let target = text.slice(methodEnd + 1, targetEnd);
  const version = text.slice(targetEnd + 1, lineEnd);
  if (!token.test(method)) throw new BadMessage(400, 'method');
  if (version !== 'HTTP/1.1' && version !== 'HTTP/1.0') {
    throw new BadMessage(/^HTTP\/\d\.\d$/.test(version) ? 505 : 400, 'version');
  }
  if (target.length > targetLimitBytes) throw new BadMessage(414, 'request target too long');
  if (badTarget.test(target)) {
    target = encodedTarget(target);
    if (badTarget.test(target)) throw new BadMessage(400, 'request target');
  }
  const minorVersion = version === 'HTTP/1.1' ? 1 : 0;
  const facts = new FieldFacts();
  const fields = parseFields(text, lineEnd + 2, facts);

  const host = facts.host;
  if (facts.hosts > 1 || (minorVersion === 1 && facts.hosts === 0)) throw new BadMessage(400, 'Host');
  if (host !== undefined && !isAuthority(host)) throw new BadMessage(400, 'Host');
  const origin = originForm(method, target, host);
  if (facts.codings !== undefined && minorVersion === 0) throw new BadMessage(400, 'Transfer-Encoding in HTTP/1.0');
  const framing = framingOf(facts);
  return {
    method,
    target: origin,
    minorVersion,
    fields,
    host: host ?? '',
    framing: framing ?? 'none',
    keepAlive: minorVersion === 1 ? !facts.close : facts.keepAlive && !facts.close,
    upgrade: facts.connectionUpgrade && minorVersion === 1 ? webSocketOf(facts.upgrade) : undefined,
    expectContinue: facts.expect !== undefined && minorVersion === 1,
  };
}

/** The path of a target, without the query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

function webSocketOf(upgrade: string | undefined): 'websocket' | undefined {
  return upgrade?.toLowerCase() === 'websocket' ? 'websocket' : undefined;
}

/** The header fields that determine framing, connection and host. */
class FieldFacts {
  host: string | undefined;
  hosts = 0;
  length: string | undefined;
  codings: string | undefined;
  close = false;
  keepAlive = false;
  connectionUpgrade = false;
  upgrade: string | undefined;
  expect: string | undefined;

  see(name: string, value: string): void {
    switch (name) {
      case 'host':
        this.hosts += 1;
        this.host = value;
        break;
      case 'content-length':
        // RFC 9112 §6.3 permits repeated equal values, but no legitimate client sends them.
        if (this.length !== undefined) throw new BadMessage(400, 'Content-Length twice');
        this.length = value;
        break;
      case 'transfer-encoding':
        if (this.codings !== undefined) throw new BadMessage(400, 'Transfer-Encoding twice');
        this.codings = value;
        break;
      case 'connection':
        for (const option of value.toLowerCase().split(',')) {
          const trimmed = option.trim();
          if (trimmed === 'close') this.close = true;
          else if (trimmed === 'keep-alive') this.keepAlive = true;
          else if (trimmed === 'upgrade') this.connectionUpgrade = true;
        }
        break;
      case 'upgrade':
        this.upgrade = this.upgrade === undefined ? value : `${this.upgrade}, ${value}`;
        break;
      case 'expect':
        if (value.toLowerCase() !== '100-continue') throw new BadMessage(417, 'Expect');
        this.expect = value;
        break;
      default:
    }
  }
}

function framingOf(facts: FieldFacts): Framing | undefined {
  if (facts.codings !== undefined) {
    if (facts.length !== undefined) throw new BadMessage(400, 'Transfer-Encoding with Content-Length');
    if (facts.codings.toLowerCase() !== 'chunked') throw new BadMessage(501, 'Transfer-Encoding');
    return 'chunked';
  }
  if (facts.length === undefined) return undefined;
  if (!/^\d{1,15}$/.test(facts.length)) throw new BadMessage(400, 'Content-Length');
  return Number(facts.length);
}

function parseFields(text: string, from: number, facts: FieldFacts): Fields {
  const fields: Fields = [];
  let at = from;
  while (at < text.length) {
    const end = endOfLine(text, at);
    const colon = text.indexOf(':', at);
    if (colon <= at || colon > end) throw new BadMessage(400, 'header field');
    const name = text.slice(at, colon);
    if (!token.test(name)) throw new BadMessage(400, 'header name');
    const lower = name.toLowerCase();
    const value = trimmed(text, colon + 1, end);
    fields.push(name, lower, value);
    if (fields.length > fieldLimit * 3) throw new BadMessage(431, 'too many header fields');
    facts.see(lower, value);
    at = end + 2;
  }
  return fields;
}

/** Strips SP and HTAB only (RFC 9110 §5.6.3), unlike `trim()`. */
export function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}

export function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\r\n', from);
  return end < 0 ? text.length : end;
}

/** RFC 9112 §3.2: origin form, `*` for OPTIONS, or absolute form, whose authority must equal Host. */
function originForm(method: string, target: string, host: string | undefined): string {
  if (target.startsWith('/')) return target;
  if (target === '*' && method === 'OPTIONS') return target;
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
  if (!absolute) throw new BadMessage(400, 'request target');
  if (absolute[1]!.toLowerCase() !== (host ?? '').toLowerCase()) throw new BadMessage(400, 'target and Host differ');
  const rest = absolute[2]!;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
