import { systemCode } from '../base/errors.ts';
import type { Wording } from '../base/language.ts';
import { causeOf, reasonOf, type ConnectFailureReason } from './connect.ts';
import type { TlsFacts } from './tls.ts';

/**
 * `unverified`: the certificate does not verify, so no request was sent. `no-version`: the server speaks none of the
 * offered versions. `closed`: the server closed the connection or the stream too early.
 * `malformed`: not HTTP. `head-too-large`: more than 16 KiB.
 */
export type HttpFailureReason =
  | ConnectFailureReason
  | Extract<TlsFacts, { reached: false }>['reason']
  | 'unverified'
  | 'no-version'
  | 'closed'
  | 'malformed'
  | 'head-too-large';

export interface HttpFailure {
  reason: HttpFailureReason;
  /** From the system, OpenSSL, Node or HTTP/2, e.g. `ECONNRESET`, `HPE_INVALID_CONSTANT`, `REFUSED_STREAM`. */
  code?: string;
  /** Text from the system or the library, or ours. May be empty. */
  detail: Wording;
}

/** The failure of an exchange on an open connection. */
export function failureOf(error: Error): HttpFailure {
  return { reason: exchangeReason(error), ...causeOf(error) };
}

function exchangeReason(error: Error): HttpFailureReason {
  const code = systemCode(error) ?? '';
  if (code === 'HPE_HEADER_OVERFLOW') return 'head-too-large';
  if (code.startsWith('HPE_') || code === 'ERR_HTTP2_ERROR') return 'malformed';
  if (code.includes('ALERT')) return 'tls-alert';
  // Node reports an orderly close as ECONNRESET, too, but without a failed system call.
  if (code === 'ECONNRESET' && (error as NodeJS.ErrnoException).syscall === undefined) return 'closed';
  return reasonOf(error);
}

/** Error codes of RFC 9113 §7, in order. */
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

/** The failure for a stream or connection that ended with an HTTP/2 error code. */
export function http2Failure(code: number, detail: string): HttpFailure {
  // nghttp2 resets a stream with PROTOCOL_ERROR if the answer is malformed. Servers hardly send that code for a plain
  // GET.
  const reason = code === 1 ? 'malformed' : 'closed';
  return { reason, code: http2Codes[code] ?? `0x${code.toString(16)}`, detail };
}
