import type { Socket } from 'node:net';
import { type Answer, type AnswerOptions, collectAnswer, noAnswer } from './answer.ts';
import { connectTcp, type Target, type TcpFacts, timeIsUp, usualTimeoutMs } from './connect.ts';
import type { HttpFailure } from './failure.ts';
import { exchangeHttp1 } from './http1.ts';
import { exchangeHttp2 } from './http2.ts';
import {
  type HereVisit,
  type NextVisit,
  type Redirect,
  redirectOf,
  type RedirectPolicy,
  type Way,
} from './redirects.ts';
import { handshake, type TlsFacts } from './tls.ts';
import { authorityOf, hrefOf, type HttpUrl, readUrl } from './url.ts';

/** As ALPN spells them. */
export type HttpVersion = 'http/1.1' | 'h2';

export type HttpTarget = Visit & (VerifiedOnly | EvenUnverified);

interface Visit extends Omit<Target, 'host' | 'port'> {
  /** `http:` or `https:`. Credentials in it are not sent. */
  url: string | HttpUrl;
  /** Offered by ALPN over https. Plain HTTP speaks HTTP/2 only if it is the only one. Default: HTTP/1.1 without ALPN. */
  versions?: readonly [HttpVersion, ...HttpVersion[]];
  /** PEM. Default: the system's roots. */
  roots?: string[];
  /** See `TlsTarget`. */
  partialChain?: boolean;
  /** Limits the connection, the handshake and the answer, each on its own and at each stop. Default 10 s. */
  timeoutMs?: number;
  /** Limits the body, counted from its head, instead of the rest of `timeoutMs`. For the beginning of a stream. */
  bodyTimeoutMs?: number;
  /** Limits the whole visit, redirects included. Default: none. */
  deadlineMs?: number;
  /** Reads at most this much of the body. Default 64 KiB. */
  limitBytes?: number;
  /** Default: a redirect is reported, not followed. */
  redirects?: RedirectPolicy;
}

interface VerifiedOnly {
  /** Default: GET. */
  method?: string;
  headers?: Readonly<Record<string, string>>;
  evenUnverified?: never;
}

/**
 * For a visit that proves nothing: the request goes out even if the certificate does not verify. It carries no secret, and
 * its answer has to be read together with the facts of the handshake.
 */
interface EvenUnverified {
  evenUnverified: true;
  method?: 'GET' | 'HEAD';
  headers?: never;
}

/** What one server answered. */
export interface HttpStop extends Answer {
  url: string;
  /** undefined for http://. */
  tls: TlsFacts | undefined;
  /** undefined for https://. */
  tcp: TcpFacts | undefined;
  /** undefined: the answer is no redirect. */
  redirect: Redirect | undefined;
}

/** The last stop, and the stops before it. */
export interface HttpFacts extends HttpStop {
  /** In order. The visitor followed the redirect of each. */
  before: readonly HttpStop[];
}

/** The same at every stop. */
type Terms = Omit<Visit, keyof Way | 'url' | 'deadlineMs'> & { evenUnverified?: boolean };

/** One visit over HTTP/1.1 or HTTP/2, over verified connections or none at all. Never rejects for what a server does. */
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
      const { stop, next: onward } = await visit({ ...next, visited }, { ...terms, signal });
      if (!onward) return { ...stop, before };
      before.push(stop);
      next = onward;
    }
  } finally {
    timer?.cancel();
  }
}

async function visit(here: HereVisit, terms: Terms): Promise<{ stop: HttpStop; next?: NextVisit }> {
  const { url, method } = here;
  const place = { url: hrefOf(url), tls: undefined, tcp: undefined, redirect: undefined };
  const { socket, version, failure, ...connection } = await connect(here, terms);
  if (!socket) return { stop: { ...place, ...connection, ...noAnswer(failure) } };
  const { timeoutMs = usualTimeoutMs, limitBytes = 65_536 } = terms;
  const { host: authority = authorityOf(url), ...headers } = { ...usualHeaders, ...lowerCase(here.headers) };
  const request = { method, secure: url.secure, authority, path: url.path, headers };
  let onward: ReturnType<typeof redirectOf>;
  const wantsBody: AnswerOptions['wantsBody'] = (status, headers) => {
    onward = redirectOf({ status, headers }, here, terms.redirects);
    return onward?.next === undefined;
  };
  const answer = await collectAnswer({ ...terms, timeoutMs, limitBytes, wantsBody }, (sink) =>
    (version === 'h2' ? exchangeHttp2 : exchangeHttp1)(socket, request, sink),
  );
  socket.destroy();
  const stop = { ...place, ...connection, ...answer, redirect: onward?.redirect };
  return { stop, ...(onward?.next && { next: onward.next }) };
}

const usualHeaders: Record<string, string> = { accept: '*/*', 'user-agent': 'everyhop' };

interface Connection {
  tls?: TlsFacts;
  tcp?: TcpFacts;
  /** undefined: no request may be sent; `failure` says why. */
  socket?: Socket;
  version?: HttpVersion;
  failure?: HttpFailure;
}

async function connect({ url, way }: HereVisit, terms: Terms): Promise<Connection> {
  const { versions } = terms;
  const place = { ...terms, ...way, host: url.host, port: url.port };
  if (!url.secure) {
    const { facts: tcp, socket } = await connectTcp(place);
    return tcp.reached && socket
      ? { tcp, socket, version: !versions || versions.includes('http/1.1') ? 'http/1.1' : 'h2' }
      : { tcp, failure: causeIn(tcp) };
  }
  const { facts: tls, socket } = await handshake({ ...place, ...(versions && { alpn: [...versions] }) });
  if (!tls.reached || !socket) return { tls, failure: causeIn(tls) };
  const refuse = (failure: HttpFailure): Connection => {
    socket.destroy();
    return { tls, failure };
  };
  const { problemCode = '' } = tls;
  if (!tls.verified && terms.evenUnverified !== true) {
    return refuse({ reason: 'unverified', code: problemCode, detail: problemCode });
  }
  // A server that ignores ALPN speaks HTTP/1.1 (RFC 9113 §3.2).
  const version = (tls.alpn ?? 'http/1.1') as HttpVersion;
  if (versions && !versions.includes(version)) return refuse({ reason: 'no-version', detail: '' });
  return { tls, socket, version };
}

function causeIn(facts: TcpFacts | TlsFacts): HttpFailure {
  if (facts.reached) return { reason: 'failed', detail: '' };
  const { reached: _, ...cause } = facts;
  return cause;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
