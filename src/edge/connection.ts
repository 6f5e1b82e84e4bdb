import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ChallengeAnswers } from './challenge-answers.ts';
import type { EdgeSnapshot } from './snapshot.ts';

/** What is known of a client connection before its first request. */
export interface ConnectionFacts {
  /** Client's address, IPv4-mapped ones in dotted form. */
  remoteAddress: string;
  remotePort: number;
  /** The address and port of ours that it reached. */
  localAddress: string;
  localPort: number;
  /** TLS or plain. */
  secure: boolean;
  /** SNI, lower case; undefined where none was sent. */
  serverName: string | undefined;
  /** Which TLS policy the handshake ran under (see `tlsPolicyOf`): a request for a site of another policy gets 421. */
  policy: string;
}

/** One line of the access log. Nothing in it is secret: no query, no header, no body. */
export interface AccessEntry {
  /** Six random bytes, base64url: also in X-Request-Id towards the app and on our error pages. */
  id: string;
  client: string;
  method: string;
  host: string;
  /** Without query. */
  path: string;
  protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2';
  status: number;
  /** Body bytes sent to the client. */
  bytes: number;
  /** From the end of the request head to the first byte of the answer; undefined if none was sent. */
  firstByteMs: number | undefined;
  durationMs: number;
  kind: 'plain' | 'sse' | 'ndjson' | 'websocket';
  /** Why it ended early, if it did: a code of the catalogue, or `client-gone`. */
  error?: string;
  /** What the system or OpenSSL said of it; never shown to a visitor. */
  detail?: string;
}

/** A served connection, as the worker sees it: counted by `status`, asked to end by a drain. */
export interface EdgeConnection {
  /** Requests and streams that are open on it now. */
  openStreams(): number;
  /** Ends it once what is open is done: an idle one at once; HTTP/2 with GOAWAY. */
  drain(): void;
  /** Ends it now. */
  destroy(): void;
}

/** What a connection needs of the process that it runs in. */
export interface EdgeContext {
  /** The snapshot in force now; asked anew for every request. */
  snapshot(): EdgeSnapshot;
  /** What an authority that validates is answered. */
  challenges(): ChallengeAnswers;
  log(entry: AccessEntry): void;
  /** True once the worker drains: answers close their connection. */
  draining(): boolean;
  /** Called once per connection; returns the function to call when it has closed. */
  register(connection: EdgeConnection): () => void;
}

/** Serves a protocol on an accepted socket until it closes. `first` holds bytes that were already read from it. */
export type Serve = (socket: Socket | TLSSocket, facts: ConnectionFacts, context: EdgeContext, first?: Buffer) => void;
