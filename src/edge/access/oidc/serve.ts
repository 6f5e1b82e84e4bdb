import type { EdgeContext } from '../../connection.ts';
import { pathOf } from '../../http1/head.ts';
import type { LocalResponse } from '../../local-response.ts';
import { type EdgeRequest, refusal } from '../../request.ts';
import { compile } from '../../routing.ts';
import type { EdgeSite } from '../../snapshot.ts';
import { admitsAddress } from '../gate.ts';
import { foreignLogOut, found, loggedOutPage, logOutPage, lostLogIn } from './answers.ts';
import { cookieText } from './cookies.ts';
import { type LogIn, logInsOf, scopeOf } from './log-in.ts';
import { isFromElsewhere, urlOf } from './origin.ts';
import { callbackPath, isLogInPath, logInPath, logOutPath } from './paths.ts';
import { safeReturnPath } from './return-path.ts';

type Answer = LocalResponse | Promise<LocalResponse>;

/**
 * Answers on the paths of the log-in, which are the same for all routes of the site, so that the provider needs one redirect URI for a
 * host. undefined: the request is for something else.
 */
export function serveLogIn(request: EdgeRequest, site: EdgeSite, context: EdgeContext): Answer | undefined {
  const { target, method } = request.head;
  const path = pathOf(target);
  if (!isLogInPath(path)) return undefined;
  const all = logInsOf(site);
  if (!all) return undefined;
  const mayEnter = site.routes.some(({ access }) => access?.oidc && admitsAddress(request, site, access));
  if (!mayEnter) return refusal(request, 403, 'edge.access-address');
  if (!context.documentRate.admits(request.visitor.address)) {
    const refused = refusal(request, 429, 'edge.too-many-requests');
    return { ...refused, fields: [...refused.fields, 'Retry-After', '60'] };
  }
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead && !(method === 'POST' && path === logOutPath)) return refusal(request, 405, 'edge.method-refused');
  const logIns = [...all.values()];
  const nowMs = Date.now();
  const query = new URLSearchParams(target.slice(path.length));
  if (path === logInPath) return enter(request, site, logIns, query, context, nowMs);
  if (path === callbackPath) return comeBack(request, logIns, query, nowMs);
  return isRead ? askToLogOut(request, logIns, nowMs) : logOut(request, logIns, nowMs);
}

function enter(
  request: EdgeRequest,
  site: EdgeSite,
  logIns: readonly LogIn[],
  query: URLSearchParams,
  context: EdgeContext,
  nowMs: number,
): Answer {
  const returnTo = safeReturnPath(query.get('return') ?? '/');
  const route = compile(context.snapshot()).route(site, returnTo);
  const settings = typeof route === 'object' ? route.access?.oidc : undefined;
  const logIn = (settings && logInsOf(site)!.get(scopeOf(site, settings))) ?? logIns[0]!;
  const isAnew = query.get('account') === 'other';
  if (!isAnew && logIn.session(request, nowMs)) return found(urlOf(request, returnTo), []);
  return logIn.begin(request, returnTo, nowMs, isAnew);
}

function comeBack(request: EdgeRequest, logIns: readonly LogIn[], query: URLSearchParams, nowMs: number): Answer {
  const state = query.get('state') ?? '';
  for (const logIn of logIns) {
    const pending = logIn.pending(request, state, nowMs);
    if (pending) return logIn.finish(request, pending, nowMs);
  }
  // The button Back leads here, too.
  const isLoggedIn = logIns.some((logIn) => logIn.session(request, nowMs));
  return isLoggedIn ? found(urlOf(request, '/'), []) : lostLogIn(request);
}

function askToLogOut(request: EdgeRequest, logIns: readonly LogIn[], nowMs: number): LocalResponse {
  const session = logIns.map((logIn) => logIn.session(request, nowMs)).find(Boolean);
  return session ? logOutPage(request, session.account) : loggedOutPage(request);
}

async function logOut(request: EdgeRequest, logIns: readonly LogIn[], nowMs: number): Promise<LocalResponse> {
  if (isFromElsewhere(request)) return foreignLogOut(request);
  const here = urlOf(request, logOutPath);
  let next: string | undefined;
  for (const logIn of logIns) {
    const session = logIn.session(request, nowMs);
    if (session) next ??= await logIn.logOutUrl(session, here, nowMs);
  }
  const ended = logIns.map(({ cookie }) => cookieText(cookie, '', 0));
  return found(next ?? here, ended, 303);
}
