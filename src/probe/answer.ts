import type { IncomingHttpHeaders } from 'node:http';
import type { Clock, Timer } from '../base/clock.ts';
import { abortOf } from './connect.ts';
import type { HttpFailure } from './failure.ts';
import { probeWords } from './messages.ts';

export type HttpHeaders = Readonly<IncomingHttpHeaders>;

/** The answer to one request. */
export interface Answer {
  /** Of the server: `http/1.0`, `http/1.1` or `h2`. undefined: no answer. */
  version: string | undefined;
  /** undefined: no answer. */
  status: number | undefined;
  headers: HttpHeaders;
  /** Interim answers (1xx), in order. */
  interim: { status: number; headers: HttpHeaders }[];
  /** At most `limitBytes`, still in its content coding: see `decodeBody`. */
  body: Buffer;
  /** The body is longer than `limitBytes`. */
  isCut: boolean;
  trailers: HttpHeaders;
  /** From the request to the first byte of the answer; over HTTP/2, to its first headers. */
  firstByteMs: number | undefined;
  /** Why the answer is missing or incomplete. */
  failure: HttpFailure | undefined;
}

export interface AnswerOptions {
  clock: Clock;
  /** Limits the whole answer. */
  timeoutMs: number;
  /** Limits the time from the head to the end of the body, replacing the rest of `timeoutMs`. */
  bodyTimeoutMs?: number;
  limitBytes: number;
  signal?: AbortSignal;
  /** False: stop after the head. Default: always true. */
  wantsBody?: (status: number, headers: HttpHeaders) => boolean;
}

/** Receives the events of an exchange, in any order and any number of times. Only the first `end` or `fail` counts. */
export interface AnswerSink {
  firstByte(): void;
  interim(status: number, headers: HttpHeaders): void;
  head(version: string, status: number, headers: HttpHeaders): void;
  piece(data: Buffer): void;
  trailers(headers: HttpHeaders): void;
  end(): void;
  fail(failure: HttpFailure): void;
}

export function noAnswer(failure?: HttpFailure): Answer {
  return {
    version: undefined,
    status: undefined,
    headers: {},
    interim: [],
    body: Buffer.alloc(0),
    isCut: false,
    trailers: {},
    firstByteMs: undefined,
    failure,
  };
}

/** Starts an exchange and resolves with its answer, complete or not, within the limits. */
export function collectAnswer(options: AnswerOptions, start: (sink: AnswerSink) => void): Promise<Answer> {
  const { clock, timeoutMs, bodyTimeoutMs, limitBytes, signal } = options;
  const startMs = clock.monotonic();
  const answer = noAnswer();
  const pieces: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    const finish = (failure?: HttpFailure): void => {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
      resolve({ ...answer, body: Buffer.concat(pieces), failure });
    };
    const abort = (): void => finish(abortOf(signal!));
    const failAfter = (limitMs: number): Timer =>
      clock.after(limitMs, () =>
        finish({ reason: 'timed-out', detail: probeWords('probe.no-answer', { ms: limitMs }) }),
      );
    let timer = failAfter(timeoutMs);
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    const firstByte = (): void => void (answer.firstByteMs ??= clock.monotonic() - startMs);
    start({
      firstByte,
      interim(status, headers) {
        firstByte();
        if (answer.interim.length < mostInterim) answer.interim.push({ status, headers });
        else finish({ reason: 'malformed', detail: probeWords('probe.many-interim', { count: mostInterim }) });
      },
      head(version, status, headers) {
        firstByte();
        Object.assign(answer, { version, status, headers });
        if (options.wantsBody?.(status, headers) === false) return finish();
        if (bodyTimeoutMs === undefined) return;
        timer.cancel();
        timer = failAfter(bodyTimeoutMs);
      },
      piece(data) {
        pieces.push(data.subarray(0, limitBytes - bytes));
        bytes = Math.min(limitBytes, bytes + data.length);
        answer.isCut = pieces.at(-1)!.length < data.length;
        if (answer.isCut) finish();
      },
      trailers: (headers) => void (answer.trailers = headers),
      end: () => finish(),
      fail: finish,
    });
  });
}

/** RFC 9110 §15.2 sets no limit. */
const mostInterim = 32;
