import http from 'node:http';
import { describeError } from '../base/errors.ts';
import { connectTcp, type Target, type TcpFacts, usualTimeoutMs } from './connect.ts';
import { handshake, type TlsFacts } from './tls.ts';

export interface HttpTarget extends Omit<Target, 'host' | 'port'> {
  url: string;
  method?: string;
  headers?: Record<string, string>;
  /** PEM. Default: the system's roots. */
  roots?: string[];
  /** As of `TlsTarget`. */
  partialChain?: boolean;
  /** So much of the body is read. Default 64 KiB. */
  limitBytes?: number;
}

export interface HttpFacts {
  /** Of the connection; undefined for http://. */
  tls: TlsFacts | undefined;
  tcp: TcpFacts | undefined;
  /** undefined: no answer. */
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  firstByteMs: number | undefined;
  /** Why there is no answer, or only the beginning of one. */
  failure: string | undefined;
}

/** One HTTP/1.1 request, over a verified connection or none at all. Redirects are facts, not followed. */
export async function probeHttp(target: HttpTarget): Promise<HttpFacts> {
  const url = new URL(target.url);
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port) || (secure ? 443 : 80);
  const facts: HttpFacts = {
    tls: undefined,
    tcp: undefined,
    status: undefined,
    headers: {},
    body: '',
    firstByteMs: undefined,
    failure: undefined,
  };
  const connection = secure ? await handshake({ ...target, host, port }) : await connectTcp({ ...target, host, port });
  if (secure) facts.tls = connection.facts as TlsFacts;
  else facts.tcp = connection.facts as TcpFacts;
  if (!connection.facts.reached) return { ...facts, failure: connection.facts.detail };
  if ('verified' in connection.facts && !connection.facts.verified) {
    connection.socket!.destroy();
    return { ...facts, failure: connection.facts.problemCode };
  }
  const socket = connection.socket!;
  const begunMs = target.clock.monotonic();
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const finish = (): void => {
      timer.cancel();
      socket.destroy();
      resolve({ ...facts, body: Buffer.concat(pieces).toString('utf8') });
    };
    const timer = target.clock.after(target.timeoutMs ?? usualTimeoutMs, () => {
      facts.failure ??= 'no answer in time';
      finish();
    });
    const request = http.request(
      {
        createConnection: () => socket,
        method: target.method ?? 'GET',
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, connection: 'close', ...target.headers },
      },
      (answer) => {
        facts.status = answer.statusCode;
        facts.headers = answer.headers;
        facts.firstByteMs = target.clock.monotonic() - begunMs;
        const limitBytes = target.limitBytes ?? 65_536;
        let size = 0;
        answer.on('data', (piece: Buffer) => {
          pieces.push(piece.subarray(0, Math.max(0, limitBytes - size)));
          size += piece.length;
          if (size >= limitBytes) finish();
        });
        answer.on('error', (error) => (facts.failure ??= describeError(error)));
        answer.on('close', finish);
      },
    );
    request.on('error', (error) => {
      facts.failure ??= describeError(error);
      finish();
    });
    request.end();
  });
}
