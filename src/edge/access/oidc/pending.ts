import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { cookieNames, cookiePrefix, cookieText, cookieValues } from './cookies.ts';
import type { Fields } from '../../http1/head.ts';
import type { Seal } from './seal.ts';

/** A log-in that has begun, each sealed into a separate cookie: several tabs may log in at once. */
export interface PendingLogIn {
  state: string;
  nonce: string;
  /** PKCE, RFC 7636. */
  codeVerifier: string;
  /** Path and query. */
  returnTo: string;
}

/** Time to log in at the provider. */
const lifetimeMs = 15 * 60 * 1000;
/** Older ones are deleted: a page that loads itself again and again must not fill the request head. */
const mostPending = 4;
const prefix = `${cookiePrefix}login-`;

const randomText = (): string => randomBytes(32).toString('base64url');
/** Part of the state, so that the cookie is found by it. */
const nameOf = (state: string): string => prefix + state.slice(0, 8);

export function newPending(returnTo: string): PendingLogIn {
  return { state: randomText(), nonce: randomText(), codeVerifier: randomText(), returnTo };
}

/** RFC 7636 §4.2, method S256. */
export function codeChallenge({ codeVerifier }: PendingLogIn): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}

/** Values of `Set-Cookie` that keep it, and delete the oldest ones if there are too many. */
export function pendingCookies(
  pending: PendingLogIn,
  seal: Seal,
  bound: string,
  fields: Fields,
  nowMs: number,
): string[] {
  const others = cookieNames(fields, prefix);
  const surplus = others.slice(0, Math.max(0, others.length + 1 - mostPending));
  const value = seal.seal({ ...pending, endMs: nowMs + lifetimeMs }, bound);
  return [
    ...surplus.map((name) => cookieText(name, '', 0)),
    cookieText(nameOf(pending.state), value, lifetimeMs / 1000),
  ];
}

/** The log-in that this browser began with this state; undefined: none, or too long ago. */
export function openPending(
  state: string,
  seal: Seal,
  bound: string,
  fields: Fields,
  nowMs: number,
): PendingLogIn | undefined {
  if (!/^[\w-]{43}$/.test(state)) return undefined;
  for (const value of cookieValues(fields, nameOf(state))) {
    const content = seal.open(value, bound) as (PendingLogIn & { endMs: number }) | undefined;
    if (!content || content.endMs <= nowMs) continue;
    if (timingSafeEqual(Buffer.from(content.state), Buffer.from(state))) return content;
  }
  return undefined;
}

/** Value of `Set-Cookie` that deletes it. */
export function endedPending(state: string): string {
  return cookieText(nameOf(state), '', 0);
}
