import { BadMessage, endOfLine, type Fields, type Framing, token, trimmed } from './head.ts';

export interface ResponseHead {
  status: number;
  reason: string;
  minorVersion: 0 | 1;
  /** At most one Content-Length, and none where RFC 9110 §8.6 forbids it. */
  fields: Fields;
  framing: Framing;
  keepAlive: boolean;
  /** A line ended with a bare LF, so chunk lines may, too. */
  bareLf: boolean;
}

// Control characters; bare CR or LF; lines that start with white space (obs-fold, RFC 9112 §5.2).
const untidy = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n|\r\n[ \t]/;
const statusLine = /^HTTP\/1\.(\d)[ \t]+(\d{3})(?:[ \t]+(.*))?$/;

/**
 * Parses a response head (RFC 9112 §4). Apps make mistakes that only they can mend, and Everyhop frames every response
 * anew, so this accepts each mistake that leaves one reading of the message.
 * @param text the head as latin1, without the final empty line.
 * @param method the request method.
 * @throws BadMessage if it is not clear where the response ends, or if this is not HTTP/1.
 */
export function parseResponseHead(text: string, method: string): ResponseHead {
  const isUntidy = untidy.test(text);
  const tidy = isUntidy ? tidied(text) : text;
  const lineEnd = endOfLine(tidy, 0);
  const line = statusLine.exec(tidy.slice(0, lineEnd));
  const status = line ? Number(line[2]) : 0;
  if (!line || status < 100) throw new BadMessage(502, 'status line');
  const facts: ResponseFacts = { length: undefined, lengths: 0, codings: undefined, close: false, keepAlive: false };
  const fields = parseFields(tidy, lineEnd + 2, facts);
  const minorVersion = line[1] === '0' ? 0 : 1;
  const bodiless = status < 200 || status === 204 || status === 304 || method === 'HEAD';
  const ending = bodiless ? undefined : endingOf(facts);
  const length = ending === undefined ? announcedLength(facts, status) : ending;
  return {
    status,
    reason: line[3] ?? '',
    minorVersion,
    fields: facts.lengths === 0 || isPlainLength(facts, length) ? fields : withOneLength(fields, length),
    framing: bodiless ? 'none' : (ending ?? 'close'),
    keepAlive: isReusable(facts, minorVersion, status),
    bareLf: isUntidy && /(?<!\r)\n/.test(text),
  };
}

interface ResponseFacts {
  /** All values, separated by commas. */
  length: string | undefined;
  /** The number of Content-Length fields. */
  lengths: number;
  codings: string | undefined;
  close: boolean;
  keepAlive: boolean;
}

/** Ends lines with CRLF, joins folded lines, and replaces control characters by spaces (RFC 9112 §2.2, §5.2). */
function tidied(text: string): string {
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const clean = line.replace(/[\0-\x08\x0b-\x1f\x7f]/g, ' ');
    if (!/^[ \t]/.test(clean)) lines.push(clean);
    // RFC 9112 §2.2: lines with leading white space directly after the status line mean nothing.
    else if (lines.length > 1) lines.push(`${lines.pop()!} ${clean.trim()}`);
  }
  return lines.join('\r\n');
}

/** Leaves out lines that are not fields: they cannot change where the response ends. */
function parseFields(text: string, from: number, facts: ResponseFacts): Fields {
  const fields: Fields = [];
  for (let at = from; at < text.length;) {
    const end = endOfLine(text, at);
    const colon = text.indexOf(':', at);
    if (colon > at && colon < end) {
      let name = text.slice(at, colon);
      // RFC 9112 §5.1: a proxy removes white space before the colon.
      if (!token.test(name)) name = name.trimEnd();
      if (token.test(name)) {
        const lower = name.toLowerCase();
        const value = trimmed(text, colon + 1, end);
        fields.push(name, lower, value);
        see(facts, lower, value);
      }
    }
    at = end + 2;
  }
  return fields;
}

function see(facts: ResponseFacts, name: string, value: string): void {
  if (name === 'content-length') {
    facts.length = facts.length === undefined ? value : `${facts.length},${value}`;
    facts.lengths += 1;
  } else if (name === 'transfer-encoding')
    facts.codings = facts.codings === undefined ? value : `${facts.codings},${value}`;
  else if (name === 'connection') {
    for (const option of value.toLowerCase().split(',')) {
      const connection = option.trim();
      if (connection === 'close') facts.close = true;
      else if (connection === 'keep-alive') facts.keepAlive = true;
    }
  }
}

