import { systemCode } from '../base/errors.ts';
import { causeOf, reasonOf, type Unreached } from './connect.ts';
import type { TlsFacts } from './tls.ts';

/**
 * Why there is no answer, or only the beginning of one. `unverified`: nothing was sent, as the certificate does not verify.
 * `no-version`: the server speaks none of the versions that were offered. `closed`: the server ended the connection, or the
 * stream, before the answer was whole. `malformed`: not HTTP. `head-too-large`: more than 16 KiB.
 */
export type HttpFailureReason =
  | Unreached
  | Extract<TlsFacts, { reached: false }>['reason']
  | 'unverified'
  | 'no-version'
  | 'closed'
  | 'malformed'
  | 'head-too-large';

export interface HttpFailure {
  reason: HttpFailureReason;
  /** Of the system, OpenSSL, Node's parser, or HTTP/2 (RFC 9113 §7), e.g. `ECONNRESET`, `HPE_INVALID_CONSTANT`, `REFUSED_STREAM`. */
  code?: string;
  /** In the words of the system or the library; '' where the reason says all. */
  detail: string;
}

/** What ended an exchange over a connection that stood. */
export function failureOf(error: Error): HttpFailure {
  return { reason: exchangeReason(error), ...causeOf(error) };
}

function exchangeReason(error: Error): HttpFailureReason {
  const code = systemCode(error) ?? '';
  if (code === 'HPE_HEADER_OVERFLOW') return 'head-too-large';
  if (code.startsWith('HPE_') || code === 'ERR_HTTP2_ERROR') return 'malformed';
  if (code.includes('ALERT')) return 'tls-alert';
  // Node says ECONNRESET of a connection that was closed in good order, too, but then no system call has failed.
  if (code === 'ECONNRESET' && (error as NodeJS.ErrnoException).syscall === undefined) return 'closed';
  return reasonOf(error);
}

/** RFC 9113 §7, by number. */
const http2Codes = [
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
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** A stream or a connection that HTTP/2 ended with a code. */
export function http2Failure(code: number, detail: string): HttpFailure {
  // nghttp2 resets a stream with this code where its answer is not HTTP; a server has little reason to say it of a plain GET.
  const reason = code === 1 ? 'malformed' : 'closed';
  return { reason, code: http2Codes[code] ?? `0x${code.toString(16)}`, detail };
}
