import type { Clock } from '../../base/clock.ts';
import type { Wording } from '../../base/language.ts';
import type { TlsFacts } from '../../probe/tls.ts';
import type { ConnectFailureReason } from '../../probe/connect.ts';
import { type HttpFacts, probeHttp } from '../../probe/http.ts';
import { proxyLine } from '../../probe/proxy-protocol.ts';
import { defaultPort } from '../../probe/url.ts';
import type { Target } from './target.ts';

export interface AskOptions {
  clock: Clock;
  /** Trusted roots, PEM. Default: the system's. */
  roots?: string[];
  /** Limit for the connection, the handshake and the answer, each separately. Default 5 s. */
  timeoutMs?: number;
}

/**
 * `answered`: with a status. `closed`: nginx read the request and closed the connection, as with `return 444`. `silent`:
 * no answer before the time-out. `garbled`: the answer is not HTTP. The others: no connection, or no handshake.
 */
export type Outcome =
  | 'answered'
  | 'closed'
  | 'silent'
  | 'garbled'
  | ConnectFailureReason
  | Extract<TlsFacts, { reached: false }>['reason'];

export interface ProbeResult {
  outcome: Outcome;
  /** The text of a failure, else ''. */
  detail: Wording;
  tls: Extract<TlsFacts, { reached: true }> | undefined;
  answer: Answer | undefined;
}

export interface Answer {
  status: number;
  headers: HttpFacts['headers'];
  /** At most the first 4 KiB, and the first second. */
  body: string;
  /** Undefined if the answer is not a redirect. */
  redirect: HttpFacts['redirect'];
}

const defaultTimeoutMs = 5_000;
const bodyLimitBytes = 4096;
/** Enough for the start of a stream. */
const bodyTimeMs = 1_000;

/** Sends one GET like a browser, over HTTP/2 if the server prefers it. Never rejects for a failure of nginx. */
export async function ask(target: Target, path: string, options: AskOptions): Promise<ProbeResult> {
  const { address, socketPath, port, name: host, secure } = target;
  const { clock, roots, timeoutMs = defaultTimeoutMs } = options;
  const isLocal = socketPath !== undefined;
  const facts = await probeHttp({
    url: { secure, host, port: isLocal ? defaultPort(secure) : port, path },
    ...(isLocal ? { socketPath } : { address }),
    ...(target.proxyProtocol && { preface: proxyLine(isLocal ? undefined : address, port) }),
    clock,
    timeoutMs,
    bodyTimeoutMs: Math.min(bodyTimeMs, timeoutMs),
    limitBytes: bodyLimitBytes,
    versions: ['h2', 'http/1.1'],
    // For a private authority, `roots` may contain only its intermediate.
    ...(roots && { roots, partialChain: true }),
    // The request contains no secret and goes to this machine's nginx, whose sites may have self-signed certificates. The
    // caller gets the answer and the result of the verification.
    allowUnverified: true,
  });
  const { status, headers, body, redirect, failure } = facts;
  const tls = facts.tls?.reached ? facts.tls : undefined;
  if (status === undefined) return { outcome: outcomeOf(facts), detail: failure?.detail ?? '', tls, answer: undefined };
  return { outcome: 'answered', detail: '', tls, answer: { status, headers, body: body.toString(), redirect } };
}

/** For a request without an answer. */
function outcomeOf({ tcp, tls, failure }: HttpFacts): Outcome {
  const connection = tls ?? tcp;
  if (connection && !connection.reached) return connection.reason;
  switch (failure?.reason) {
    case 'timed-out':
      return 'silent';
    case 'malformed':
    case 'head-too-large':
      return 'garbled';
    default:
      return 'closed';
  }
}
