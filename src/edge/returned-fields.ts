import { splitAuthority } from '../names/authority.ts';
import { corsFields, isCorsField } from './cors.ts';
import { namedByConnection } from './forwarding.ts';
import { changedFields, isChanged } from './header-changes.ts';
import type { ResponseHead } from './http1/response-head.ts';
import type { LocalResponse } from './local-response.ts';
import { referenceFields } from './references.ts';
import type { EdgeRequest } from './request.ts';
import { returnedCookie, returnedReference } from './returned-reference.ts';
import { securityFields } from './security-headers.ts';
import type { EdgeSite } from './snapshot.ts';

const droppedFromResponses = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'alt-svc', // names a port of the app, not of the edge
]);

/** @param lower a field or trailer name in lower case. */
export function isDroppedFromResponses(lower: string): boolean {
  return droppedFromResponses.has(lower);
}

/** The response fields for the client, without framing and hop-by-hop fields. Names and values alternate. */
export function returnedFields(request: EdgeRequest, response: ResponseHead): string[] {
  const { forwarding } = request;
  const { site, route, upstream } = forwarding!;
  const { cors, securityHeaders } = route;
  const changes = route.headers?.response;
  const named = namedByConnection(response.fields);
  const result: string[] = [];
  const hsts = hstsField(request, site);
  const { fields } = response;
  for (let at = 0; at < fields.length; at += 3) {
    const lower = fields[at + 1]!;
    let value = fields[at + 2]!;
    if (droppedFromResponses.has(lower) || named?.has(lower)) continue;
    if (lower === 'content-length' && response.status === 205) continue; // its body is dropped
    if (changes && isChanged(changes, lower)) continue;
    if (cors && isCorsField(lower)) continue;
    if (lower === 'strict-transport-security' && (hsts.length > 0 || isHstsOurs(request))) continue;
    const inReferences = referenceFields.get(lower);
    if (inReferences) value = inReferences(value, (reference) => returnedReference(reference, request));
    else if (lower === 'set-cookie') value = returnedCookie(value, request);
    else if (lower === 'access-control-allow-origin' && upstream.ownOrigin !== undefined)
      value = value.toLowerCase() === upstream.ownOrigin.toLowerCase() ? `https://${request.head.host}` : value;
    result.push(fields[at]!, value);
  }
  result.push(...hsts);
  const { identity } = request;
  if (identity?.responseFields) result.push(...identity.responseFields);
  const cookie = forwarding!.dispatch?.cookieFor(request.head.fields);
  if (cookie !== undefined && (response.status >= 200 || response.status === 101)) result.push('Set-Cookie', cookie);
  if (site.upgradeInsecureRequests) result.push('Content-Security-Policy', 'upgrade-insecure-requests');
  // An informational response is no answer yet.
  if (response.status < 200) return result;
  if (changes) result.push(...changedFields(changes, request));
  if (cors) result.push(...corsFields(request, cors));
  if (securityHeaders) result.push(...securityFields(securityHeaders, result));
  return result;
}

/** The fields of the edge's own answer: a page must be able to read why it was refused. Names and values alternate. */
export function answeredFields(request: EdgeRequest, { fields }: LocalResponse): string[] {
  const { route } = request;
  if (!route?.cors && !route?.securityHeaders) return fields;
  const result = [...fields];
  // The answer to a preflight has its own.
  if (route.cors && !fields.includes('Access-Control-Allow-Origin')) result.push(...corsFields(request, route.cors));
  if (route.securityHeaders) result.push(...securityFields(route.securityHeaders, result));
  return result;
}

const noField: readonly string[] = [];

/** Strict-Transport-Security with its value, or nothing. */
export function hstsField(request: EdgeRequest, site: EdgeSite): readonly string[] {
  if (site.hstsMaxAgeSeconds === undefined || !sendsHsts(request, site)) return noField;
  const preload = site.hsts === 'preload' ? '; includeSubDomains; preload' : '';
  return ['Strict-Transport-Security', `max-age=${site.hstsMaxAgeSeconds}${preload}`];
}

function sendsHsts({ facts, head }: EdgeRequest, site: EdgeSite): boolean {
  if (site.hsts === 'preload') return true;
  // Whether the visitor's HTTPS lasts is up to the proxy that provides it. A published container port may not be 443.
  return facts.secure && ['', '443'].includes(splitAuthority(head.host)[1]);
}

/** With `auto`, the app does not decide either: it does not know its port. */
function isHstsOurs({ facts, forwarding }: EdgeRequest): boolean {
  return facts.secure && forwarding!.site.hsts === 'auto';
}
