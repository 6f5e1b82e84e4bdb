import { formatAddress } from '../names/address.ts';
import { MalformedMessage, readName } from './name.ts';

/** RFC 1035 section 3.2.2, RFC 3596, 6891, 8945, 8659. */
export const recordTypes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  TXT: 16,
  AAAA: 28,
  OPT: 41,
  TSIG: 250,
  CAA: 257,
} as const;

export const recordClasses = { IN: 1, NONE: 254, ANY: 255 } as const;

export type LookUpType = 'A' | 'AAAA' | 'CNAME' | 'NS' | 'SOA' | 'TXT' | 'CAA';

export type RecordData =
  | { type: 'A' | 'AAAA'; address: string }
  | { type: 'NS' | 'CNAME'; target: string }
  | { type: 'SOA'; primary: string; serial: number; minimumSeconds: number }
  /** All strings joined, decoded as UTF-8. */
  | { type: 'TXT'; value: string }
  /** RFC 8659 section 4: `tag` in lower case, `value` unchanged, including parameters. */
  | { type: 'CAA'; critical: boolean; tag: string; value: string }
  | { type: 'other' };

export interface DnsRecord {
  name: string;
  typeNumber: number;
  classNumber: number;
  ttlSeconds: number;
  data: RecordData;
  /** RDATA as sent; names in it may be compressed. */
  octets: Buffer;
  /** Start of the record in its message. */
  offset: number;
}

/** Reads one resource record; `end` is the offset after it. */
export function readRecord(message: Buffer, offset: number): { record: DnsRecord; end: number } {
  const { name, end: fixed } = readName(message, offset);
  if (fixed + 10 > message.length) throw new MalformedMessage('truncated record');
  const [typeNumber, classNumber] = [message.readUInt16BE(fixed), message.readUInt16BE(fixed + 2)];
  const ttlSeconds = message.readUInt32BE(fixed + 4);
  const start = fixed + 10;
  const end = start + message.readUInt16BE(fixed + 8);
  if (end > message.length) throw new MalformedMessage('truncated record');
  const octets = message.subarray(start, end);
  // Deletions in an UPDATE (class NONE or ANY) may have no data.
  const isInternet = classNumber === recordClasses.IN;
  const data: RecordData = isInternet ? readData(message, typeNumber, start, end) : { type: 'other' };
  return { record: { name, typeNumber, classNumber, ttlSeconds, data, octets, offset }, end };
}

function readData(message: Buffer, typeNumber: number, start: number, end: number): RecordData {
  const octets = message.subarray(start, end);
  switch (typeNumber) {
    case recordTypes.A:
      need(octets.length === 4);
      return { type: 'A', address: formatAddress(octets) };
    case recordTypes.AAAA:
      need(octets.length === 16);
      return { type: 'AAAA', address: formatAddress(octets) };
    case recordTypes.NS:
    case recordTypes.CNAME:
      return { type: typeNumber === recordTypes.NS ? 'NS' : 'CNAME', target: nameUpTo(message, start, end) };
    case recordTypes.SOA:
      return readSoa(message, start, end);
    case recordTypes.TXT:
      return { type: 'TXT', value: readStrings(octets) };
    case recordTypes.CAA:
      return readCaa(octets);
    default:
      return { type: 'other' };
  }
}

function nameUpTo(message: Buffer, start: number, end: number): string {
  const read = readName(message, start);
  need(read.end === end);
  return read.name;
}

function readSoa(message: Buffer, start: number, end: number): RecordData {
  const primary = readName(message, start);
  const mailbox = readName(message, primary.end);
  need(mailbox.end + 20 === end);
  const [serial, minimumSeconds] = [message.readUInt32BE(mailbox.end), message.readUInt32BE(mailbox.end + 16)];
  return { type: 'SOA', primary: primary.name, serial, minimumSeconds };
}

function readStrings(octets: Buffer): string {
  const strings: Buffer[] = [];
  for (let at = 0; at < octets.length; at += 1 + octets[at]!) {
    need(at + 1 + octets[at]! <= octets.length);
    strings.push(octets.subarray(at + 1, at + 1 + octets[at]!));
  }
  return Buffer.concat(strings).toString('utf8');
}

function readCaa(octets: Buffer): RecordData {
  need(octets.length >= 2);
  const tagEnd = 2 + octets[1]!;
  need(tagEnd > 2 && tagEnd <= octets.length);
  const tag = printable(octets.subarray(2, tagEnd)).toLowerCase();
  return { type: 'CAA', critical: (octets[0]! & 0x80) !== 0, tag, value: printable(octets.subarray(tagEnd)) };
}

/** Untrusted text made safe for a terminal: replaces control characters and those that change the text direction. */
export function printable(octets: Buffer): string {
  return octets.toString('utf8').replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

function need(condition: boolean): asserts condition {
  if (!condition) throw new MalformedMessage('invalid record data');
}
