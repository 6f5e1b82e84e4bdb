import { errorResponse, type ErrorStatus } from './error-page.ts';
import { fieldOf, type LocalResponse } from './local-response.ts';
import type { AccessEntry, ConnectionFacts, EdgeContext } from './connection.ts';
import { pathOf, type RequestHead } from './http1/head.ts';
import type { ResponseHead } from './http1/response-head.ts';
import { bodyTimeoutMs } from './limits.ts';
import { requestId } from './request-id.ts';
import type { Identity } from './access/identity.ts';
import type { EdgeRoute, EdgeSite, EdgeSnapshot, EdgeUpstream } from './snapshot.ts';
import { directVisitor, type Visitor } from './visitor.ts';
import type { Dispatch } from './upstream/dispatch.ts';
import type { Group } from './upstream/group.ts';
import type { RunningExchange, ExchangeFailure } from './upstream/exchange.ts';

/**
 * One request, from its head to its line in the access log. HTTP/1 and HTTP/2 fill the same record, so features that
 * inspect or decide on requests are written once. Only the transfer of bytes to the client depends on the protocol.
 */
export interface EdgeRequest {
  readonly facts: ConnectionFacts;
  readonly protocol: AccessEntry['protocol'];
  /** `unreadHead` if the client's head is invalid. */
  readonly head: RequestHead;
  readonly id: string;
  /** Set again once the request is known to come from a trusted proxy. */
  visitor: Visitor;
  /** When the head was complete. All times here are in milliseconds of the monotonic clock. */
  readonly beganMs: number;
  /** The visitor, on a route whose `access` asks for it. */
  identity: Identity | undefined;
  /** A service that decides on it, while it does. */
  consultation: { cancel(): void } | undefined;
  /** The route of its path, once found. */
  route: EdgeRoute | undefined;
  /** Where to forward it; undefined while undecided, and if the edge answers it. */
  forwarding: Forwarding | undefined;
  /** The exchange with the app, once forwarded. */
  upstream: RunningExchange | undefined;
  /** True once the whole body has arrived. */
  bodyDone: boolean;
  /** Start of the body time limit: when the client last sent body bytes, or was last allowed to resume. */
  bodyHeardMs: number;
  /** The app is not accepting body bytes at the moment, so the client's time limit is suspended. */
  bodyHeld: boolean;
  /** Response status; 0 until the response starts. */
  status: number;
  /** Body bytes sent to the client. */
  bytes: number;
  firstByteMs: number | undefined;
  kind: AccessEntry['kind'];
  error: string | undefined;
  detail: string | undefined;
  /** The response is complete or the app aborted it, so a client that closes now does not count as `client-gone`. */
  finished: boolean;
  /** It is in the access log, and counts for nothing any more. */
  isOver: boolean;
  /** For Everyhop's own proof requests: the token must not appear in the log. */
  unlogged: boolean;
  /** For `RequestsUnderWay.end`; undefined if it is not counted. */
  underWay: string | undefined;
  /** For `StreamCounts.end`; undefined if it does not count as a stream. */
  stream: string | undefined;
}

/** The site and route of a request, and the snapshot that contains them. */
export interface Forwarding {
  snapshot: EdgeSnapshot;
  site: EdgeSite;
  route: EdgeRoute;
  /** The one of the route's instances that gets it. */
  upstream: EdgeUpstream;
  /** undefined for the usual route: one instance, no health check, no `wait_for_app`. */
  group: Group | undefined;
  /** Set once forwarded to a group. */
  dispatch: Dispatch | undefined;
}

/** Placeholder for an invalid head. */
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

/** @param bodyDone true if no body follows the head. */
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
    visitor: directVisitor(facts),
    beganMs,
    identity: undefined,
    consultation: undefined,
    route: undefined,
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
    isOver: false,
    unlogged: false,
    underWay: undefined,
    stream: undefined,
  };
}

/** Sends body bytes to the app. False: send no more until `releaseBody`. */
export function sendBody(request: EdgeRequest, bytes: Buffer): boolean {
  request.bodyHeardMs = performance.now();
  if (request.upstream!.send(bytes)) return true;
  request.bodyHeld = true;
  return false;
}

/** The app accepts body bytes again. Returns true if the client was paused. */
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

