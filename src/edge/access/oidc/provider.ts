import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  type Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
} from 'openid-client';
import type { EveryhopError } from '../../../base/errors.ts';
import { oidcError, oidcWords } from '../../messages/oidc.ts';
import { type Account, accountOf, type Claims } from './account.ts';
import { failureOf, metadataUrl, timeoutSeconds } from './failure.ts';
import { verifiedFetch } from './fetch.ts';
import { codeChallenge, type PendingLogIn } from './pending.ts';
import type { EdgeOidc } from './settings.ts';

const minuteMs = 60_000;
/** At the next log-in after this time, the description is fetched again. The library renews the keys. */
const freshMs = 60 * minuteMs;
/** While the provider does not answer, the last description serves this long. */
const staleMs = 24 * 60 * minuteMs;
/** After a failure, log-ins fail at once for this long instead of asking again. */
const failureMs = 5000;
/** Seconds that the clocks of both machines may differ. */
const clockToleranceSeconds = 60;

/** An OpenID provider as seen by one client. */
export class Provider {
  readonly #settings: EdgeOidc;
  #current: { configuration: Configuration; fetchedMs: number } | undefined;
  #failure: { error: EveryhopError; atMs: number } | undefined;
  #loading: Promise<Configuration> | undefined;

  constructor(settings: EdgeOidc) {
    this.#settings = settings;
  }

  /** The provider's description if it need not be fetched. */
  known(nowMs: number): Configuration | undefined {
    if (!this.#current || nowMs - this.#current.fetchedMs > staleMs) return undefined;
    // A failure now is one of the next attempt.
    if (nowMs - this.#current.fetchedMs > freshMs) this.#load(nowMs).catch(() => {});
    return this.#current.configuration;
  }

  /** @throws EveryhopError `edge.oidc-*`. */
  async configuration(nowMs: number): Promise<Configuration> {
    return this.known(nowMs) ?? this.#load(nowMs);
  }

  #load(nowMs: number): Promise<Configuration> {
    if (this.#failure && nowMs - this.#failure.atMs < failureMs) return Promise.reject(this.#failure.error);
    this.#loading ??= discover(this.#settings)
      .then((configuration) => {
        this.#current = { configuration, fetchedMs: nowMs };
        this.#failure = undefined;
        return configuration;
      })
      .catch((error: unknown) => {
        const failure = failureOf(error, this.#settings, 'discovery');
        this.#failure = { error: failure, atMs: nowMs };
        throw failure;
      })
      .finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** The address at the provider for a log-in. @param anew asks for an account even if the browser is logged in there. */
  logInUrl(configuration: Configuration, pending: PendingLogIn, redirectUri: string, anew: boolean): string {
    const { scopes_supported: offered = [], ...metadata } = configuration.serverMetadata();
    const { scopes } = this.#settings;
    const wanted = scopes ?? defaultScopes.filter((scope) => scope !== 'groups' || offered.includes(scope));
    return buildAuthorizationUrl(configuration, {
      scope: [...new Set(['openid', ...wanted])].join(' '),
      redirect_uri: redirectUri,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: codeChallenge(pending),
      code_challenge_method: 'S256',
      ...(anew && { prompt: promptFor(metadata.issuer, metadata['prompt_values_supported']) }),
    }).href;
  }

  /**
   * Redeems the code of a call-back.
   * @param url the call-back as visited.
   * @throws EveryhopError `edge.oidc-*`.
   */
  async redeem(configuration: Configuration, url: URL, pending: PendingLogIn): Promise<Account> {
    const { groupsClaim } = this.#settings;
    try {
      const tokens = await authorizationCodeGrant(configuration, url, {
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.codeVerifier,
        idTokenExpected: true,
      });
      const claims: Claims = { ...tokens.claims()! };
      const sub = String(claims['sub']);
      const account = accountOf(sub, [claims], groupsClaim);
      // Some providers put only `sub` into the ID token.
      const isComplete = account?.email !== undefined && account.groups.length > 0;
      if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return this.#required(account);
      const more: Claims = { ...(await fetchUserInfo(configuration, tokens.access_token, sub)) };
      return this.#required(accountOf(sub, [claims, more], groupsClaim));
    } catch (error) {
      throw failureOf(error, this.#settings, 'log-in');
    }
  }

  #required(account: Account | undefined): Account {
    if (account) return account;
    const { issuer } = this.#settings;
    throw oidcError('edge.oidc-rejected', { issuer, reason: oidcWords('edge.oidc.claim', { claim: 'sub' }) });
  }

  /** The address at the provider that ends the visitor's session there, too; undefined: it has none. */
  logOutUrl(configuration: Configuration, returnUrl: string, account: Account | undefined): string | undefined {
    if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
    return buildEndSessionUrl(configuration, {
      post_logout_redirect_uri: returnUrl,
      ...(account && { logout_hint: account.email ?? account.sub }),
    }).href;
  }
}

const defaultScopes = ['openid', 'email', 'profile', 'groups'];

/** Google has no `login`, others have no `select_account`. */
function promptFor(issuer: string, supported: unknown): string {
  const isOffered = Array.isArray(supported) && supported.includes('select_account');
  return isOffered || issuer === 'https://accounts.google.com' ? 'select_account' : 'login';
}

/** Reads the provider's description. @throws EveryhopError, or an error of the library. */
export async function discover(settings: EdgeOidc, seconds = timeoutSeconds): Promise<Configuration> {
  const { issuer, clientId, clientSecret, rootsPem } = settings;
  const configuration = await discovery(
    new URL(issuer),
    clientId,
    { [clockTolerance]: clockToleranceSeconds },
    clientSecret === undefined ? None() : authentication(clientSecret),
    {
      algorithm: 'oidc',
      [customFetch]: verifiedFetch(rootsPem),
      timeout: seconds,
      // Verifies the signature of the ID token, too, so never accepts `none`, and nothing under the client's secret.
      execute: [enableNonRepudiationChecks],
    },
  );
  const metadata = configuration.serverMetadata();
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    const value = metadata[name];
    if (value !== undefined && URL.canParse(value) && new URL(value).protocol === 'https:') continue;
    const reason = oidcWords('edge.oidc.lacks', { what: name });
    throw oidcError('edge.oidc-unusable', { issuer, reason, url: metadataUrl(issuer) });
  }
  return configuration;
}

/** Providers without `client_secret_basic` say so (OpenID Connect Discovery §3). */
function authentication(secret: string): ClientAuth {
  const basic = ClientSecretBasic(secret);
  const post = ClientSecretPost(secret);
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported;
    const method = methods === undefined || methods.includes('client_secret_basic') ? basic : post;
    return method(server, client, body, headers);
  };
}

const providers = new Map<string, Provider>();
const mostProviders = 256;

/** One for each provider and client, so that a new snapshot does not fetch everything again. */
export function providerOf(settings: EdgeOidc): Provider {
  const { issuer, clientId, clientSecret, rootsPem, scopes, groupsClaim } = settings;
  const key = JSON.stringify([issuer, clientId, clientSecret, rootsPem, scopes, groupsClaim]);
  let provider = providers.get(key);
  if (provider) return provider;
  provider = new Provider(settings);
  if (providers.size >= mostProviders) providers.delete(providers.keys().next().value!);
  providers.set(key, provider);
  return provider;
}
