import { hash } from 'node:crypto';
import { clientKey } from './admission.ts';
import type { EdgeContext } from './connection.ts';
import type { EdgeLimits } from './limit-scope.ts';
import { fieldOf, type LocalResponse } from './local-response.ts';
import { type EdgeRequest, refusal, streamKind } from './request.ts';
import type { ResponseHead } from './http1/response-head.ts';
import { longestName } from './shared-limits.ts';

/** For 429 where the moment is not known at which a request would be admitted. */
const usualRetrySeconds = 5;

/**
 * The address that limits count; undefined: a trusted proxy that names no visitor. It may act for many, so it has no limit.
 */
export function limitedAddress({ visitor, facts }: EdgeRequest): string | undefined {
  return visitor.proxied && visitor.address === facts.remoteAddress ? undefined : visitor.address;
}

/** The answer to a request that exceeds a limit of its route; undefined: none. Counts it. */
export function exceeded(request: EdgeRequest, limits: EdgeLimits, context: EdgeContext): LocalResponse | undefined {
  const { head } = request;
  // Its client left while access was decided.
  if (request.isOver) return undefined;
  if (limits.bodyBytes !== undefined && typeof head.framing === 'number' && head.framing > limits.bodyBytes)
    return refusal(request, 413, 'edge.body-too-large');
  if (limits.rate) {
    const name = nameOf(request, limits);
    const buckets = request.identity ? context.limitCounts.identities : context.limitCounts.addresses;
    const waitMs = name === undefined ? 0 : buckets.take(name, limits.rate);
    if (waitMs > 0) return refusal(request, 429, 'edge.rate-limited', retryAfter(Math.ceil(waitMs / 1000)));
  }
  return limits.streams !== undefined && mayStream(request) ? countStream(request, limits, context) : undefined;
}

/** The same for a response that turns out to be a stream, to a request that did not look like one. */
export function exceededByStream(
  request: EdgeRequest,
  response: ResponseHead,
  context: EdgeContext,
): LocalResponse | undefined {
  const limits = request.forwarding!.route.limits;
  if (limits?.streams === undefined || request.stream !== undefined) return undefined;
  if (streamKind(fieldOf(response.fields, 'content-type')) === 'plain') return undefined;
  return countStream(request, limits, context);
}

/** True once the response should have begun. */
export function isRequestLate(request: EdgeRequest, nowMs: number): boolean {
  const limitMs = request.forwarding?.route.limits?.requestTimeMs;
  return limitMs !== undefined && request.status === 0 && nowMs - request.beganMs > limitMs;
}

/** The answer to a late request: 408 if the client is still sending it, else the app is late. */
export function latenessResponse(request: EdgeRequest): LocalResponse {
  if (!request.bodyDone) return refusal(request, 408, 'edge.request-late');
  request.forwarding?.dispatch?.noteLate();
  return refusal(request, 504, 'edge.app-late');
}

export function retryAfter(seconds = usualRetrySeconds): readonly string[] {
  return ['Retry-After', String(seconds)];
}

function countStream(
  request: EdgeRequest,
  limits: EdgeLimits,
  { limitCounts }: EdgeContext,
): LocalResponse | undefined {
  const name = nameOf(request, limits);
  if (name === undefined) return undefined;
  if (!limitCounts.streams.begin(name, limits.streams!))
    return refusal(request, 429, 'edge.too-many-streams', retryAfter());
  request.stream = name;
  return undefined;
}

/** Pages and their files are many requests at the same time, and soon done. */
function mayStream({ head }: EdgeRequest): boolean {
  if (head.upgrade !== undefined || !quickMethods.has(head.method)) return true;
  return fieldOf(head.fields, 'accept')?.includes('text/event-stream') ?? false;
}

const quickMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

function nameOf(request: EdgeRequest, { scope }: EdgeLimits): string | undefined {
  const { identity } = request;
  if (identity) {
    const name = `${scope} ${identity.way} ${identity.name}`;
    return name.length > longestName ? hash('sha256', name) : name;
  }
  const address = limitedAddress(request);
  return address === undefined ? undefined : `${scope} ${clientKey(address)}`;
}
