import { once } from 'node:events';
import tls from 'node:tls';

export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  resetStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const flag = { endStream: 1, ack: 1, endHeaders: 4 } as const;

/** A stream that is never opened, so no frame concerns it. */
export const noStream = 0x7fffffff;

/** The names of the error codes (RFC 9113 §7). */
const errorNames = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
];

export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

export function encodeFrame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Field lines as HPACK literals without indexing (RFC 7541 §6.2.2), with every byte as given. */
export function encodeFields(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.from([0]), ...encodeText(name), ...encodeText(value)]),
  );
}

function encodeText(text: string): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 127) return [Buffer.from([bytes.length]), bytes];
  const length = [127];
  let left = bytes.length - 127;
  for (; left >= 128; left = Math.floor(left / 128)) length.push((left % 128) + 128);
  length.push(left);
  return [Buffer.from(length), bytes];
}

export function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** An HTTP/2 client that sends exactly the given frames, even if they violate the protocol. */
export class FrameClient {
  readonly socket: tls.TLSSocket;
  readonly frames: Frame[] = [];
  /** Resolves when the connection has closed. */
  readonly closed: Promise<void>;
  #ended = false;
  #rest = Buffer.alloc(0);
  #listeners = new Set<() => void>();

  private constructor(socket: tls.TLSSocket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    this.closed = new Promise((resolve) =>
      socket.once('close', () => {
        this.#ended = true;
        resolve();
        this.#tell();
      }),
    );
  }

  /** @param preface the first bytes; default: the client preface and empty SETTINGS. */
  static async connect(options: tls.ConnectionOptions, preface?: Buffer): Promise<FrameClient> {
    const socket = tls.connect({ ...options, ALPNProtocols: ['h2'] });
    const client = new FrameClient(socket);
    await once(socket, 'secureConnect');
    const usual = Buffer.concat([
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      encodeFrame(frameType.settings, 0, 0),
      encodeFrame(frameType.settings, flag.ack, 0),
    ]);
    socket.write(preface ?? usual);
    return client;
  }

  get ended(): boolean {
    return this.#ended;
  }

  send(type: number, flags: number, stream: number, payload?: Buffer): void {
    if (!this.#ended) this.socket.write(encodeFrame(type, flags, stream, payload));
  }

  /** Sends bytes, and waits while the socket's buffer is full. */
  async write(bytes: Buffer): Promise<void> {
    if (this.#ended || this.socket.write(bytes)) return;
    await Promise.race([once(this.socket, 'drain').catch(() => {}), this.closed]);
  }

  /** Resolves with the first frame that fits, or undefined once the connection has closed or the time is up. */
  frame(fits: (frame: Frame) => boolean, withinMs: number): Promise<Frame | undefined> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.frames.find(fits);
        if (found || this.#ended) finish(found);
      };
      const timer = setTimeout(() => finish(undefined), withinMs);
      const finish = (found: Frame | undefined): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve(found);
      };
      this.#listeners.add(look);
      look();
    });
  }

  /**
   * The outcome of a stream and its connection: a status, `reset CODE`, `GOAWAY CODE`, `closed`, or `goes on` if the
   * connection still answers a PING and no frame ended the stream.
   */
  async outcome(stream: number, withinMs = 1500): Promise<string> {
    const isGoAway = ({ type, payload }: Frame): boolean => type === frameType.goAway && payload.readUInt32BE(4) !== 0;
    const isAnswer = ({ type, stream: of }: Frame): boolean =>
      of === stream && (type === frameType.headers || type === frameType.resetStream);
    const isAlive = ({ type, flags, payload }: Frame): boolean =>
      type === frameType.ping && flags === flag.ack && payload.toString('latin1') === 'whatnow?';
    // A PING would overtake a response for which the edge still waits.
    if (stream !== noStream) await this.frame((frame) => isGoAway(frame) || isAnswer(frame), withinMs);
    if (!this.frames.some(isAnswer)) {
      this.send(frameType.ping, 0, 0, Buffer.from('whatnow?'));
      await this.frame((frame) => isGoAway(frame) || isAlive(frame), withinMs);
    }
    const goAway = this.frames.find(isGoAway);
    if (goAway) return `GOAWAY ${errorName(goAway.payload.readUInt32BE(4))}`;
    const answer = this.frames.find(isAnswer);
    if (answer?.type === frameType.headers) return statusOf(answer.payload);
    if (answer) return `reset ${errorName(answer.payload.readUInt32BE(0))}`;
    if (this.#ended) return 'closed';
    return this.frames.some(isAlive) ? 'goes on' : 'no answer';
  }

  #read(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const length = this.#rest.length < 9 ? Infinity : this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < 9 + length) break;
      this.frames.push({
        type: this.#rest[3]!,
        flags: this.#rest[4]!,
        stream: this.#rest.readUInt32BE(5) & 0x7fffffff,
        payload: Buffer.from(this.#rest.subarray(9, 9 + length)),
      });
      this.#rest = this.#rest.subarray(9 + length);
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function errorName(code: number): string {
  return errorNames[code] ?? String(code);
}

const digitCodes: Record<string, string> = { '00000': '0', '00001': '1', '00010': '2' };
for (let digit = 3; digit <= 9; digit += 1) digitCodes[(digit + 22).toString(2).padStart(6, '0')] = String(digit);

/** `:status` in the first field block of a connection: indexed or literal, with or without Huffman code (RFC 7541). */
function statusOf(block: Buffer): string {
  // A dynamic table size update may come first.
  let at = 0;
  while ((block[at]! & 0xe0) === 0x20) at += 1;
  const indexed = ['200', '204', '206', '304', '400', '404', '500'][block[at]! - 0x88];
  if (indexed !== undefined) return indexed;
  const length = block[at + 1]! & 0x7f;
  const value = block.subarray(at + 2, at + 2 + length);
  if ((block[at + 1]! & 0x80) === 0) return value.toString('latin1');
  let bits = '';
  for (const byte of value) bits += byte.toString(2).padStart(8, '0');
  let status = '';
  while (status.length < 3) {
    const width = digitCodes[bits.slice(0, 5)] === undefined ? 6 : 5;
    status += digitCodes[bits.slice(0, width)] ?? '?';
    bits = bits.slice(width);
  }
  return status;
}
