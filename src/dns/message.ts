import { encodeName, MalformedMessage, readName } from './name.ts';
import { type DnsRecord, printable, readRecord, recordClasses, recordTypes } from './record.ts';

export const opcodes = { query: 0, update: 5 } as const;

/** RFC 1035 section 4.1.1, RFC 2136 section 2.2, RFC 8945 section 3. */
export const responseCodes = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADSIG: 16,
  BADKEY: 17,
  BADTIME: 18,
} as const;

/** The mnemonic, or `RCODE n`. */
export function responseCodeName(code: number): string {
  return Object.entries(responseCodes).find(([, value]) => value === code)?.[0] ?? `RCODE ${code}`;
}

export interface DnsQuestion {
  name: string;
  typeNumber: number;
  classNumber: number;
}

export interface OutgoingRecord extends DnsQuestion {
  ttlSeconds: number;
  octets: Buffer;
}

export interface OutgoingMessage {
  id: number;
  opcode: number;
  /** Default false. */
  recursionDesired?: boolean;
  /** Asks a resolver to answer despite DNSSEC failures (RFC 4035 section 3.2.2). Default false. */
  checkingDisabled?: boolean;
  /** The zone section of an UPDATE. */
  question: DnsQuestion;
  /** The additions and deletions of an UPDATE. */
  authority?: OutgoingRecord[];
  additional?: OutgoingRecord[];
}

export interface DnsMessage {
  id: number;
  isResponse: boolean;
  opcode: number;
  authoritative: boolean;
  truncated: boolean;
  /** Including the upper bits from EDNS. */
  responseCode: number;
  questions: DnsQuestion[];
  answers: DnsRecord[];
  authority: DnsRecord[];
  additional: DnsRecord[];
  /** The whole message as received. */
  octets: Buffer;
}

/** @throws EveryhopError `dns.name-invalid` */
export function encodeMessage(message: OutgoingMessage): Buffer {
  const { question, authority = [], additional = [] } = message;
  const header = Buffer.alloc(12);
  header.writeUInt16BE(message.id, 0);
  const flags = (message.recursionDesired ? 0x0100 : 0) | (message.checkingDisabled ? 0x0010 : 0);
  header.writeUInt16BE((message.opcode << 11) | flags, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(authority.length, 8);
  header.writeUInt16BE(additional.length, 10);
  return Buffer.concat([header, encodeQuestion(question), ...[...authority, ...additional].map(encodeRecord)]);
}

function encodeQuestion({ name, typeNumber, classNumber }: DnsQuestion): Buffer {
  const fixed = Buffer.alloc(4);
  fixed.writeUInt16BE(typeNumber, 0);
  fixed.writeUInt16BE(classNumber, 2);
  return Buffer.concat([encodeName(name), fixed]);
}

export function encodeRecord(record: OutgoingRecord): Buffer {
  const fixed = Buffer.alloc(6);
  fixed.writeUInt32BE(record.ttlSeconds, 0);
  fixed.writeUInt16BE(record.octets.length, 4);
  return Buffer.concat([encodeQuestion(record), fixed, record.octets]);
}

/** The EDNS(0) pseudo-record (RFC 6891), with the largest answer accepted over UDP. */
export function ednsRecord(udpSizeBytes: number): OutgoingRecord {
  return { name: '', typeNumber: recordTypes.OPT, classNumber: udpSizeBytes, ttlSeconds: 0, octets: Buffer.alloc(0) };
}

/** The data of a TXT record: strings of at most 255 octets. */
export function txtData(value: string): Buffer {
  const octets = Buffer.from(value, 'utf8');
  const strings = Array.from({ length: Math.max(1, Math.ceil(octets.length / 255)) }, (_, index) =>
    octets.subarray(index * 255, (index + 1) * 255),
  );
  return Buffer.concat(strings.flatMap((string) => [Buffer.from([string.length]), string]));
}

/** Decodes a message; undefined if it is truncated, malformed or followed by other data. */
export function decodeMessage(octets: Buffer): DnsMessage | undefined {
  try {
    return readMessage(octets);
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}

function readMessage(octets: Buffer): DnsMessage {
  if (octets.length < 12) throw new MalformedMessage('truncated header');
  const flags = octets.readUInt16BE(2);
  let at = 12;
  const questions: DnsQuestion[] = [];
  const questionCount = octets.readUInt16BE(4);
  if (questionCount > 1) throw new MalformedMessage('more than one question (RFC 9619)');
  for (let left = questionCount; left > 0; left--) {
    const { name, end } = readName(octets, at);
    if (end + 4 > octets.length) throw new MalformedMessage('truncated question');
    questions.push({ name, typeNumber: octets.readUInt16BE(end), classNumber: octets.readUInt16BE(end + 2) });
    at = end + 4;
  }
  const section = (countOffset: number): DnsRecord[] =>
    Array.from({ length: octets.readUInt16BE(countOffset) }, () => {
      const { record, end } = readRecord(octets, at);
      at = end;
      return record;
    });
  const [answers, authority, additional] = [section(6), section(8), section(10)];
  if (at !== octets.length) throw new MalformedMessage('trailing data');
  const edns = additional.find(({ typeNumber }) => typeNumber === recordTypes.OPT);
  return {
    id: octets.readUInt16BE(0),
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    responseCode: (flags & 0xf) | (edns === undefined ? 0 : (edns.ttlSeconds >>> 24) << 4),
    questions,
    answers,
    authority,
    additional,
    octets,
  };
}

/** The extended error (RFC 8914) of a failure, if any: its code and the server's text. */
export function extendedError(message: DnsMessage): { code: number; text: string } | undefined {
  const options =
    message.additional.find(({ typeNumber }) => typeNumber === recordTypes.OPT)?.octets ?? Buffer.alloc(0);
  for (let at = 0; at + 4 <= options.length;) {
    const end = at + 4 + options.readUInt16BE(at + 2);
    if (end > options.length) return undefined;
    if (options.readUInt16BE(at) === 15 && end - at >= 6) {
      return { code: options.readUInt16BE(at + 4), text: printable(options.subarray(at + 6, end)) };
    }
    at = end;
  }
  return undefined;
}

export function questionOf(name: string, type: keyof typeof recordTypes): DnsQuestion {
  return { name, typeNumber: recordTypes[type], classNumber: recordClasses.IN };
}
