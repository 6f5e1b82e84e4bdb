import type { EdgeContext } from '../../connection.ts';
import type { LocalResponse } from '../../local-response.ts';
import type { EdgeRequest } from '../../request.ts';
import type { EdgeSite } from '../../snapshot.ts';
import type { Identity } from '../identity.ts';
import type { Outcome, Way } from '../way.ts';
import { isAllowed } from './account.ts';
import { accountRefusal, found, logInNeeded } from './answers.ts';
import { type LogIn, logInsOf, scopeOf } from './log-in.ts';
import { acceptsPages, isFromElsewhere, isPageVisit, urlOf } from './origin.ts';
import { logInPath } from './paths.ts';
import { safeReturnPath } from './return-path.ts';
import { identityOf, type Session } from './session.ts';
import type { EdgeOidc } from './settings.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Visitors who have logged in at an OpenID provider. */
export function oidcWay(settings: EdgeOidc, site: EdgeSite): Way {
  const logIn = logInsOf(site)!.get(scopeOf(site, settings))!;
  return new OidcWay(logIn, settings);
}

class OidcWay implements Way {
  readonly #logIn: LogIn;
  readonly #settings: EdgeOidc;
  readonly #identities = new WeakMap<Session, Identity | 'refused'>();

  constructor(logIn: LogIn, settings: EdgeOidc) {
    this.#logIn = logIn;
    this.#settings = settings;
  }

  identify(request: EdgeRequest, _context: EdgeContext): Outcome | undefined {
    const nowMs = Date.now();
    const session = this.#logIn.session(request, nowMs);
    if (!session) return undefined;
    const { method, upgrade } = request.head;
    if ((upgrade !== undefined || !safeMethods.has(method)) && isFromElsewhere(request))
      return { refused: 'edge.oidc-cross-origin' };
    let identity = this.#identities.get(session);
    if (!identity) {
      const { allow } = this.#settings;
      identity = isAllowed(session.account, allow) ? identityOf(session, this.#logIn.cookie) : 'refused';
      this.#identities.set(session, identity);
    }
    if (identity === 'refused') {
      const answer = accountRefusal(request, session.account, safeReturnPath(request.head.target), []);
      return { refused: 'edge.oidc-account', answer };
    }
    const renewal = this.#logIn.renewal(request, session, nowMs);
    return { identity: renewal === undefined ? identity : { ...identity, responseFields: ['Set-Cookie', renewal] } };
  }

  challenge(request: EdgeRequest, _context: EdgeContext): LocalResponse | undefined {
    const { target, fields } = request.head;
    if (!isPageVisit(request)) return acceptsPages(fields) ? logInNeeded(request, safeReturnPath(target)) : undefined;
    const answer = this.#logIn.begin(request, target, Date.now());
    if (!(answer instanceof Promise)) return answer;
    // That page waits for the provider.
    return found(urlOf(request, `${logInPath}?return=${encodeURIComponent(safeReturnPath(target))}`), []);
  }
}
