import { type ErrorStatus } from '../error-page.ts';
import { namedByConnection } from '../forwarding.ts';
import type { Fields } from '../http1/head.ts';
import { fieldOf, type LocalResponse } from '../local-response.ts';
import { type EdgeRequest, refusal } from '../request.ts';
import { refuseTrailers } from '../request-fields.ts';
import { isDroppedFromResponses } from '../returned-fields.ts';
import type { EdgeForwardAuth } from '../snapshot.ts';
import { type ServiceAnswer, ServiceExchange } from './service-exchange.ts';
import { serviceRequest, visitedUrl } from './service-request.ts';
import type { Outcome, Way } from './way.ts';

/** Of oauth2-proxy, Authelia and Authentik. A visitor cannot send any of them (identity.ts). */
const commonFields = [
  'x-auth-request-user',
  'x-auth-request-email',
  'x-auth-request-groups',
  'x-auth-request-preferred-username',
  'remote-user',
  'remote-groups',
  'remote-email',
  'remote-name',
  'x-authentik-username',
  'x-authentik-groups',
  'x-authentik-entitlements',
  'x-authentik-email',
  'x-authentik-name',
  'x-authentik-uid',
];

/** Fields with the name of the user, the most readable first. */
const nameFields = [
  'x-forwarded-user',
  'remote-user',
  'x-authentik-username',
  'x-auth-request-preferred-username',
  'x-auth-request-email',
  'x-auth-request-user',
];

const failures: Partial<Record<string, [status: ErrorStatus, code: string]>> = {
  'edge.upstream-timeout': [504, 'edge.forward-auth-timeout'],
  'edge.upstream-untrusted': [502, 'edge.forward-auth-untrusted'],
  'edge.upstream-malformed': [503, 'edge.forward-auth-failed'],
  'too-long': [503, 'edge.forward-auth-failed'],
};

/** Another service decides: it answers 2xx to let a request in, and its other answers are for the visitor. */
export function forwardAuthWay(service: EdgeForwardAuth): Way {
  const copied = new Set(service.copyHeaders ?? commonFields);
  refuseTrailers(copied);
  return {
    async identify(request, context): Promise<Outcome> {
      const exchange = new ServiceExchange(service, serviceRequest(request, service, context.snapshot()));
      request.consultation = exchange;
      const answer = await exchange.answer;
      request.consultation = undefined;
      return conclude(request, answer, service, copied);
    },
  };
}

function conclude(
  request: EdgeRequest,
  answer: ServiceAnswer,
  service: EdgeForwardAuth,
  copied: ReadonlySet<string>,
): Outcome {
  if ('failure' in answer) {
    const { failure, detail } = answer;
    return failed(request, ...(failures[failure] ?? [502, 'edge.forward-auth-unreachable']), detail);
  }
  const { status, fields } = answer.head;
  if (status >= 200 && status < 300) return admitted(fields, copied);
  // 304 would show what the browser has stored.
  if (status === 304 || status >= 500) return failed(request, 503, 'edge.forward-auth-failed', `status ${status}`);
  return { refused: 'edge.forward-auth-refused', answer: refusedAnswer(request, answer, service) };
}

function failed(request: EdgeRequest, status: ErrorStatus, code: string, detail: string): Outcome {
  request.detail = detail;
  return { refused: code, answer: refusal(request, status, code) };
}

function admitted(fields: Fields, copied: ReadonlySet<string>): Outcome {
  const forApp: string[] = [];
  const forVisitor: string[] = [];
  for (let at = 0; at < fields.length; at += 3) {
    const lower = fields[at + 1]!;
    // The edge sends X-Forwarded-User itself, with the name.
    if (copied.has(lower) && lower !== 'x-forwarded-user') forApp.push(fields[at]!, fields[at + 2]!);
    else if (lower === 'set-cookie') forVisitor.push('Set-Cookie', fields[at + 2]!);
  }
  return {
    identity: {
      way: 'forward-auth',
      name: nameOf(fields),
      fields: forApp,
      consumed: copied.has('authorization') ? ['authorization'] : [],
      ...(forVisitor.length > 0 && { responseFields: forVisitor }),
    },
  };
}

/** '' if the service does not say. */
function nameOf(fields: Fields): string {
  const said = nameFields.map((name) => fieldOf(fields, name)).find((value) => value !== undefined && value !== '');
  return said === undefined ? '' : Buffer.from(said, 'latin1').toString();
}

/** The service's own answer, or the way to its log-in page. */
function refusedAnswer(
  request: EdgeRequest,
  { head, body }: { head: { status: number; fields: Fields }; body: Buffer },
  { signIn }: EdgeForwardAuth,
): LocalResponse {
  const { status, fields } = head;
  const cookies: string[] = [];
  const passed: string[] = [];
  const named = namedByConnection(fields);
  for (let at = 0; at < fields.length; at += 3) {
    const lower = fields[at + 1]!;
    if (isDroppedFromResponses(lower) || lower === 'content-length' || lower === 'trailer' || named?.has(lower))
      continue;
    (lower === 'set-cookie' ? cookies : passed).push(fields[at]!, fields[at + 2]!);
  }
  if ((status === 401 || status === 403) && opensPage(request)) {
    // nginx replaces a 401 by a redirect itself, so Authelia says only where to.
    const location = status === 401 ? fieldOf(fields, 'location') : undefined;
    const target = location ?? (signIn === undefined ? undefined : signInUrl(signIn, request));
    if (target !== undefined) return redirect(target, cookies);
  }
  if (fieldOf(fields, 'cache-control') === undefined) passed.push('Cache-Control', 'no-store');
  return { status, fields: [...passed, ...cookies, 'Content-Length', String(body.length)], body };
}

/** Without a page of the browser's own for 401. */
function redirect(location: string, cookies: readonly string[]): LocalResponse {
  const fields = ['Location', location, 'Cache-Control', 'no-store', ...cookies, 'Content-Length', '0'];
  return { status: 302, fields, body: Buffer.alloc(0) };
}

/** `{url}` stands for the visitor's URL; without it, the path of the visit is appended as `rd`, as oauth2-proxy reads it. */
function signInUrl(signIn: string, request: EdgeRequest): string {
  const url = visitedUrl(request);
  if (signIn.includes('{url}')) return signIn.replaceAll('{url}', encodeURIComponent(url));
  // Two slashes at the beginning would name a host.
  const back = signIn.startsWith('/') ? url.replace(/^\w+:\/\/[^/]*[/\\]+/, '/') : url;
  return `${signIn}${signIn.includes('?') ? '&' : '?'}rd=${encodeURIComponent(back)}`;
}

/** A browser opens a page; a script, which cannot follow a log-in, does not. */
function opensPage({ head }: EdgeRequest): boolean {
  if ((head.method !== 'GET' && head.method !== 'HEAD') || head.upgrade !== undefined) return false;
  const mode = fieldOf(head.fields, 'sec-fetch-mode');
  return mode === undefined ? (fieldOf(head.fields, 'accept') ?? '').includes('text/html') : mode === 'navigate';
}
