import dgram from 'node:dgram';
import net from 'node:net';
import type { Clock } from '../base/clock.ts';
import { describeError, systemCode } from '../base/errors.ts';
import type { Wording } from '../base/language.ts';
import { type DnsMessage, decodeMessage } from './message.ts';
import { dnsWords } from './messages.ts';
import type { DnsServer } from './server.ts';

export interface ExchangeOptions {
  clock: Clock;
  protocol: 'udp' | 'tcp';
  /** Limit for the whole exchange. */
  timeoutMs: number;
  signal?: AbortSignal;
}

export type ExchangeOutcome =
  | { arrived: true; message: DnsMessage }
  | { arrived: false; reason: 'timed-out' | 'unreachable' | 'malformed' | 'aborted'; detail: Wording };

/** Sends one message and waits for the answer. Never rejects. */
export type DnsExchange = (server: DnsServer, query: Buffer, options: ExchangeOptions) => Promise<ExchangeOutcome>;

interface Conversation {
  /** Handles the octets of one received message. Returns true if it was the answer. */
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
    const abort = (): void => settle({ arrived: false, reason: 'aborted', detail: dnsWords('dns.aborted', {}) });
    const timer = clock.after(timeoutMs, () =>
      settle({ arrived: false, reason: 'timed-out', detail: dnsWords('dns.no-answer', { ms: timeoutMs }) }),
    );
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    const conversation: Conversation = {
      hear: (octets) => {
        // A message with another ID is stray or forged: keep waiting.
        if (octets.length < 2 || octets.readUInt16BE(0) !== query.readUInt16BE(0)) return false;
        const message = decodeMessage(octets);
        if (message && !isAnswerTo(message, query)) return false;
        if (message) settle({ arrived: true, message });
        else settle({ arrived: false, reason: 'malformed', detail: dnsWords('dns.not-dns', {}) });
        return true;
      },
      fail: (reason, detail) => settle({ arrived: false, reason, detail }),
    };
    close = protocol === 'udp' ? talkOverUdp(server, query, conversation) : talkOverTcp(server, query, conversation);
  });
};

/** An answer repeats the question. Only an error about the whole message may omit it. */
function isAnswerTo(message: DnsMessage, query: Buffer): boolean {
  const sent = decodeMessage(query)!;
  if (!message.isResponse || message.opcode !== sent.opcode) return false;
  if (message.questions.length === 0) return message.responseCode !== 0 || sent.opcode !== 0;
  const [question, wanted] = [message.questions[0]!, sent.questions[0]!];
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
  // A connected socket receives only from this server and reports a closed port immediately.
  socket.connect(server.port, server.address, (error?: Error) => {
    if (open && !error) socket.send(query);
  });
  return () => {
    if (open) socket.close();
    open = false;
  };
}

/** RFC 7766: a length precedes each message. */
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
  socket.on('end', () => conversation.fail('malformed', 'connection closed before the answer'));
  return () => socket.destroy();
}
