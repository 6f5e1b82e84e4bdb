import { token } from './http1/head.ts';
import { fieldOf, type LocalResponse } from './local-response.ts';
import { type EdgeRequest, refusal } from './request.ts';
import type { EdgeRoute } from './snapshot.ts';

type Cors = NonNullable<EdgeRoute['cors']>;

const usualMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const longestHeaderList = 4096;

/** The answer to a preflight (Fetch §4.8); undefined: the request is none. It comes before access: browsers send it without credentials. */
export function preflightResponse(request: EdgeRequest, cors: Cors): LocalResponse | undefined {
  const { method, fields } = request.head;
  if (method !== 'OPTIONS') return undefined;
  const origin = fieldOf(fields, 'origin');
  if (origin === undefined || fieldOf(fields, 'access-control-request-method') === undefined) return undefined;
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined) return refusal(request, 403, 'edge.cors-origin');
  const result = ['Access-Control-Allow-Origin', allowed];
  if (cors.credentials) result.push('Access-Control-Allow-Credentials', 'true');
  result.push('Access-Control-Allow-Methods', cors.methods?.join(', ') ?? usualMethods);
  const headers = cors.headers?.join(', ') ?? requestedHeaders(fieldOf(fields, 'access-control-request-headers'));
  if (headers !== '') result.push('Access-Control-Allow-Headers', headers);
  // Any website could reach into this network if every origin got this.
  if (cors.origins && fieldOf(fields, 'access-control-request-private-network') === 'true')
    result.push('Access-Control-Allow-Private-Network', 'true');
  result.push(
    'Access-Control-Max-Age',
    String(cors.maxAgeSeconds),
    'Vary',
    'Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Access-Control-Request-Private-Network',
  );
  return { status: 204, fields: result, body: Buffer.alloc(0) };
}

/** The list of the page, if it consists of names. */
function requestedHeaders(list: string | undefined): string {
  if (list === undefined || list.length > longestHeaderList) return '';
  const names = list.split(',').map((name) => name.trim());
  return names.every((name) => token.test(name)) ? names.join(', ') : '';
}

/** The fields of every other response. Names and values alternate. */
export function corsFields({ head }: EdgeRequest, cors: Cors): string[] {
  const origin = fieldOf(head.fields, 'origin');
  const allowed = cors.origins ? origin && allowedOrigin(cors, origin) : '*';
  const result: string[] = [];
  if (allowed) {
    result.push('Access-Control-Allow-Origin', allowed);
    if (cors.credentials) result.push('Access-Control-Allow-Credentials', 'true');
    if (cors.expose.length > 0) result.push('Access-Control-Expose-Headers', cors.expose.join(', '));
  }
  // Caches must not give one origin's answer to another, nor to none.
  if (cors.origins) result.push('Vary', 'Origin');
  return result;
}

/** A field that the app must not send beside ours. */
export function isCorsField(lower: string): boolean {
  return lower.startsWith('access-control-');
}

/** Whether pages of an origin may send requests with the visitor's cookies. */
export function mayActFrom(cors: Cors, origin: string): boolean {
  return cors.credentials && lists(cors, origin);
}

/** Not for `cors: true`, which names none. */
export function lists(cors: Cors, origin: string): boolean {
  return cors.origins !== undefined && allowedOrigin(cors, origin) !== undefined;
}

/** The value of Access-Control-Allow-Origin; undefined: none. An origin comes back only if it is listed. */
function allowedOrigin({ origins }: Cors, origin: string): string | undefined {
  if (!origins) return '*';
  return origins.some((listed) => isSameOrigin(listed, origin)) ? origin : undefined;
}

function isSameOrigin(listed: string, origin: string): boolean {
  const star = listed.indexOf('*.');
  if (star < 0) return listed === origin;
  const [scheme, domain] = [listed.slice(0, star), listed.slice(star + 1)];
  const labels = origin.slice(scheme.length, -domain.length);
  return origin.startsWith(scheme) && origin.endsWith(domain) && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(labels);
}
