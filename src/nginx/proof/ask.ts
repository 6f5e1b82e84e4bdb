import http from 'node:http';
import http2 from 'node:http2';
import type { Socket } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import { describeError, systemCode } from '../../base/errors.ts';
import { connectTcp, handshake, type HttpTarget, type TlsFacts, type Unreached } from '../../probe/index.ts';
import { hostOf, type Target } from './target.ts';

export interface AskOptions {
  clock: Clock;
  /** What a visitor trusts besides, PEM: the private root. Default: the system's roots. */
  roots?: string[];
  /** For the connection, again for the handshake, and again for the answer. Default 5 s. */
  timeoutMs?: number;
}

/**
 * How far it came. `answered`: with a status. `closed`: the request was taken and the connection closed, as `return 444`
 * does. `silent`: no answer in time. `garbled`: what came is no HTTP. The others: no connection, or no handshake.
 */
export type Outcome =
  | 'answered'
  | 'closed'
  | 'silent'
  | 'garbled'
  | Unreached
  | Extract<TlsFacts, { reached: false }>['reason'];

export interface Asked {
  outcome: Outcome;
  /** What is known of a failure. */
  detail: string;
  tls: Extract<TlsFacts, { reached: true }> | undefined;
  answer: Answer | undefined;
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** At most 4 KiB of it, and what came within a second. */
  body: string;
}

const usualTimeoutMs = 5_000;
const bodyLimitBytes = 4096;
/** A stream has no end; its beginning is enough. */
const bodyTimeMs = 1_000;

/** One GET, as a visitor's browser would send it: HTTP/2 where the server wants that. Whatever happens is a fact. */
export async function ask(target: Target, path: string, options: AskOptions): Promise<Asked> {
  const { address, socketPath, name: host, secure } = target;
  const timeoutMs = options.timeoutMs ?? usualTimeoutMs;
  const way = {
    host,
    port: target.port,
    clock: options.clock,
    timeoutMs,
    ...(socketPath === undefined ? { address } : { socketPath }),
    ...(target.proxyProtocol && { preface: proxyLine(target) }),
  };
  const opened = secure
    ? await handshake({ ...way, ...trust(options), alpn: ['h2', 'http/1.1'] })
    : await connectTcp(way);
  const { facts, socket } = opened;
  if (!facts.reached || !socket) {
    const outcome = facts.reached ? 'failed' : facts.reason;
    return { outcome, detail: facts.reached ? '' : facts.detail, tls: undefined, answer: undefined };
  }
  const tls = 'serial' in facts ? facts : undefined;
  // Sent whether or not the certificate verifies: what is asked holds no secret, and goes to this machine's own nginx,
  // whose sites may well show certificates that they made themselves. Both are told: the answer, and whether it verifies.
  const exchange = { socket, authority: authorityOf(target), path, clock: options.clock, timeoutMs };
  const got = await (tls?.alpn === 'h2' ? overHttp2(exchange) : overHttp1(exchange));
  socket.destroy();
  return { tls, ...got };
}

/** An authority of one's own need not show its root to be known again. */
function trust({ roots }: AskOptions): Pick<HttpTarget, 'roots' | 'partialChain'> {
  return roots ? { roots, partialChain: true } : {};
}

/** PROXY protocol, version 1. The port that a client would have come from says nothing. */
function proxyLine({ address, port, socketPath }: Target): string {
  if (socketPath !== undefined) return 'PROXY UNKNOWN\r\n';
  return `PROXY ${address.includes(':') ? 'TCP6' : 'TCP4'} ${address} ${address} 49152 ${port}\r\n`;
}

function authorityOf({ name, port, secure, socketPath }: Target): string {
  const usual = socketPath !== undefined || port === (secure ? 443 : 80);
  return usual ? hostOf(name) : `${hostOf(name)}:${port}`;
}

interface Exchange {
  socket: Socket;
  authority: string;
  path: string;
  clock: Clock;
  timeoutMs: number;
}

type Got = Pick<Asked, 'outcome' | 'detail' | 'answer'>;

const usualHeaders = { accept: '*/*', 'user-agent': 'everyhop' };

function overHttp1({ socket, authority, path, clock, timeoutMs }: Exchange): Promise<Got> {
  return gathered(clock, timeoutMs, (gathering) => {
    const request = http.request(
      { createConnection: () => socket, path, headers: { host: authority, connection: 'close', ...usualHeaders } },
      (response) => {
        gathering.head(response.statusCode!, response.headers);
        response.on('data', (piece: Buffer) => gathering.piece(piece));
        response.on('error', () => gathering.end());
        response.on('close', () => gathering.end());
      },
    );
    request.on('error', (error) => gathering.fail(error));
    request.end();
  });
}

function overHttp2({ socket, authority, path, clock, timeoutMs }: Exchange): Promise<Got> {
  return gathered(clock, timeoutMs, (gathering) => {
    const session = http2.connect(`https://${authority}`, { createConnection: () => socket });
    session.on('error', (error) => gathering.fail(error));
    session.on('close', () => gathering.fail(new Error('the connection was closed')));
    const stream = session.request({ ':path': path, ':authority': authority, ...usualHeaders });
    stream.on('response', ({ ':status': status, ...headers }) => gathering.head(status ?? 0, headers));
    stream.on('data', (piece: Buffer) => gathering.piece(piece));
    stream.on('error', (error) => gathering.fail(error));
    stream.on('close', () => gathering.end());
  });
}

/** Takes what comes, in whatever order and however often; the first end of it counts. */
interface Gathering {
  head(status: number, headers: Answer['headers']): void;
  piece(data: Buffer): void;
  end(): void;
  fail(error: Error): void;
}

function gathered(clock: Clock, timeoutMs: number, start: (gathering: Gathering) => void): Promise<Got> {
  return new Promise((resolve) => {
    let head: Omit<Answer, 'body'> | undefined;
    const pieces: Buffer[] = [];
    let sizeBytes = 0;
    const finish = (outcome: Outcome, detail: string): void => {
      timer.cancel();
      const body = Buffer.concat(pieces).subarray(0, bodyLimitBytes).toString('utf8');
      resolve(
        head ? { outcome: 'answered', detail: '', answer: { ...head, body } } : { outcome, detail, answer: undefined },
      );
    };
    let timer = clock.after(timeoutMs, () => finish('silent', `no answer within ${timeoutMs} ms`));
    start({
      head(status, headers) {
        head = { status, headers };
        timer.cancel();
        timer = clock.after(Math.min(bodyTimeMs, timeoutMs), () => finish('answered', ''));
      },
      piece(data) {
        pieces.push(data);
        sizeBytes += data.length;
        if (sizeBytes >= bodyLimitBytes) finish('answered', '');
      },
      end: () => finish('closed', 'the connection was closed'),
      fail: (error) => finish(outcomeOf(error), describeError(error)),
    });
  });
}

function outcomeOf(error: Error): Outcome {
  return systemCode(error)?.startsWith('HPE_') ? 'garbled' : 'closed';
}
