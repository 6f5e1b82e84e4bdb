/** The parts of a ClientHello by which the edge chooses a TLS server. */
export interface ClientHello {
  /** server_name in lower case, without a trailing dot (RFC 6066 §3). */
  serverName: string | undefined;
  /** application_layer_protocol_negotiation, in the client's order (RFC 7301). */
  alpn: string[];
}

export type HelloReading = ClientHello | 'incomplete' | 'not-tls' | 'malformed';

/** No legitimate ClientHello is longer. With post-quantum key shares it has about 2 kB. */
const longestHelloBytes = 32 * 1024;
/** With record headers. A client may split its ClientHello into small records. */
const longestRecordsBytes = 40 * 1024;

const handshakeRecord = 22;
const clientHelloType = 1;
const recordHeaderBytes = 5;
const messageHeaderBytes = 4;
const serverNameExtension = 0;
const alpnExtension = 16;

/**
 * Parses the first bytes of a connection as a TLS ClientHello, which may span several records (RFC 8446 §5.1). Reads every byte
 * once, in records and pieces of any size. Never throws.
 */
export class ClientHelloParser {
  readonly #header = Buffer.alloc(recordHeaderBytes);
  /** Bytes of the current record's header. */
  #headerBytes = 0;
  /** Remaining bytes of the current record. */
  #left = 0;
  #read = 0;
  /** The handshake message with its header; grows by doubling. */
  #message: Buffer = Buffer.alloc(0);
  #messageBytes = 0;

  /** `incomplete`: push the next bytes. Nothing may be pushed after any other reading. */
  push(piece: Buffer): HelloReading {
    let at = 0;
    while (at < piece.length) {
      if (this.#read > longestRecordsBytes) return 'malformed';
      const start = at;
      if (this.#left > 0) {
        at = Math.min(piece.length, at + this.#left);
        this.#left -= at - start;
        this.#append(piece.subarray(start, at));
        const reading = this.#readMessage();
        if (reading !== 'incomplete') return reading;
      } else {
        at = Math.min(piece.length, at + recordHeaderBytes - this.#headerBytes);
        this.#headerBytes += piece.copy(this.#header, this.#headerBytes, start, at);
        const problem = this.#readHeader();
        if (problem) return problem;
      }
      this.#read += at - start;
    }
    return 'incomplete';
  }

  #readHeader(): 'not-tls' | 'malformed' | undefined {
    const isFirst = this.#messageBytes === 0;
    if (this.#header[0] !== handshakeRecord) return isFirst ? 'not-tls' : 'malformed';
    if (this.#headerBytes > 1 && this.#header[1] !== 3) return isFirst ? 'not-tls' : 'malformed';
    if (this.#headerBytes < recordHeaderBytes) return undefined;
    this.#left = this.#header.readUInt16BE(3);
    this.#headerBytes = 0;
    return this.#left === 0 || this.#left > 16_384 ? 'malformed' : undefined;
  }

  #append(fragment: Buffer): void {
    const length = this.#messageBytes + fragment.length;
    if (length > this.#message.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, 2 * this.#message.length));
      this.#message.copy(grown, 0, 0, this.#messageBytes);
      this.#message = grown;
    }
    fragment.copy(this.#message, this.#messageBytes);
    this.#messageBytes = length;
  }

  #readMessage(): ClientHello | 'incomplete' | 'malformed' {
    if (this.#messageBytes < messageHeaderBytes) return 'incomplete';
    if (this.#message[0] !== clientHelloType) return 'malformed';
    const wanted = this.#message.readUIntBE(1, 3);
    if (wanted > longestHelloBytes) return 'malformed';
    const end = messageHeaderBytes + wanted;
    if (this.#messageBytes < end) return 'incomplete';
    try {
      return parseHello(new Cursor(this.#message.subarray(messageHeaderBytes, end)));
    } catch (error) {
      if (error instanceof RangeError) return 'malformed';
      throw error;
    }
  }
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
