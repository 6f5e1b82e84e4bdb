import http2, { type IncomingHttpHeaders, type IncomingHttpStatusHeader } from 'node:http2';
import type { Socket } from 'node:net';
import type { AnswerSink, HttpHeaders } from './answer.ts';
import { failureOf, http2Failure } from './failure.ts';
import { probeWords } from './messages.ts';
import { type HttpRequest, limitHeadBytes } from './http1.ts';

/** Sends one request over a new connection. */
export function exchangeHttp2(socket: Socket, request: HttpRequest, sink: AnswerSink): void {
  const { method, secure, authority, path, headers } = request;
  // A placeholder: the request sets scheme and authority, and Node would reject some hosts in a URL.
  const session = http2.connect('https://visited.invalid', {
    createConnection: () => socket,
    settings: { enablePush: false, maxHeaderListSize: limitHeadBytes },
    // Node would reset the stream at the 129th field. The size limit below is enough.
    maxHeaderListPairs: limitHeadBytes,
  });
  let goAway: number | undefined;
  session.on('goaway', (code) => (goAway = code));
  session.on('error', (error) => sink.fail(failureOf(error)));
  const stream = session.request({
    ':method': method,
    ':scheme': secure ? 'https' : 'http',
    ':authority': authority,
    ':path': path,
    ...headers,
  });
  let hasHead = false;
  const receive = (fields: Fields, report: (status: number, headers: HttpHeaders) => void): void => {
    const { ':status': status = 0, ...rest } = fields;
    if (sizeOf(rest) <= limitHeadBytes) return report(status, withoutSymbols(rest));
    sink.fail({ reason: 'head-too-large', detail: probeWords('probe.large-head', { bytes: limitHeadBytes }) });
  };
  stream.on('headers', (fields) => receive(fields, (status, rest) => sink.interim(status, rest)));
  stream.on('response', (fields) => {
    hasHead = true;
    receive(fields, (status, rest) => sink.head('h2', status, rest));
  });
  stream.on('data', (piece: Buffer) => sink.piece(piece));
  stream.on('trailers', (fields) => receive(fields, (_, rest) => sink.trailers(rest)));
  stream.on('error', (error) => {
    const code = goAway || stream.rstCode;
    const isOfHttp2 = /^ERR_HTTP2_(STREAM|SESSION)_/.test((error as NodeJS.ErrnoException).code ?? '');
    sink.fail(isOfHttp2 && code ? http2Failure(code, error.message) : failureOf(error));
  });
  // Node emits `end` for a truncated stream, too. Only `close` has its error code.
  stream.on('close', () => {
    const code = stream.rstCode ?? 0;
    if (code === 0 && hasHead) return sink.end();
    // On a lost connection, Node closes the streams with CANCEL.
    const isLost = session.destroyed || code === 0;
    sink.fail(isLost ? { reason: 'closed', detail: '' } : http2Failure(code, ''));
  });
}

type Fields = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** Node adds a symbol that lists the sensitive fields. */
function withoutSymbols(fields: IncomingHttpHeaders): HttpHeaders {
  return Object.fromEntries(Object.entries(fields));
}

function sizeOf(fields: IncomingHttpHeaders): number {
  let bytes = 0;
  for (const [name, value = ''] of Object.entries(fields)) {
    for (const one of [value].flat()) bytes += name.length + one.length;
  }
  return bytes;
}
