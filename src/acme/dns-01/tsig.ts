import { createHmac, timingSafeEqual } from 'node:crypto';
import { type DnsMessage, encodeRecord } from '../../dns/message.ts';
import { encodeName, MalformedMessage, readName } from '../../dns/name.ts';
import { recordClasses, recordTypes } from '../../dns/record.ts';
import type { Secret } from '../../base/redact.ts';

/** RFC 8945 §6, with Node's names of the hashes. */
export const tsigAlgorithms = {
  'hmac-sha256': 'sha256',
  'hmac-sha384': 'sha384',
  'hmac-sha512': 'sha512',
  'hmac-sha1': 'sha1',
} as const;

export type TsigAlgorithm = keyof typeof tsigAlgorithms;

export interface TsigKey {
  /** Canonical. */
  name: string;
  algorithm: TsigAlgorithm;
  secret: Secret<Buffer>;
}

/** Tolerated clock difference (RFC 8945 §10). */
export const fudgeSeconds = 300;

/** The data of a TSIG record (RFC 8945 §4.2). */
interface Tsig {
  keyName: string;
  algorithm: string;
  timeSigned: number;
  fudge: number;
  mac: Buffer;
  originalId: number;
  error: number;
  other: Buffer;
}

/** The result of verifying an answer. */
export type TsigVerdict =
  | { authentic: true }
  /** `error`: the server's TSIG error (BADSIG, BADKEY, BADTIME), or 0. */
  | { authentic: false; error: number; serverTimeSeconds: number | undefined };

/** Appends a TSIG record. The answer's MAC covers `mac`. */
export function signMessage(message: Buffer, key: TsigKey, nowSeconds: number): { octets: Buffer; mac: Buffer } {
  const tsig = {
    keyName: key.name,
    algorithm: key.algorithm,
    timeSigned: nowSeconds,
    fudge: fudgeSeconds,
    originalId: message.readUInt16BE(0),
    error: 0,
    other: Buffer.alloc(0),
  };
  const mac = macOf(key, [message, variables(tsig)]);
  const signed = Buffer.concat([message, encodeTsig({ ...tsig, mac })]);
  signed.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  return { octets: signed, mac };
}

/**
 * Verifies that an answer was signed with this key, in reply to the request with this MAC, and recently (RFC 8945
 * §5.3). Returns the server's time with a signed error, not with one the server could not sign (BADKEY, BADSIG).
 */
export function verifyAnswer(message: DnsMessage, requestMac: Buffer, key: TsigKey, nowSeconds: number): TsigVerdict {
  const record = message.additional.at(-1);
  const isTsig = record?.typeNumber === recordTypes.TSIG && record.classNumber === recordClasses.ANY;
  const tsig = isTsig && record.ttlSeconds === 0 ? readTsig(record.name, record.octets) : undefined;
  if (!record || !tsig) return { authentic: false, error: 0, serverTimeSeconds: undefined };
  const unsigned = Buffer.from(message.octets.subarray(0, record.offset));
  unsigned.writeUInt16BE(tsig.originalId, 0);
  unsigned.writeUInt16BE(message.additional.length - 1, 10);
  const expected = macOf(key, [lengthOf(requestMac), requestMac, unsigned, variables(tsig)]);
  const isSigned =
    tsig.keyName === key.name &&
    tsig.algorithm === key.algorithm &&
    tsig.mac.length === expected.length &&
    timingSafeEqual(tsig.mac, expected);
  const isTimely = Math.abs(tsig.timeSigned - nowSeconds) <= tsig.fudge;
  if (isSigned && tsig.error === 0 && isTimely) return { authentic: true };
  const otherTime = tsig.other.length === 6 ? tsig.other.readUIntBE(0, 6) : tsig.timeSigned;
  return { authentic: false, error: tsig.error, serverTimeSeconds: isSigned ? otherTime : undefined };
}

function macOf(key: TsigKey, parts: Buffer[]): Buffer {
  const hmac = createHmac(tsigAlgorithms[key.algorithm], key.secret.reveal());
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** The TSIG variables, signed after the message (RFC 8945 §4.3.3). */
function variables(tsig: Omit<Tsig, 'mac' | 'originalId'>): Buffer {
  const fixed = Buffer.alloc(6);
  fixed.writeUInt16BE(recordClasses.ANY, 0);
  return Buffer.concat([
    encodeName(tsig.keyName),
    fixed,
    encodeName(tsig.algorithm),
    timeAndFudge(tsig),
    twoOctets(tsig.error),
    lengthOf(tsig.other),
    tsig.other,
  ]);
}

function encodeTsig(tsig: Tsig): Buffer {
  const octets = Buffer.concat([
    encodeName(tsig.algorithm),
    timeAndFudge(tsig),
    lengthOf(tsig.mac),
    tsig.mac,
    twoOctets(tsig.originalId),
    twoOctets(tsig.error),
    lengthOf(tsig.other),
    tsig.other,
  ]);
  const { TSIG: typeNumber } = recordTypes;
  return encodeRecord({ name: tsig.keyName, typeNumber, classNumber: recordClasses.ANY, ttlSeconds: 0, octets });
}

/** Returns undefined for a malformed record. */
function readTsig(keyName: string, octets: Buffer): Tsig | undefined {
  try {
    const { name: algorithm, end: at } = readName(octets, 0);
    const macLength = octets.readUInt16BE(at + 8);
    const afterMac = at + 10 + macLength;
    const other = octets.subarray(afterMac + 6);
    if (other.length !== octets.readUInt16BE(afterMac + 4)) return undefined;
    return {
      keyName,
      algorithm,
      timeSigned: octets.readUIntBE(at, 6),
      fudge: octets.readUInt16BE(at + 6),
      mac: octets.subarray(at + 10, afterMac),
      originalId: octets.readUInt16BE(afterMac),
      error: octets.readUInt16BE(afterMac + 2),
      other,
    };
  } catch (error) {
    if (error instanceof MalformedMessage || error instanceof RangeError) return undefined;
    throw error;
  }
}

function timeAndFudge({ timeSigned, fudge }: Pick<Tsig, 'timeSigned' | 'fudge'>): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeUIntBE(timeSigned, 0, 6);
  octets.writeUInt16BE(fudge, 6);
  return octets;
}

function twoOctets(value: number): Buffer {
  const octets = Buffer.alloc(2);
  octets.writeUInt16BE(value);
  return octets;
}

function lengthOf(octets: Buffer): Buffer {
  return twoOctets(octets.length);
}
