import { errorResponse, isErrorStatus } from './error-page.ts';
import { changedFields, isChanged } from './header-changes.ts';
import { type LocalResponse, withBody } from './local-response.ts';
import { outerPrefix } from './outer-prefix.ts';
import { afterPrefix, mayNameHost } from './path-views.ts';
import { type EdgeRequest, refusal } from './request.ts';
import { hstsField } from './returned-fields.ts';
import type { EdgeRoute, EdgeSite } from './snapshot.ts';

type Answer = NonNullable<EdgeRoute['answer']>;
type Redirect = Extract<Answer, { kind: 'redirect' }>;

/** The answer of a route without an app. */
export function answerResponse(request: EdgeRequest, site: EdgeSite, route: EdgeRoute, answer: Answer): LocalResponse {
  const response = answer.kind === 'redirect' ? redirect(request, route, answer) : fixed(request, answer);
  const changes = route.headers?.response;
  const fields = changes
    ? [...without(response.fields, (lower) => isChanged(changes, lower)), ...changedFields(changes, request)]
    : response.fields;
  return { ...response, fields: [...fields, ...hstsField(request, site)] };
}

function redirect(request: EdgeRequest, route: EdgeRoute, { to, status, keepsPath }: Redirect): LocalResponse {
  const { head, visitor } = request;
  const rest = keepsPath ? restOf(head.target, route) : '';
  const isPath = to.startsWith('/');
  if (isPath && mayNameHost(rest)) return refusal(request, 400, 'edge.ambiguous-path');
  const base = rest.startsWith('/') ? to.replace(/\/$/, '') : to;
  const outer = isPath ? outerPrefix(head.fields, visitor.proxied) : '';
  const fields = ['Location', `${outer}${base}${rest}`, 'Content-Length', '0'];
  return { status, fields, body: Buffer.alloc(0) };
}

/** The path after the route's, and the query. Begins with one slash, with `?`, or is empty: a second slash would name a host. */
function restOf(target: string, route: EdgeRoute): string {
  if (!target.startsWith('/')) return '';
  const rest = route.path === '/' ? target : afterPrefix(target, route.path);
  return /^[/\\]/.test(rest) ? rest.replace(/^[/\\]+/, '/') : rest;
}

function fixed(request: EdgeRequest, answer: Exclude<Answer, Redirect>): LocalResponse {
  const { status, body, type, retryAfterSeconds } = answer;
  const retry = retryAfterSeconds === undefined ? [] : ['Retry-After', String(retryAfterSeconds)];
  if (body !== undefined) return withBody(status, type, body, retry);
  if (isErrorStatus(status)) {
    const { head, id } = request;
    const code = status === 404 ? 'edge.no-route' : `edge.fixed-${status}`;
    const page = errorResponse(status, code, id, head.fields, head.target, head.method);
    return { ...page, fields: [...page.fields, ...retry] };
  }
  return { status, fields: status === 204 ? retry : ['Content-Length', '0', ...retry], body: Buffer.alloc(0) };
}

function without(fields: readonly string[], isDropped: (lower: string) => boolean): string[] {
  const result: string[] = [];
  for (let at = 0; at < fields.length; at += 2)
    if (!isDropped(fields[at]!.toLowerCase())) result.push(fields[at]!, fields[at + 1]!);
  return result;
}
