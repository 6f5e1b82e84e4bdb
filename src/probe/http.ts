import type { Socket } from 'node:net';
import { type Answer, type AnswerOptions, collectAnswer, noAnswer } from './answer.ts';
import { connectTcp, type Target, type TcpFacts, timeIsUp, defaultTimeoutMs } from './connect.ts';
import type { HttpFailure } from './failure.ts';
import { exchangeHttp1 } from './http1.ts';
import { exchangeHttp2 } from './http2.ts';
import {
  type CurrentVisit,
  type NextVisit,
  type Redirect,
  redirectOf,
  type RedirectPolicy,
  type Way,
} from './redirects.ts';
import { handshake, type TlsFacts } from './tls.ts';
import { authorityOf, hrefOf, type HttpUrl, readUrl } from './url.ts';

/** ALPN names. */
export type HttpVersion = 'http/1.1' | 'h2';

export type HttpTarget = Visit & (VerifiedRequest | UnverifiedRequest);

interface Visit extends Omit<Target, 'host' | 'port'> {
  /** `http:` or `https:`. Its credentials are not sent. */
  url: string | HttpUrl;
  /** Offered by ALPN. Plain HTTP uses HTTP/2 only if it is the only version listed. Default: HTTP/1.1 without ALPN. */
  versions?: readonly [HttpVersion, ...HttpVersion[]];
  /** PEM. Default: the system's roots. */
  roots?: string[];
  /** See `TlsTarget`. */
  partialChain?: boolean;
  /** Limits the connection, the handshake and the answer, each separately and anew for each redirect. Default 10 s. */
  timeoutMs?: number;
  /** See `AnswerOptions`. For reading the beginning of a stream. */
  bodyTimeoutMs?: number;
  /** Limits the whole visit, including redirects. Default: none. */
  deadlineMs?: number;
  /** Reads at most this much of the body. Default 64 KiB. */
  limitBytes?: number;
  /** Default: redirects are reported, not followed. */
  redirects?: RedirectPolicy;
}

interface VerifiedRequest {
  /** Default: GET. */
  method?: string;
  headers?: Readonly<Record<string, string>>;
  allowUnverified?: never;
}

/**
 * For visits that prove nothing: sends the request even if the certificate does not verify. It carries no secrets, and
 * its answer must be read together with the facts of the handshake.
 */
interface UnverifiedRequest {
  allowUnverified: true;
  method?: 'GET' | 'HEAD';
  headers?: never;
}

/** One server's answer. */
export interface HttpStop extends Answer {
  url: string;
  /** undefined for http://. */
  tls: TlsFacts | undefined;
  /** undefined for https://. */
  tcp: TcpFacts | undefined;
  /** undefined: the answer is not a redirect. */
  redirect: Redirect | undefined;
}

/** The last stop, and the stops before it. */
export interface HttpFacts extends HttpStop {
  /** The redirects followed, in order. */
  before: readonly HttpStop[];
}

/** The options that are the same at every stop. */
type Terms = Omit<Visit, keyof Way | 'url' | 'deadlineMs'> & { allowUnverified?: boolean };

/**
 * Makes one visit over HTTP/1.1 or HTTP/2. Sends nothing over unverified connections, unless allowed. Reports failures
 * of the server instead of rejecting.
 */
export async function probeHttp(target: HttpTarget): Promise<HttpFacts> {
  const { url, method = 'GET', headers = {}, address, socketPath, preface, deadlineMs, ...terms } = target;
  const late = new AbortController();
  const timer = deadlineMs === undefined ? undefined : terms.clock.after(deadlineMs, () => late.abort(timeIsUp));
  const signal = terms.signal ? AbortSignal.any([terms.signal, late.signal]) : late.signal;
  const way: Way = {
    ...(address !== undefined && { address }),
    ...(socketPath !== undefined && { socketPath }),
    ...(preface !== undefined && { preface }),
  };
  const before: HttpStop[] = [];
  let next: NextVisit = { url: typeof url === 'string' ? readUrl(url) : url, way, method, headers };
  try {
    for (;;) {
      const visited = [...before.map((stop) => stop.url), hrefOf(next.url)];
      const { stop, next: following } = await visit({ ...next, visited }, { ...terms, signal });
      if (!following) return { ...stop, before };
      before.push(stop);
      next = following;
    }
  } finally {
    timer?.cancel();
  }
}

async function visit(here: CurrentVisit, terms: Terms): Promise<{ stop: HttpStop; next?: NextVisit }> {
  const { url, method } = here;
  const place = { url: hrefOf(url), tls: undefined, tcp: undefined, redirect: undefined };
  const { socket, version, failure, ...connection } = await connect(here, terms);
  if (!socket) return { stop: { ...place, ...connection, ...noAnswer(failure) } };
  const { timeoutMs = defaultTimeoutMs, limitBytes = 65_536 } = terms;
  const { host: authority = authorityOf(url), ...headers } = { ...defaultHeaders, ...lowerCase(here.headers) };
  const request = { method, secure: url.secure, authority, path: url.path, headers };
  let redirection: ReturnType<typeof redirectOf>;
  const wantsBody: AnswerOptions['wantsBody'] = (status, headers) => {
    redirection = redirectOf({ status, headers }, here, terms.redirects);
    return redirection?.next === undefined;
  };
  const answer = await collectAnswer({ ...terms, timeoutMs, limitBytes, wantsBody }, (sink) =>
    (version === 'h2' ? exchangeHttp2 : exchangeHttp1)(socket, request, sink),
  );
  socket.destroy();
  const stop = { ...place, ...connection, ...answer, redirect: redirection?.redirect };
  return { stop, ...(redirection?.next && { next: redirection.next }) };
}

const defaultHeaders: Record<string, string> = { accept: '*/*', 'user-agent': 'everyhop' };

interface Connection {
  tls?: TlsFacts;
  tcp?: TcpFacts;
  /** undefined: no request may be sent; see `failure`. */
  socket?: Socket;
  version?: HttpVersion;
  failure?: HttpFailure;
}

async function connect({ url, way }: CurrentVisit, terms: Terms): Promise<Connection> {
  const { versions } = terms;
  const place = { ...terms, ...way, host: url.host, port: url.port };
  if (!url.secure) {
    const { facts: tcp, socket } = await connectTcp(place);
    return tcp.reached && socket
      ? { tcp, socket, version: !versions || versions.includes('http/1.1') ? 'http/1.1' : 'h2' }
      : { tcp, failure: failureIn(tcp) };
  }
  const { facts: tls, socket } = await handshake({ ...place, ...(versions && { alpn: [...versions] }) });
  if (!tls.reached || !socket) return { tls, failure: failureIn(tls) };
  const refuse = (failure: HttpFailure): Connection => {
    socket.destroy();
    return { tls, failure };
  };
  const { problemCode = '' } = tls;
  if (!tls.verified && terms.allowUnverified !== true) {
    return refuse({ reason: 'unverified', code: problemCode, detail: problemCode });
  }
  // A server that ignores ALPN speaks HTTP/1.1 (RFC 9113 §3.2).
  const version = (tls.alpn ?? 'http/1.1') as HttpVersion;
  if (versions && !versions.includes(version)) return refuse({ reason: 'no-version', detail: '' });
  return { tls, socket, version };
}

function failureIn(facts: TcpFacts | TlsFacts): HttpFailure {
  if (facts.reached) return { reason: 'failed', detail: '' };
  const { reached: _, ...cause } = facts;
  return cause;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
