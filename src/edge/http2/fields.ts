import { randomBytes } from 'node:crypto';
import { isTrailer } from '../http1/body.ts';
import { isDroppedFromResponses } from '../returned-fields.ts';
import { isAuthority } from '../../names/authority.ts';
import { BadMessage, encodedTarget, type Fields, type RequestHead } from '../http1/head.ts';

/** Header fields as node:http2 takes them. */
export type HeaderRecord = Record<string, string | string[]>;

/**
 * Converts header fields to an HTTP/1.1 head. nghttp2 has already enforced RFC 9113 §8.2. An extended CONNECT becomes
 * an upgrade (RFC 8441).
 * @param raw alternating names and values.
 * @param bodiless true if the stream ended with the head.
 * @throws BadMessage
 */
export function readRequestHead(raw: readonly string[], bodiless: boolean): RequestHead {
  const { method, target, host, protocol, length, fields } = readFields(raw);
  const upgrade = protocol === undefined ? undefined : 'websocket';
  if (upgrade) {
    if (method !== 'CONNECT' || protocol !== upgrade) throw new BadMessage(501, ':protocol');
    fields.push('Sec-WebSocket-Key', 'sec-websocket-key', randomBytes(16).toString('base64'));
  }
  return {
    method: upgrade ? 'GET' : method,
    target,
    minorVersion: 1,
    fields,
    host,
    framing: bodiless || upgrade ? 'none' : (length ?? 'chunked'),
    keepAlive: true,
    upgrade,
    expectContinue: false,
  };
}

/** @param fields alternating names and values. */
export function headerRecord(fields: readonly string[]): HeaderRecord {
  const headers = noHeaders();
  for (let at = 0; at < fields.length; at += 2) addHeader(headers, fields[at]!, fields[at + 1]!);
  return headers;
}

/** @param lines `name: value`, from the app's response. */
export function trailerRecord(lines: readonly string[]): HeaderRecord {
  const headers = noHeaders();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (!isDroppedFromResponses(name.toLowerCase())) addHeader(headers, name, line.slice(colon + 1).trim());
  }
  return headers;
}

/** Without a prototype: an app may send a field named `constructor`. */
function noHeaders(): HeaderRecord {
  return Object.create(null) as HeaderRecord;
}

/** Joins repeated fields (RFC 9110 §5.3): node:http2 throws on a second Date or Content-Type, which some apps send. */
function addHeader(headers: HeaderRecord, sentName: string, value: string): void {
  const name = sentName.toLowerCase();
  const former = headers[name];
  if (name === 'set-cookie') headers[name] = [former ?? [], value].flat();
  else headers[name] = former === undefined ? value : `${String(former)}, ${value}`;
}

/** Trailers as field lines, without those that HTTP/1.1 forbids in trailers and those that the app must not get. */
export function trailerLines(raw: readonly string[], accepts: (name: string) => boolean): string {
  let lines = '';
  for (let at = 0; at < raw.length; at += 2) {
    const line = `${raw[at]}: ${raw[at + 1]}`;
    if (isTrailer(line, accepts)) lines += `${line}\r\n`;
  }
  return lines;
}

interface RequestFields {
  method: string;
  target: string;
  host: string;
  protocol: string | undefined;
  length: number | undefined;
  fields: Fields;
}

// Control characters, which would end a field or line in HTTP/1.1.
const badValue = /[\0-\x08\x0a-\x1f\x7f]/;
const badTarget = /[^\x21-\x7e]|#/;

function readFields(raw: readonly string[]): RequestFields {
  const read: RequestFields = { method: '', target: '', host: '', protocol: undefined, length: undefined, fields: [] };
  let authority: string | undefined;
  let host: string | undefined;
  let cookie: string | undefined;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!;
    const value = raw[at + 1]!;
    if (badValue.test(value)) throw new BadMessage(400, 'header value');
    if (name === ':method') read.method = value;
    else if (name === ':path') read.target = encodedTarget(value);
    else if (name === ':authority') authority = value;
    else if (name === ':protocol') read.protocol = value;
    else if (name.startsWith(':')) continue;
    else if (name === 'host') host = value;
    // A client may split Cookie into several fields; join them (RFC 9113 §8.2.3).
    else if (name === 'cookie') cookie = cookie === undefined ? value : `${cookie}; ${value}`;
    else if (name === 'content-length') {
      if (!/^\d{1,15}$/.test(value)) throw new BadMessage(400, 'content-length');
      read.length = Number(value);
      read.fields.push(name, name, value);
    } else if (name !== 'expect') read.fields.push(name, name, value);
  }
  if (authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase()) {
    throw new BadMessage(400, ':authority and host differ');
  }
  read.host = authority ?? host ?? '';
  if (!isAuthority(read.host)) throw new BadMessage(400, ':authority');
  if (
    !(read.target.startsWith('/') || (read.target === '*' && read.method === 'OPTIONS')) ||
    badTarget.test(read.target)
  ) {
    throw new BadMessage(400, ':path');
  }
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(read.method)) throw new BadMessage(400, ':method');
  if (cookie !== undefined) read.fields.push('Cookie', 'cookie', cookie);
  return read;
}
