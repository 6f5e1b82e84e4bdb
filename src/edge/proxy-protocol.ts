import { canonicalAddress, formatAddress } from '../names/address.ts';
import type { Endpoints, Origin } from './connection.ts';

/**
 * The header that a load balancer sends before the bytes of a connection that it relays: the PROXY protocol of HAProxy, versions 1
 * (a line) and 2 (binary).
 */
export interface ProxyHeader {
  /** The ends of the visitor's connection to the proxy; undefined: it has no IP addresses, or the proxy speaks for itself. */
  endpoints: Endpoints | undefined;
  /** The visitor's connection was TLS, which the proxy has ended (version 2, PP2_TYPE_SSL). */
  overTls: boolean;
}

/** A reading of the bytes so far. `missing`: they begin with something else. Nothing is believed of an `invalid` header. */
export type ProxyHeaderReading = { header: ProxyHeader; lengthBytes: number } | 'incomplete' | 'missing' | 'invalid';

const lineStart = Buffer.from('PROXY ');
/** §2.1: the longest line, with CRLF. */
const longestLine = 107;
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n');
const fixedBytes = 16;
/** Addresses and extensions of version 2. Those that proxies send have a few hundred; with a client certificate, a few thousand. */
const longestRest = 16 * 1024;

const tlsExtension = 0x20;
const clientUsedTls = 1;

const anonymous: ProxyHeader = { endpoints: undefined, overTls: false };

/** True if a connection begins with such a header, or with a part of it that means nothing in HTTP and TLS. */
export function beginsProxyHeader(bytes: Buffer): boolean {
  return agrees(bytes, lineStart, lineStart.length) || agrees(bytes, signature, 5);
}

/** @param bytes all bytes of the connection so far. */
export function readProxyHeader(bytes: Buffer): ProxyHeaderReading {
  if (agrees(bytes, signature)) return readBinary(bytes);
  return agrees(bytes, lineStart) ? readLine(bytes) : 'missing';
}

/** At least `least` bytes, and as far as both reach, they are the same. */
function agrees(bytes: Buffer, start: Buffer, least = 1): boolean {
  const length = Math.min(bytes.length, start.length);
  return length >= least && bytes.compare(start, 0, length, 0, length) === 0;
}

/** Version 1, §2.1. */
function readLine(bytes: Buffer): ProxyHeaderReading {
  const end = bytes.subarray(0, longestLine).indexOf('\r\n');
  if (end < 0) return bytes.length < longestLine ? 'incomplete' : 'invalid';
  const line = bytes.toString('latin1', 0, end);
  const lengthBytes = end + 2;
  if (line === 'PROXY UNKNOWN' || line.startsWith('PROXY UNKNOWN ')) return { header: anonymous, lengthBytes };
  const match = /^PROXY TCP([46]) ([\da-fA-F.:]+) ([\da-fA-F.:]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/.exec(line);
  if (!match) return 'invalid';
  const [, family, source, destination, sourcePort, destinationPort] = match as unknown as string[];
  const isRight = (address: string): boolean => address.includes(':') === (family === '6');
  const remoteAddress = isRight(source!) ? canonicalAddress(source!) : undefined;
  const localAddress = isRight(destination!) ? canonicalAddress(destination!) : undefined;
  const [remotePort, localPort] = [Number(sourcePort), Number(destinationPort)];
  if (remoteAddress === undefined || localAddress === undefined || remotePort > 65_535 || localPort > 65_535)
    return 'invalid';
  const endpoints = { remoteAddress, remotePort, localAddress, localPort };
  return { header: { endpoints, overTls: false }, lengthBytes };
}

/** Version 2, §2.2. */
function readBinary(bytes: Buffer): ProxyHeaderReading {
  if (bytes.length < fixedBytes) return 'incomplete';
  const [command, family] = [bytes[12]!, bytes[13]!];
  const restBytes = bytes.readUInt16BE(14);
  const lengthBytes = fixedBytes + restBytes;
  if ((command !== 0x20 && command !== 0x21) || restBytes > longestRest) return 'invalid';
  if (bytes.length < lengthBytes) return 'incomplete';
  // LOCAL: the proxy's own connection, such as a health check. Its addresses mean nothing.
  if (command === 0x20) return { header: anonymous, lengthBytes };
  const addressBytes = { 0x00: 0, 0x11: 12, 0x21: 36, 0x31: 216 }[family];
  if (addressBytes === undefined || restBytes < addressBytes) return 'invalid';
  const rest = bytes.subarray(fixedBytes, lengthBytes);
  // Without a family, it is not known where the extensions begin.
  const overTls = family !== 0 && saysTls(rest.subarray(addressBytes));
  const octets = { 0x11: 4, 0x21: 16 }[family];
  if (octets === undefined) return { header: { endpoints: undefined, overTls }, lengthBytes };
  const endpoints: Endpoints = {
    remoteAddress: canonicalAddress(formatAddress(rest.subarray(0, octets)))!,
    localAddress: canonicalAddress(formatAddress(rest.subarray(octets, 2 * octets)))!,
    remotePort: rest.readUInt16BE(2 * octets),
    localPort: rest.readUInt16BE(2 * octets + 2),
  };
  return { header: { endpoints, overTls }, lengthBytes };
}

/** §2.2.6. Other extensions are skipped. */
function saysTls(extensions: Buffer): boolean {
  for (let at = 0; at + 3 <= extensions.length;) {
    const end = at + 3 + extensions.readUInt16BE(at + 1);
    if (extensions[at] === tlsExtension && end <= extensions.length && end > at + 3)
      return (extensions[at + 3]! & clientUsedTls) !== 0;
    at = end;
  }
  return false;
}

/** @param own the endpoints of the proxy's connection to us. */
export function originOf({ endpoints, overTls }: ProxyHeader, own: Endpoints): Origin {
  return { ...(endpoints ?? own), isAnonymous: endpoints === undefined, overTls };
}