/** The app's response starts. */
export function beginResponse(request: EdgeRequest, response: ResponseHead): void {
  request.status = response.status;
  request.firstByteMs = performance.now() - request.beganMs;
  request.kind = streamKind(fieldOf(response.fields, 'content-type'));
}

/** For an upgrade request, which has no body. @param status sent to the client: 101, or 200 in HTTP/2. */
export function beginTunnel(request: EdgeRequest, status: number): void {
  request.status = status;
  request.firstByteMs = performance.now() - request.beganMs;
  request.kind = 'websocket';
  request.bodyDone = true;
  request.finished = true;
}

/** The edge answers the request. Returns the body to send. */
export function beginLocalResponse(request: EdgeRequest, answer: LocalResponse): Buffer {
  request.status = answer.status;
  request.firstByteMs = performance.now() - request.beganMs;
  const body = request.head.method === 'HEAD' ? emptyBody : answer.body;
  request.bytes = body.length;
  return body;
}

const emptyBody = Buffer.alloc(0);

/**
 * The error page for a request that the edge rejects.
 * @param error for the access log and the page.
 * @param more fields of the response: names and values alternate.
 */
export function refusal(
  request: EdgeRequest,
  status: ErrorStatus,
  error: string,
  more: readonly string[] = [],
): LocalResponse {
  request.error = error;
  const { fields, target, method } = request.head;
  const answer = errorResponse(status, error, request.id, fields, target, method);
  answer.fields.push(...more);
  return answer;
}

/** The error page for a request that the app did not answer. @param detail for the access log. */
export function failureResponse(request: EdgeRequest, failure: ExchangeFailure, detail: string): LocalResponse {
  request.detail = detail;
  if (request.forwarding!.dispatch?.isAwaited && isAbsence(failure)) return startingResponse(request);
  return refusal(request, failure === 'edge.upstream-timeout' ? 504 : 502, failure);
}

/** The app's program does not run, or not yet. */
function isAbsence(failure: ExchangeFailure): boolean {
  return (
    failure === 'edge.upstream-refused' ||
    failure === 'edge.upstream-unreachable' ||
    failure === 'edge.upstream-unresolved'
  );
}

const retryAfterSeconds = 5;

/** For a route with `wait_for_app`: the page opens the app once it answers; a program hears when to ask again. */
export function startingResponse(request: EdgeRequest): LocalResponse {
  const answer = refusal(request, 503, 'edge.app-starting');
  answer.fields.push('Retry-After', String(retryAfterSeconds));
  return answer;
}

/** Ends the request: writes it to the access log. */
export function logRequest(request: EdgeRequest, context: EdgeContext): void {
  request.consultation?.cancel();
  if (request.underWay !== undefined) context.requestsUnderWay.end(request.underWay);
  request.forwarding?.dispatch?.close();
  if (request.stream !== undefined) context.limitCounts.streams.end(request.stream);
  request.isOver = true;
  if (!request.finished) request.error ??= 'client-gone';
  if (request.unlogged) return;
  const { head } = request;
  const entry: AccessEntry = {
    id: request.id,
    client: request.visitor.address,
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
  if (request.identity) entry.user = `${request.identity.way} ${request.identity.name}`.trimEnd();
  const dispatch = request.forwarding?.dispatch;
  if (dispatch) {
    entry.instance = dispatch.instance.name;
    if (dispatch.retries > 0) entry.retries = dispatch.retries;
  }
  if (request.error !== undefined) entry.error = request.error;
  if (request.detail !== undefined) entry.detail = request.detail;
  context.log(entry);
}

/** Writes a connection to the access log that was closed before its first request. */
export function logUnread(facts: ConnectionFacts, error: string, context: EdgeContext): void {
  const request = createRequest(unreadHead, 'HTTP/1.1', facts, true);
  request.error = error;
  logRequest(request, context);
}

/** @param contentType of a response. */
export function streamKind(contentType: string | undefined): 'plain' | 'sse' | 'ndjson' {
  if (contentType === undefined) return 'plain';
  if (contentType.startsWith('text/event-stream')) return 'sse';
  return /^application\/(x-ndjson|jsonl|x-jsonlines|json-seq)/.test(contentType) ? 'ndjson' : 'plain';
}
