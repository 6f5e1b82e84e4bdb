import type { EveryhopError } from '../../../base/errors.ts';
import { errorResponse, type ErrorStatus, languageOf, page, type PageAction } from '../../error-page.ts';
import { fieldOf, type LocalResponse } from '../../local-response.ts';
import { oidcWords } from '../../messages/oidc.ts';
import type { EdgeRequest } from '../../request.ts';
import { type Account, nameOf } from './account.ts';
import { publicPath } from './origin.ts';
import { logInPath, logOutPath } from './paths.ts';

/** @param cookies values of `Set-Cookie`. */
export function found(location: string, cookies: readonly string[], status: 302 | 303 = 302): LocalResponse {
  const fields = ['Location', location, 'Content-Length', '0', 'Cache-Control', 'no-store'];
  return { status, fields: [...fields, ...cookieFields(cookies)], body: Buffer.alloc(0) };
}

function cookieFields(cookies: readonly string[]): string[] {
  return cookies.flatMap((cookie) => ['Set-Cookie', cookie]);
}

/** Where a log-in begins that leads back to a path. @param anew asks for an account. */
function logInAddress(request: EdgeRequest, returnTo: string, anew = false): string {
  const query = new URLSearchParams({
    ...(returnTo !== '/' && { return: returnTo }),
    ...(anew && { account: 'other' }),
  });
  return publicPath(request, query.size === 0 ? logInPath : `${logInPath}?${query.toString()}`);
}

const statuses: Record<string, ErrorStatus> = {
  'edge.oidc-unreachable': 503,
  'edge.oidc-untrusted': 503,
  'edge.oidc-unusable': 503,
  'edge.oidc-client': 503,
  'edge.oidc-rejected': 502,
  'edge.oidc-denied': 403,
};

/** The log-in failed; the log has the reason. */
export function failedLogIn(
  request: EdgeRequest,
  error: EveryhopError,
  returnTo: string,
  cookies: readonly string[],
): LocalResponse {
  request.detail = error.message;
  const status = statuses[error.code] ?? 503;
  const actions: PageAction[] = [{ label: 'edge.page.log-in-again', href: logInAddress(request, returnTo) }];
  return refused(request, status, error.code, { actions, aboutApp: false }, cookies);
}

/** For a call-back without a pending log-in of this browser. */
export function lostLogIn(request: EdgeRequest): LocalResponse {
  return refused(request, 400, 'edge.oidc-lost', {
    actions: [{ label: 'edge.page.log-in', href: logInAddress(request, '/') }],
  });
}

export function accountRefusal(
  request: EdgeRequest,
  account: Account,
  returnTo: string,
  cookies: readonly string[],
): LocalResponse {
  const { unverifiedEmail } = account;
  const name = unverifiedEmail ?? nameOf(account);
  const key = unverifiedEmail === undefined ? 'edge.oidc.account' : 'edge.oidc.account-unverified';
  const message = oidcWords.say(language(request), key, { name });
  request.detail = unverifiedEmail === undefined ? name : `${name}: not verified by the provider`;
  const actions: PageAction[] = [{ label: 'edge.page.other-account', href: logInAddress(request, returnTo, true) }];
  return refused(request, 403, 'edge.oidc-account', { message, actions }, cookies);
}

/** For a frame or a prefetch, which must not lead to the provider. */
export function logInNeeded(request: EdgeRequest, returnTo: string): LocalResponse {
  const actions: PageAction[] = [{ label: 'edge.page.log-in', href: logInAddress(request, returnTo), newTab: true }];
  return refused(request, 401, 'edge.access-needed', { actions });
}

/** @param file for the log. */
export function unusable(request: EdgeRequest, file: string): LocalResponse {
  request.detail = file;
  return refused(request, 503, 'edge.oidc-file', { aboutApp: false });
}

/** A form of another site, or no form at all, asked to log the visitor out. */
export function foreignLogOut(request: EdgeRequest): LocalResponse {
  return refused(request, 403, 'edge.oidc-cross-origin', {
    actions: [{ label: 'edge.page.log-out', href: publicPath(request, logOutPath) }],
  });
}

/** Asks before logging out: a link or picture on any page could lead here. */
export function logOutPage(request: EdgeRequest, account: Account): LocalResponse {
  const message = oidcWords.say(language(request), 'edge.oidc.log-out', { name: nameOf(account) });
  return page(request.head.fields, message, [
    { label: 'edge.page.log-out', href: publicPath(request, logOutPath), post: true },
  ]);
}

export function loggedOutPage(request: EdgeRequest): LocalResponse {
  const message = oidcWords.say(language(request), 'edge.oidc.logged-out', {});
  return page(request.head.fields, message, [{ label: 'edge.page.log-in', href: logInAddress(request, '/') }]);
}

function language({ head }: EdgeRequest): 'en' | 'zh' {
  return languageOf(fieldOf(head.fields, 'accept-language') ?? '');
}

function refused(
  request: EdgeRequest,
  status: ErrorStatus,
  error: string,
  more: { message?: string; actions?: readonly PageAction[]; aboutApp?: false },
  cookies: readonly string[] = [],
): LocalResponse {
  const { id, head } = request;
  request.error = error;
  const answer = errorResponse(status, error, id, head.fields, head.target, head.method, more);
  return { ...answer, fields: [...answer.fields, ...cookieFields(cookies)] };
}
