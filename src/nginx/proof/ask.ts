import type { Clock } from '../../base/clock.ts';
import type { TlsFacts } from '../../probe/tls.ts';
import type { ConnectFailureReason } from '../../probe/connect.ts';
import { type HttpFacts, probeHttp } from '../../probe/http.ts';
import { proxyLine } from '../../probe/proxy-protocol.ts';
import { defaultPort } from '../../probe/url.ts';
import type { Target } from './target.ts';

export interface AskOptions {
  clock: Clock;
  /** The roots a visitor trusts, PEM. Default: the system's. */
  roots?: string[];
  /** Limits the connection, the handshake and the answer, each on its own. Default 5 s. */
  timeoutMs?: number;
}

/**
 * `answered`: with a status. `closed`: nginx took the request and closed the connection, as `return 444` does. `silent`: no
 * answer in time. `garbled`: the answer is not HTTP. The others: no connection, or no handshake.
 */
export type Outcome =
  | 'answered'
  | 'closed'
  | 'silent'
  | 'garbled'
  | ConnectFailureReason
  | Extract<TlsFacts, { reached: false }>['reason'];

export interface Asked {
  outcome: Outcome;
  /** The text of a failure. */
  detail: string;
  tls: Extract<TlsFacts, { reached: true }> | undefined;
  answer: Answer | undefined;
}

export interface Answer {
  status: number;
  headers: HttpFacts['headers'];
  /** At most 4 KiB, and at most one second of it. */
  body: string;
  /** undefined: it is no redirect. */
  redirect: HttpFacts['redirect'];
}

const usualTimeoutMs = 5_000;
const bodyLimitBytes = 4096;
/** Enough for the beginning of a stream. */
const bodyTimeMs = 1_000;

/** One GET, as a visitor's browser would send it: HTTP/2 where the server prefers it. Never rejects for what nginx does. */
export async function ask(target: Target, path: string, options: AskOptions): Promise<Asked> {
  const { address, socketPath, port, name: host, secure } = target;
  const { clock, roots, timeoutMs = usualTimeoutMs } = options;
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
    // A private authority may be given by its intermediate alone.
    ...(roots && { roots, partialChain: true }),
    // The request holds no secret and goes to this machine's own nginx, whose sites may have self-signed certificates. The
    // caller gets both the answer and whether the certificate verifies.
    allowUnverified: true,
  });
  const { status, headers, body, redirect, failure } = facts;
  const tls = facts.tls?.reached ? facts.tls : undefined;
  if (status === undefined) return { outcome: outcomeOf(facts), detail: failure?.detail ?? '', tls, answer: undefined };
  return { outcome: 'answered', detail: '', tls, answer: { status, headers, body: body.toString(), redirect } };
}

/** For a visit without an answer. */
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
