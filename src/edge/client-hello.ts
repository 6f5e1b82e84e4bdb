/** The parts of a ClientHello by which the edge chooses a TLS server. */
export interface ClientHello {
  /** server_name in lower case, without a trailing dot (RFC 6066 §3). */
  serverName: string | undefined;
  /** application_layer_protocol_negotiation, in the client's order (RFC 7301). */
  alpn: string[];
}

export type HelloReading = ClientHello | 'incomplete' | 'not-tls' | 'malformed';

/** No legitimate ClientHello is longer. With post-quantum key shares it has about 2 kB. */
export const longestHelloBytes = 32 * 1024;

const handshakeRecord = 22;
const clientHelloType = 1;
const serverNameExtension = 0;
const alpnExtension = 16;

/**
 * Parses the first bytes of a connection as a TLS ClientHello, which may span several records (RFC 8446 §5.1).
 * Never throws. `incomplete`: call again with more bytes.
 */
export function readClientHello(bytes: Buffer): HelloReading {
  if (bytes.length === 0) return 'incomplete';
  if (bytes[0] !== handshakeRecord) return 'not-tls';
  if (bytes.length > 1 && bytes[1] !== 3) return 'not-tls';
  const handshake = joinRecords(bytes);
  if (typeof handshake === 'string') return handshake;
  try {
    return parseHello(new Cursor(handshake));
  } catch (error) {
    if (error instanceof RangeError) return 'malformed';
    throw error;
  }
}

/** The handshake message without record headers and its 4-byte header. */
function joinRecords(bytes: Buffer): Buffer | 'incomplete' | 'malformed' {
  const fragments: Buffer[] = [];
  let gathered = 0;
  let at = 0;
  while (bytes.length - at >= 5) {
    if (bytes[at] !== handshakeRecord) return 'malformed';
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > 16_384) return 'malformed';
    const fragment = bytes.subarray(at + 5, at + 5 + length);
    fragments.push(fragment);
    gathered += fragment.length;
    if (gathered >= 4) {
      const start = fragments.length === 1 ? fragments[0]! : Buffer.concat(fragments);
      if (start[0] !== clientHelloType) return 'malformed';
      const wanted = start.readUIntBE(1, 3);
      if (wanted > longestHelloBytes) return 'malformed';
      if (gathered >= 4 + wanted) return start.subarray(4, 4 + wanted);
    }
    at += 5 + length;
  }
  return bytes.length > longestHelloBytes ? 'malformed' : 'incomplete';
}

function parseHello(hello: Cursor): ClientHello {
  hello.skip(2 + 32); // legacy_version, random
  hello.vector(1); // legacy_session_id
  hello.vector(2); // cipher_suites
  hello.vector(1); // legacy_compression_methods
  const found: ClientHello = { serverName: undefined, alpn: [] };
  if (hello.done) return found;
  const extensions = new Cursor(hello.vector(2));
  while (!extensions.done) {
    const type = extensions.uint(2);
    const body = extensions.vector(2);
    if (type === serverNameExtension) found.serverName = readServerName(new Cursor(body));
    else if (type === alpnExtension) found.alpn = readProtocols(new Cursor(body));
  }
  return found;
}

function readServerName(extension: Cursor): string | undefined {
  const names = new Cursor(extension.vector(2));
  while (!names.done) {
    const type = names.uint(1);
    const name = names.vector(2).toString('latin1');
    if (type === 0) return name.toLowerCase().replace(/\.$/, '') || undefined;
  }
  return undefined;
}

function readProtocols(extension: Cursor): string[] {
  const list = new Cursor(extension.vector(2));
  const protocols: string[] = [];
  while (!list.done) protocols.push(list.vector(1).toString('latin1'));
  return protocols;
}

/** Throws RangeError past the end. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  skip(length: number): void {
    if (this.#at + length > this.#bytes.length) throw new RangeError('past the end');
    this.#at += length;
  }

  uint(size: 1 | 2): number {
    const start = this.#at;
    this.skip(size);
    return this.#bytes.readUIntBE(start, size);
  }

  /** A length of `size` bytes, then that many bytes. */
  vector(size: 1 | 2): Buffer {
    const length = this.uint(size);
    const start = this.#at;
    this.skip(length);
    return this.#bytes.subarray(start, start + length);
  }
}
