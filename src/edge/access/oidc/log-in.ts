import { hash } from 'node:crypto';
import type { Configuration } from 'openid-client';
import { EveryhopError } from '../../../base/errors.ts';
import { type LocalResponse } from '../../local-response.ts';
import { type EdgeRequest, refusal } from '../../request.ts';
import { hostName } from '../../routing.ts';
import type { EdgeSite } from '../../snapshot.ts';
import { isAllowed } from './account.ts';
import { accountRefusal, failedLogIn, found, unusable } from './answers.ts';
import { cookiePrefix, cookieText, cookieValues } from './cookies.ts';
import { urlOf } from './origin.ts';
import { callbackPath } from './paths.ts';
import { endedPending, newPending, openPending, pendingCookies, type PendingLogIn } from './pending.ts';
import { type Provider, providerOf } from './provider.ts';
import { safeReturnPath } from './return-path.ts';
import { Seal } from './seal.ts';
import { newSession, openSession, renewed, sealSession, type Session } from './session.ts';
import type { EdgeOidc } from './settings.ts';

/** Cookies that have been opened, with their sessions, for each log-in and worker. */
const mostSessions = 4096;
/** Call-backs that wait for the provider at the same time, in each worker. */
const mostCallbacks = 64;
let callbacks = 0;

/** Log-in at one provider for the routes of a site with the same settings. */
export class LogIn {
  /** Of the routes; they may differ in whom they allow. */
  readonly routes: EdgeOidc[] = [];
  readonly settings: EdgeOidc;
  readonly cookie: string;
  readonly provider: Provider;
  readonly #sessionSeal: Seal;
  readonly #pendingSeal: Seal;
  readonly #sessions = new Map<string, { session: Session; host: string }>();

  /** @param scope as of `scopeOf`. */
  constructor(settings: EdgeOidc, scope: string) {
    this.settings = settings;
    this.cookie = `${cookiePrefix}session-${hash('sha256', scope, 'hex').slice(0, 8)}`;
    this.provider = providerOf(settings);
    this.#sessionSeal = new Seal(settings.cookieKeys, `session\0${scope}`);
    this.#pendingSeal = new Seal(settings.cookieKeys, `log-in\0${scope}`);
  }

