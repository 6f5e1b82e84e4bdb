import { type Answer, errorAnswer, type ErrorStatus, fieldOf } from './answers.ts';
import type { AccessEntry, ConnectionFacts, EdgeContext } from './connection.ts';
import type { RequestHead, ResponseHead } from './http1/head.ts';
import { bodyTimeoutMs } from './limits.ts';
import { requestId } from './request-id.ts';
import type { EdgeRoute, EdgeSite, EdgeSnapshot } from './snapshot.ts';
import type { Exchange, ExchangeFailure } from './upstream/exchange.ts';

/**
 * One request, from its head to its line in the access log. HTTP/1 and HTTP/2 fill the same record, so that a feature
 * that decides on requests or looks at them is written once; how bytes reach the client is the protocol's own matter.
 */
export interface EdgeRequest {
  readonly facts: ConnectionFacts;
  readonly protocol: AccessEntry['protocol'];
  /** `unreadHead` if the client's could not be read. */
  readonly head: RequestHead;
  readonly id: string;
  /** When the head was complete; this and every time here is in milliseconds of the monotonic clock. */
  readonly beganMs: number;
  /** Where it goes; undefined while undecided, and for a request that the edge answers itself. */
  forwarding: Forwarding | undefined;
  /** The exchange with the app, once the request is forwarded. */
  upstream: Exchange | undefined;
  /** The whole body has arrived. */
  bodyDone: boolean;
  /** The last time that the client could have sent more of its body, or did. */
  bodyHeardMs: number;
  /** The app takes no more of the body for now, and the client's time limit stands still. */
  bodyHeld: boolean;
  /** Of the answer; 0 until it begins. */
  status: number;
  /** Body bytes sent to the client. */
  bytes: number;
  firstByteMs: number | undefined;
  kind: AccessEntry['kind'];
  error: string | undefined;
  detail: string | undefined;
  /** The answer is complete, or broke off at the app's end: the client cannot end it early any more. */
  finished: boolean;
  /** The edge's own proof, whose token is not for the log. */
  unlogged: boolean;
}

/** The site and route that a request was matched to, and the snapshot that they are from. */
export interface Forwarding {
  snapshot: EdgeSnapshot;
  site: EdgeSite;
  route: EdgeRoute;
}

/** Stands for a head that could not be read. */
export const unreadHead: RequestHead = {
  method: '-',
  target: '-',
  minorVersion: 1,
  fields: [],
  host: '',
  framing: 'none',
  keepAlive: false,
  upgrade: undefined,
  expectContinue: false,
};

/** @param bodyDone no body follows the head. */
export function createRequest(
  head: RequestHead,
  protocol: AccessEntry['protocol'],
  facts: ConnectionFacts,
  bodyDone: boolean,
): EdgeRequest {
  const beganMs = performance.now();
  return {
    facts,
    protocol,
    head,
    id: requestId(),
    beganMs,
    forwarding: undefined,
    upstream: undefined,
    bodyDone,
    bodyHeardMs: beganMs,
    bodyHeld: false,
    status: 0,
    bytes: 0,
    firstByteMs: undefined,
    kind: 'plain',
    error: undefined,
    detail: undefined,
    finished: false,
    unlogged: false,
  };
}

/** Sends body bytes to the app. False: it takes no more until `releaseBody`. */
export function sendBody(request: EdgeRequest, bytes: Buffer): boolean {
  request.bodyHeardMs = performance.now();
  if (request.upstream!.send(bytes)) return true;
  request.bodyHeld = true;
  return false;
}

/** The app takes body bytes again. True: the client was held back. */
export function releaseBody(request: EdgeRequest): boolean {
  if (!request.bodyHeld) return false;
  request.bodyHeld = false;
  request.bodyHeardMs = performance.now();
  return true;
}

export function isBodyLate(request: EdgeRequest, nowMs: number): boolean {
  if (request.bodyDone || request.bodyHeld || !request.upstream) return false;
  return nowMs - request.bodyHeardMs > bodyTimeoutMs;
}

/** The app's answer begins. */
export function beginResponse(request: EdgeRequest, response: ResponseHead): void {
  request.status = response.status;
  request.firstByteMs = performance.now() - request.beganMs;
  request.kind = streamKind(fieldOf(response.fields, 'content-type'));
}

/** The request was an upgrade, and has no body. @param status that the client gets: 101, or 200 in HTTP/2. */
export function beginTunnel(request: EdgeRequest, status: number): void {
  request.status = status;
  request.firstByteMs = performance.now() - request.beganMs;
  request.kind = 'websocket';
  request.bodyDone = true;
  request.finished = true;
}

/** Answers from the edge itself. Returns the body to send. */
export function beginAnswer(request: EdgeRequest, answer: Answer): Buffer {
  request.status = answer.status;
  request.firstByteMs = performance.now() - request.beganMs;
  const body = request.head.method === 'HEAD' ? emptyBody : answer.body;
  request.bytes = body.length;
  return body;
}

const emptyBody = Buffer.alloc(0);

/** The page for a request that is refused. @param error for the log. */
export function refusal(request: EdgeRequest, status: ErrorStatus, error: string): Answer {
  request.error = error;
  return errorAnswer(status, request.id, request.head.fields, request.head.target);
}

/** The page for a request that the app did not answer. @param detail for the log. */
export function failureAnswer(request: EdgeRequest, failure: ExchangeFailure, detail: string): Answer {
  request.detail = detail;
  return refusal(request, failure === 'edge.upstream-timeout' ? 504 : 502, failure);
}

/** Ends the record: one line in the access log. */
export function logRequest(request: EdgeRequest, context: EdgeContext): void {
  if (!request.finished) request.error ??= 'client-gone';
  if (request.unlogged) return;
  const { head } = request;
  const entry: AccessEntry = {
    id: request.id,
    client: request.facts.remoteAddress,
    method: head.method,
    host: head.host,
    path: pathOf(head.target),
    protocol: request.protocol,
    status: request.status,
    bytes: request.bytes,
    firstByteMs: request.firstByteMs,
    durationMs: performance.now() - request.beganMs,
    kind: request.kind,
  };
  if (request.error !== undefined) entry.error = request.error;
  if (request.detail !== undefined) entry.detail = request.detail;
  context.log(entry);
}

/** Path without its query. */
function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

/** By the answer's content type. */
function streamKind(contentType: string | undefined): 'plain' | 'sse' | 'ndjson' {
  if (contentType === undefined) return 'plain';
  if (contentType.startsWith('text/event-stream')) return 'sse';
  return /^application\/(x-ndjson|jsonl|x-jsonlines|json-seq)/.test(contentType) ? 'ndjson' : 'plain';
}
