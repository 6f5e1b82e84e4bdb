import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from './identity.ts';
import type { ClearTextUses } from './clear-text.ts';
import type { RequestRate } from './request-rate.ts';
import type { RequestsUnderWay } from './admission.ts';
import type { LimitCounts } from './shared-limits.ts';
import type { ChallengeAnswers } from './challenge-answers.ts';
import type { Identity } from './access/identity.ts';
import type { EdgeKey } from './notices.ts';
import type { EdgeSnapshot } from './snapshot.ts';

export interface Endpoints {
  /** The client's address; IPv4-mapped addresses in dotted form. */
  remoteAddress: string;
  remotePort: number;
  /** Our address and port. */
  localAddress: string;
  localPort: number;
}

/** Where a connection comes from. If a PROXY header introduced it, the endpoints are those of the visitor's connection to the proxy. */
export interface Origin extends Endpoints {
  /** The PROXY header does not tell: the endpoints are the proxy's and ours, but what comes is not the proxy's. */
  isAnonymous?: boolean;
  /** The visitor used TLS, which the proxy has ended. */
  overTls?: boolean;
}

/** Properties of a client connection that are known before its first request. */
export interface ConnectionFacts extends Origin {
  /** True for TLS. */
  secure: boolean;
  /** Not TLS on the https port: requests are redirected there, except those of a proxy that ends TLS. */
  redirects: boolean;
  /** SNI in lower case; undefined if the client sent none. */
  serverName: string | undefined;
  /** The TLS policy of the handshake (see `tlsPolicyOf`). A request for a site with another policy gets 421. */
  policy: string;
  clientCertificate?: ClientCertificate | undefined;
}

/** One line of the access log. It contains no secrets: no query, no header fields, no body. */
export interface AccessEntry {
  /** Six random bytes, base64url. The app gets it as X-Request-Id, and error pages show it. */
  id: string;
  /** The visitor's address; behind a trusted proxy, the last untrusted address of the chain. */
  client: string;
  method: string;
  host: string;
  /** Without the query. */
  path: string;
  protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';
  status: number;
  /** Body bytes sent to the client. */
  bytes: number;
  /** From the end of the request head to the first byte of the response; undefined if none was sent. */
  firstByteMs: number | undefined;
  durationMs: number;
  kind: 'plain' | 'sse' | 'ndjson' | 'websocket';
  /** How the visitor has identified, and as whom: `key laptop`. */
  user?: string;
  /** Which of the app's instances got the request. Absent if there is one. */
  instance?: string;
  /** How many others it went to before. */
  retries?: number;
  /** Why the request failed: an `edge.*` code, or `client-gone`. */
  error?: string;
  /** The system's or OpenSSL's error message, or what `edge.clear-text` exposed. Never sent to clients. */
  detail?: string;
}

/** A connection being served. The worker counts it for `status` and closes it on drain. */
export interface EdgeConnection {
  /** The number of open requests and streams. */
  openStreams(): number;
  /** Closes the connection once its open requests are done, or immediately if idle. HTTP/2 sends GOAWAY. */
  drain(): void;
  /** Closes it immediately. */
  destroy(): void;
  /** Cuts the requests and streams of visitors for whom `isMeant`; `error` is for the access log. */
  endStreams(isMeant: (visitor: Identity) => boolean, error: string): void;
}

/** The worker's interface for its connections. */
export interface EdgeContext {
  /** The current snapshot; read for every request. */
  snapshot(): EdgeSnapshot;
  /** The answers to an authority's validation requests. */
  challenges(): ChallengeAnswers;
  /** The access keys in force, by digest. */
  keys(): ReadonlyMap<string, EdgeKey>;
  noteKeyUse(digest: string, nowMs: number): void;
  log(entry: AccessEntry): void;
  /** Requests over plain HTTP that should have come over HTTPS. */
  clearText: ClearTextUses;
  /** Limits requests for our own documents. */
  documentRate: RequestRate;
  /** True once the worker drains: responses then close their connection. */
  draining(): boolean;
  requestsUnderWay: RequestsUnderWay;
  limitCounts: LimitCounts;
  /** Call once per connection. Returns a function to call when it has closed. */
  register(connection: EdgeConnection): () => void;
}

/** Serves a protocol on an accepted socket until it closes. `first`: bytes that were already read from it. */
export type ConnectionHandler = (
  socket: Socket | TLSSocket,
  facts: ConnectionFacts,
  context: EdgeContext,
  first?: Buffer,
) => void;
