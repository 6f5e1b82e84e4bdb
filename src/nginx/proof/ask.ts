import type { Clock } from '../../base/clock.ts';
import type { TlsFacts } from '../../probe/tls.ts';
import type { Unreached } from '../../probe/connect.ts';
import { type HttpFacts, probeHttp } from '../../probe/http.ts';
import { proxyLine } from '../../probe/proxy-protocol.ts';
import { usualPort } from '../../probe/url.ts';
import type { Target } from './target.ts';

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
  headers: HttpFacts['headers'];
  /** At most 4 KiB of it, and what came within a second. */
  body: string;
  /** Where it sends its client. */
  redirect: HttpFacts['redirect'];
}

const usualTimeoutMs = 5_000;
const bodyLimitBytes = 4096;
/** A stream has no end; its beginning is enough. */
const bodyTimeMs = 1_000;

/** One GET, as a visitor's browser would send it: HTTP/2 where the server wants that. Whatever happens is a fact. */
export async function ask(target: Target, path: string, options: AskOptions): Promise<Asked> {
  const { address, socketPath, port, name: host, secure } = target;
  const { clock, roots, timeoutMs = usualTimeoutMs } = options;
  const isLocal = socketPath !== undefined;
  const facts = await probeHttp({
    url: { secure, host, port: isLocal ? usualPort(secure) : port, path },
    ...(isLocal ? { socketPath } : { address }),
    ...(target.proxyProtocol && { preface: proxyLine(isLocal ? undefined : address, port) }),
    clock,
    timeoutMs,
    bodyTimeoutMs: Math.min(bodyTimeMs, timeoutMs),
    limitBytes: bodyLimitBytes,
    versions: ['h2', 'http/1.1'],
    // An authority of one's own need not show its root to be known again.
    ...(roots && { roots, partialChain: true }),
    // What is asked holds no secret and goes to this machine's own nginx, whose sites may well show certificates that they
    // made themselves. Both are told: the answer, and whether it verifies.
    evenUnverified: true,
  });
  const { status, headers, body, redirect, failure } = facts;
  const tls = facts.tls?.reached ? facts.tls : undefined;
  if (status === undefined) return { outcome: outcomeOf(facts), detail: failure?.detail ?? '', tls, answer: undefined };
  return { outcome: 'answered', detail: '', tls, answer: { status, headers, body: body.toString(), redirect } };
}

/** Of a visit without an answer. */
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
