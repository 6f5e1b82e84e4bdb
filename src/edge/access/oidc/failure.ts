import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { describeError, EveryhopError, systemCode } from '../../../base/errors.ts';
import type { Phrase } from '../../../base/language.ts';
import { reasonOf } from '../../../probe/connect.ts';
import { failurePhrase } from '../../../probe/phrases.ts';
import { oidcError, oidcWords } from '../../messages/oidc.ts';
import { limitBytes, TooLarge } from './fetch.ts';
import type { EdgeOidc } from './settings.ts';

/** Time limit of one request to the provider, in seconds. */
export const timeoutSeconds = 10;

/** Which step failed: reading the provider's description, or checking its answer to a log-in. */
export type Step = 'discovery' | 'log-in';

type Settings = Pick<EdgeOidc, 'issuer' | 'clientId'>;

/** Why a provider could not be used, as an `edge.oidc-*` error. Contains no token, code or secret. */
export function failureOf(
  error: unknown,
  { issuer, clientId }: Settings,
  step: Step,
  seconds = timeoutSeconds,
): EveryhopError {
  if (error instanceof EveryhopError) return error;
  const url = metadataUrl(issuer);
  const unreachable = (reason: Phrase): EveryhopError =>
    oidcError('edge.oidc-unreachable', { issuer, reason, url }, { cause: error });
  const chain = causesOf(error);
  if (chain.some((one) => one instanceof TooLarge))
    return unreachable(oidcWords('edge.oidc.too-large', { kilobytes: limitBytes / 1024 }));
  if (chain.some((one) => one instanceof DOMException && one.name === 'TimeoutError'))
    return unreachable(oidcWords('edge.oidc.timeout', { seconds }));
  if (error instanceof AuthorizationResponseError)
    return oidcError('edge.oidc-denied', { issuer, reason: oauthReason(error.error) }, { cause: error });
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError) {
    if (error.status >= 500) return unreachable(oidcWords('edge.oidc.status', { status: error.status }));
    const name = error instanceof ResponseBodyError ? error.error : undefined;
    const reason = name === undefined ? oidcWords('edge.oidc.status', { status: error.status }) : oauthReason(name);
    if (name === 'invalid_client' || name === 'unauthorized_client' || (name === undefined && error.status === 401))
      return oidcError('edge.oidc-client', { issuer, client: clientId, reason }, { cause: error });
    return oidcError('edge.oidc-rejected', { issuer, reason }, { cause: error });
  }
  const response = chain.find((one) => one instanceof Response);
  if (error instanceof ClientError && error.code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' && response)
    return unreachable(oidcWords('edge.oidc.status', { status: response.status }));
  const code = systemCode(lastError(chain)) ?? '';
  const isLibrarys = code === '' || code.startsWith('OAUTH_') || code.startsWith('ERR_INVALID_ARG');
  if (!isLibrarys) {
    const detail = describeError(lastError(chain));
    if (/CERT|SIGNATURE|ISSUER|ALTNAME|TRUST|CHAIN/.test(code)) {
      const reason = oidcWords('edge.oidc.other', { detail: detail.includes(code) ? detail : `${detail} (${code})` });
      return oidcError('edge.oidc-untrusted', { issuer, reason }, { cause: error });
    }
    return unreachable(failurePhrase({ reason: reasonOf(lastError(chain)), code, detail }));
  }
  if (step === 'discovery') {
    const name = otherIssuer(chain);
    const reason =
      name === undefined ? oidcWords('edge.oidc.not-json', {}) : oidcWords('edge.oidc.other-issuer', { name });
    return oidcError('edge.oidc-unusable', { issuer, reason, url }, { cause: error });
  }
  return oidcError('edge.oidc-rejected', { issuer, reason: rejection(chain) }, { cause: error });
}

/** OpenID Connect Discovery §4: below the issuer, whose own slash at the end does not count. */
export function metadataUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let one = error; one !== undefined && chain.length < 8; one = one instanceof Error ? one.cause : undefined)
    chain.push(one);
  return chain;
}

function lastError(chain: readonly unknown[]): unknown {
  return chain.findLast((one) => one instanceof Error);
}

/** An error code of RFC 6749; anything else may hold what a visitor must not see in a log. */
function oauthReason(name: string): Phrase {
  return oidcWords('edge.oidc.other', { detail: /^[\w.-]{1,64}$/.test(name) ? name : '?' });
}

function otherIssuer(chain: readonly unknown[]): string | undefined {
  for (const one of chain) {
    const issuer = (one as { body?: { issuer?: unknown } } | undefined)?.body?.issuer;
    if (typeof issuer === 'string') return issuer.slice(0, 256);
  }
  return undefined;
}

/** What did not hold in an answer to a log-in. */
function rejection(chain: readonly unknown[]): Phrase {
  for (const one of chain) {
    const claim = (one as { claim?: unknown } | undefined)?.claim;
    if (typeof claim === 'string') return oidcWords('edge.oidc.claim', { claim: claim.slice(0, 64) });
  }
  const message = describeError(lastError(chain));
  // The library's own words; they quote no values.
  return /signature/i.test(message)
    ? oidcWords('edge.oidc.signature', {})
    : oidcWords('edge.oidc.other', { detail: message });
}
