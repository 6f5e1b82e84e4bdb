import http from 'node:http';
import type { Socket } from 'node:net';
import type { AnswerSink } from './answer.ts';
import { failureOf } from './failure.ts';

export interface HttpRequest {
  method: string;
  secure: boolean;
  /** Host and port. */
  authority: string;
  /** Path and query. */
  path: string;
  headers: Readonly<Record<string, string>>;
}

/** Size limit for the head of an answer. */
export const limitHeadBytes = 16 * 1024;

/** Sends one request over a new connection and asks the server to close it afterwards. */
export function exchangeHttp1(
  socket: Socket,
  { method, authority, path, headers }: HttpRequest,
  sink: AnswerSink,
): void {
  const request = http.request({
    createConnection: () => socket,
    method,
    path,
    headers: { host: authority, connection: 'close', ...headers },
    maxHeaderSize: limitHeadBytes,
  });
  request.on('socket', () => void socket.once('data', () => sink.firstByte()));
  request.on('information', ({ statusCode, headers: interim }) => sink.interim(statusCode, interim));
  let begun: http.IncomingMessage | undefined;
  request.on('response', (answer) => {
    begun = answer;
    sink.head(`http/${answer.httpVersion}`, answer.statusCode!, answer.headers);
    answer.on('data', (piece: Buffer) => sink.piece(piece));
    answer.on('end', () => sink.trailers(answer.trailers));
    answer.on('error', (error) => sink.fail(failureOf(error)));
    answer.on('close', () => sink.end());
  });
  // After 101 comes another protocol, not a body.
  request.on('upgrade', (answer) => {
    sink.head(`http/${answer.httpVersion}`, answer.statusCode!, answer.headers);
    sink.end();
  });
  request.on('error', (error) => {
    begun?.read(); // deliver the body up to the error
    sink.fail(failureOf(error));
  });
  request.end();
}
