import dgram from 'node:dgram';
import net from 'node:net';
import type { Clock } from '../base/clock.ts';
import { describeError, systemCode } from '../base/errors.ts';
import { type DnsMessage, decodeMessage } from './message.ts';
import type { DnsServer } from './server.ts';

export interface ExchangeOptions {
  clock: Clock;
  protocol: 'udp' | 'tcp';
  /** For the whole exchange. */
  timeoutMs: number;
  signal?: AbortSignal;
}

/** What came back. Whatever the server does, it is one of these. */
export type ExchangeOutcome =
  | { arrived: true; message: DnsMessage }
  | { arrived: false; reason: 'timed-out' | 'unreachable' | 'malformed' | 'aborted'; detail: string };

/** Sends one message and waits for its answer. Never rejects. */
export type DnsExchange = (server: DnsServer, query: Buffer, options: ExchangeOptions) => Promise<ExchangeOutcome>;

interface Conversation {
  /** Octets of one message have come; true: they were the answer. */
  hear(octets: Buffer): boolean;
  fail(reason: 'unreachable' | 'malformed', detail: string): void;
}

export const exchangeDns: DnsExchange = (server, query, { clock, protocol, timeoutMs, signal }) => {
  return new Promise((resolve) => {
    let close = (): void => {};
    const settle = (result: ExchangeOutcome): void => {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
      close();
      resolve(result);
    };
    const abort = (): void => settle({ arrived: false, reason: 'aborted', detail: 'given up' });
    const timer = clock.after(timeoutMs, () =>
      settle({ arrived: false, reason: 'timed-out', detail: `no answer within ${timeoutMs} ms` }),
    );
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    const conversation: Conversation = {
      hear: (octets) => {
        // Another ID is an answer to somebody else, or a forgery: what we wait for may still come.
        if (octets.length < 2 || octets.readUInt16BE(0) !== query.readUInt16BE(0)) return false;
        const message = decodeMessage(octets);
        if (message && !answers(message, query)) return false;
        if (message) settle({ arrived: true, message });
        else settle({ arrived: false, reason: 'malformed', detail: 'what came back is no DNS message' });
        return true;
      },
      fail: (reason, detail) => settle({ arrived: false, reason, detail }),
    };
    close = protocol === 'udp' ? talkOverUdp(server, query, conversation) : talkOverTcp(server, query, conversation);
  });
};

/** The question is repeated in an answer; only an error about the message as a whole may leave it out. */
function answers(message: DnsMessage, query: Buffer): boolean {
  const asked = decodeMessage(query)!;
  if (!message.isResponse || message.opcode !== asked.opcode) return false;
  if (message.questions.length === 0) return message.responseCode !== 0 || asked.opcode !== 0;
  const [question, wanted] = [message.questions[0]!, asked.questions[0]!];
  return (
    message.questions.length === 1 &&
    question.name === wanted.name &&
    question.typeNumber === wanted.typeNumber &&
    question.classNumber === wanted.classNumber
  );
}

function talkOverUdp(server: DnsServer, query: Buffer, conversation: Conversation): () => void {
  const socket = dgram.createSocket(net.isIPv6(server.address) ? 'udp6' : 'udp4');
  let open = true;
  socket.on('message', (octets) => void conversation.hear(octets));
  socket.on('error', (error) => conversation.fail('unreachable', describeError(error)));
  // Connected, so that only this server is heard and a closed port is told at once.
  socket.connect(server.port, server.address, (error?: Error) => {
    if (open && !error) socket.send(query);
  });
  return () => {
    if (open) socket.close();
    open = false;
  };
}

/** RFC 7766: each message behind its length. */
function talkOverTcp(server: DnsServer, query: Buffer, conversation: Conversation): () => void {
  const socket = net.connect({ host: server.address, port: server.port });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  socket.write(Buffer.concat([length, query]));
  let received = Buffer.alloc(0);
  socket.on('data', (piece: Buffer) => {
    received = Buffer.concat([received, piece]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      if (conversation.hear(received.subarray(2, end))) return;
      received = received.subarray(end);
    }
  });
  socket.on('error', (error) => {
    const reason = systemCode(error) === 'ECONNRESET' ? 'malformed' : 'unreachable';
    conversation.fail(reason, describeError(error));
  });
  socket.on('end', () => conversation.fail('malformed', 'the connection was closed before the answer'));
  return () => socket.destroy();
}