  /** The session of a request; undefined: none, or it has ended. */
  session({ head }: EdgeRequest, nowMs: number): Session | undefined {
    const values = cookieValues(head.fields, this.cookie);
    // Browsers send one. A second may be another visitor's.
    if (values.length !== 1 || this.settings.unusableFile !== undefined) return undefined;
    const value = values[0]!;
    const host = hostName(head.host);
    const known = this.#sessions.get(value);
    if (known) return known.host === host && known.session.endMs > nowMs ? known.session : undefined;
    const session = openSession(value, this.#sessionSeal, host, nowMs);
    if (!session) return undefined;
    if (this.#sessions.size >= mostSessions) this.#sessions.delete(this.#sessions.keys().next().value!);
    this.#sessions.set(Buffer.from(value, 'latin1').toString('latin1'), { session, host }); // not a slice of the whole head
    return session;
  }

  /** Value of `Set-Cookie` that puts off the end of a session; undefined: not yet. */
  renewal(request: EdgeRequest, session: Session, nowMs: number): string | undefined {
    const later = renewed(session, this.settings.sessionMs, nowMs);
    return later && this.#sessionCookie(request, later, nowMs);
  }

  /** Sends the visitor to the provider, at once if its description is known. */
  begin(request: EdgeRequest, target: string, nowMs: number, anew = false): LocalResponse | Promise<LocalResponse> {
    if (this.settings.unusableFile !== undefined) return unusable(request, this.settings.unusableFile);
    const known = this.provider.known(nowMs);
    if (known) return this.#sendTo(known, request, target, nowMs, anew);
    return this.provider.configuration(nowMs).then(
      (configuration) => this.#sendTo(configuration, request, target, nowMs, anew),
      (error: unknown) => failedLogIn(request, asFailure(error), safeReturnPath(target), []),
    );
  }

  #sendTo(
    configuration: Configuration,
    request: EdgeRequest,
    target: string,
    nowMs: number,
    anew: boolean,
  ): LocalResponse {
    const { head } = request;
    const pending = newPending(safeReturnPath(target));
    const url = this.provider.logInUrl(configuration, pending, urlOf(request, callbackPath), anew);
    return found(url, pendingCookies(pending, this.#pendingSeal, hostName(head.host), head.fields, nowMs));
  }

  /** The log-in that a call-back belongs to; undefined: not one of this browser's. */
  pending({ head }: EdgeRequest, state: string, nowMs: number): PendingLogIn | undefined {
    return openPending(state, this.#pendingSeal, hostName(head.host), head.fields, nowMs);
  }

  /** Ends a log-in: the visitor comes back from the provider. */
  async finish(request: EdgeRequest, pending: PendingLogIn, nowMs: number): Promise<LocalResponse> {
    const ended = endedPending(pending.state);
    if (this.settings.unusableFile !== undefined) return unusable(request, this.settings.unusableFile);
    if (callbacks >= mostCallbacks) return refusal(request, 503, 'edge.busy');
    callbacks += 1;
    try {
      const configuration = await this.provider.configuration(nowMs);
      const url = new URL(urlOf(request, request.head.target));
      const account = await this.provider.redeem(configuration, url, pending);
      if (!this.routes.some(({ allow }) => isAllowed(account, allow)))
        return accountRefusal(request, account, pending.returnTo, [ended]);
      const session = newSession(account, this.settings.sessionMs, nowMs);
      return found(urlOf(request, pending.returnTo), [ended, this.#sessionCookie(request, session, nowMs)]);
    } catch (error) {
      return failedLogIn(request, asFailure(error), pending.returnTo, [ended]);
    } finally {
      callbacks -= 1;
    }
  }

  /** The provider's address for logging out there, too; undefined: it has none, or does not answer. */
  async logOutUrl(session: Session, returnUrl: string, nowMs: number): Promise<string | undefined> {
    try {
      return this.provider.logOutUrl(await this.provider.configuration(nowMs), returnUrl, session.account);
    } catch {
      return undefined; // a provider that is down does not keep anybody from logging out here
    }
  }

  #sessionCookie({ head }: EdgeRequest, session: Session, nowMs: number): string {
    const named = this.routes.flatMap(({ allow }) => (allow === 'everyone' ? [] : allow.groups));
    const value = sealSession(session, this.#sessionSeal, hostName(head.host), named);
    return cookieText(this.cookie, value, (session.endMs - nowMs) / 1000);
  }
}

/** @throws what is no failure of the provider. */
function asFailure(error: unknown): EveryhopError {
  if (error instanceof EveryhopError) return error;
  throw error;
}

const logIns = new WeakMap<EdgeSite, ReadonlyMap<string, LogIn> | null>();

/** The log-ins of a site by scope; null: it has none. */
export function logInsOf(site: EdgeSite): ReadonlyMap<string, LogIn> | null {
  let known = logIns.get(site);
  if (known !== undefined) return known;
  const found = new Map<string, LogIn>();
  for (const { access } of site.routes) {
    if (!access?.oidc) continue;
    const scope = scopeOf(site, access.oidc);
    let logIn = found.get(scope);
    if (!logIn) found.set(scope, (logIn = new LogIn(access.oidc, scope)));
    logIn.routes.push(access.oidc);
  }
  logIns.set(site, (known = found.size === 0 ? null : found));
  return known;
}

/** Cookies of one scope are of no use in another. */
export function scopeOf(site: EdgeSite, settings: EdgeOidc): string {
  const { issuer, clientId, sessionMs, groupsClaim, scopes } = settings;
  return JSON.stringify([site.hosts[0], issuer, clientId, sessionMs, groupsClaim, scopes]);
}