/** RFC 9112 §6.3. undefined: the body ends when the app closes the connection. */
function endingOf({ length, codings }: ResponseFacts): 'chunked' | number | undefined {
  if (codings !== undefined) {
    const named = codings
      .toLowerCase()
      .split(',')
      .map((coding) => coding.trim())
      .filter((coding) => coding !== '' && coding !== 'identity');
    // Frameworks repeat the field; no program encodes a body in chunks twice.
    if (named.some((coding) => coding !== 'chunked')) throw new BadMessage(502, `Transfer-Encoding: ${codings}`);
    if (named.length > 0) return 'chunked'; // it overrides Content-Length
  }
  if (length === undefined) return undefined;
  const value = oneLength(length);
  if (value === undefined) throw new BadMessage(502, `Content-Length: ${length}`);
  return value;
}

/** The value of one or more equal Content-Length. */
function oneLength(length: string): number | undefined {
  const [first, ...others] = length.split(',').map((value) => value.trim());
  if (!/^\d{1,15}$/.test(first!)) return undefined;
  return others.every((other) => other === first) ? Number(first) : undefined;
}

/** What a response to HEAD, or a 304, says about the body that it does not have. Others must not (RFC 9110 §8.6). */
function announcedLength({ length, codings }: ResponseFacts, status: number): number | undefined {
  return status < 200 || status === 204 || codings !== undefined || length === undefined
    ? undefined
    : oneLength(length);
}

function isPlainLength(facts: ResponseFacts, length: Framing | undefined): boolean {
  return facts.lengths === 1 && typeof length === 'number' && !facts.length!.includes(',');
}

/** Fields with this Content-Length and no other; anything but a number removes it. */
function withOneLength(fields: Fields, length: Framing | undefined): Fields {
  let left = typeof length === 'number' ? 1 : 0;
  const result: Fields = [];
  for (let index = 0; index < fields.length; index += 3) {
    const isLength = fields[index + 1] === 'content-length';
    if (!isLength) result.push(fields[index]!, fields[index + 1]!, fields[index + 2]!);
    else if (left > 0) {
      left = 0;
      result.push(fields[index]!, 'content-length', String(length));
    }
  }
  return result;
}

/** False also if the next response may not begin where this one should end. */
function isReusable(facts: ResponseFacts, minorVersion: 0 | 1, status: number): boolean {
  const { length, codings, close, keepAlive } = facts;
  if (close || (minorVersion === 0 && !keepAlive)) return false;
  if (codings !== undefined && (length !== undefined || minorVersion === 0)) return false;
  const announcesBody = codings !== undefined || (length !== undefined && !/^0+$/.test(length));
  return !((status === 204 || status === 304) && announcesBody);
}

const cr = 13;
const emptyLine = Buffer.from('\n\r\n');
const emptyBareLine = Buffer.from('\n\n');
const start = 'HTTP/';
/** Empty lines before a head are skipped up to this length. */
const emptyLinesBytes = 8;

/**
 * Finds the first head in the bytes from an app; its lines end with CRLF or LF. `text` is without the empty line, as
 * latin1. undefined: it is incomplete.
 * @param searchedBytes how many bytes an earlier call has searched.
 * @throws BadMessage as soon as the bytes cannot become a head, so that no visitor waits for the rest.
 */
export function findResponseHead(bytes: Buffer, searchedBytes: number): { text: string; next: number } | undefined {
  let from = 0;
  while (from < emptyLinesBytes && (bytes[from] === cr || bytes[from] === 10)) from += 1;
  for (let at = 0; at < start.length && from + at < bytes.length; at += 1) {
    if (bytes[from + at] === start.charCodeAt(at)) continue;
    throw new BadMessage(502, isTlsRecord(bytes, from) ? 'TLS instead of plain HTTP' : 'not HTTP/1');
  }
  const searchFrom = Math.max(from, searchedBytes - 2);
  const line = bytes.indexOf(emptyLine, searchFrom);
  if (line >= 0) {
    const text = bytes.toString('latin1', from, bytes[line - 1] === cr ? line - 1 : line);
    if (!text.includes('\n\n')) return { text, next: line + 3 };
  }
  const bare = bytes.indexOf(emptyBareLine, searchFrom);
  if (bare < 0) return undefined;
  return { text: bytes.toString('latin1', from, bytes[bare - 1] === cr ? bare - 1 : bare), next: bare + 2 };
}

/** An alert (21) or handshake (22) record: the app expects HTTPS. */
function isTlsRecord(bytes: Buffer, at: number): boolean {
  return (bytes[at] === 21 || bytes[at] === 22) && (bytes.length === at + 1 || bytes[at + 1] === 3);
}
