import type { Identity } from '../identity.ts';
import { type Account, nameOf } from './account.ts';
import type { Seal } from './seal.ts';

/** A log-in, sealed into a cookie. */
export interface Session {
  account: Account;
  /** When the visitor logged in. All times are milliseconds since 1970. */
  loggedInMs: number;
  /** It ends then, unless it is used before. */
  endMs: number;
}

/** Browsers drop cookies of more than 4096 bytes, with name and attributes. */
const mostCookieCharacters = 3800;
const dayMs = 24 * 60 * 60 * 1000;
/** The visitor then logs in anew, even if the session has always been used: the provider may know better by now. */
const longestMs = 7 * dayMs;

/** Short names: every request carries them. */
interface Content {
  s: string;
  e?: string;
  u?: string;
  g: string[];
  a: number;
  x: number;
}

/** @param lifetimeMs without use. */
export function newSession(account: Account, lifetimeMs: number, nowMs: number): Session {
  return { account, loggedInMs: nowMs, endMs: nowMs + lifetimeMs };
}

/** The session with its end put off, at most twenty times in its lifetime; undefined: not yet. */
export function renewed(session: Session, lifetimeMs: number, nowMs: number): Session | undefined {
  const endMs = Math.min(nowMs + lifetimeMs, session.loggedInMs + Math.max(longestMs, lifetimeMs));
  return endMs - session.endMs < lifetimeMs / 20 ? undefined : { ...session, endMs };
}

/**
 * The value of the session's cookie. If it would be too long, only the groups that the configuration names remain.
 * @param bound as for `Seal`.
 */
export function sealSession(session: Session, seal: Seal, bound: string, namedGroups: readonly string[]): string {
  const { account, loggedInMs, endMs } = session;
  const sealed = (groups: string[]): string => {
    const content: Content = {
      s: account.sub,
      ...(account.email !== undefined && { e: account.email }),
      ...(account.preferredUsername !== undefined && { u: account.preferredUsername }),
      g: groups,
      a: loggedInMs,
      x: endMs,
    };
    return seal.seal(content, bound);
  };
  const whole = sealed(account.groups);
  return whole.length <= mostCookieCharacters
    ? whole
    : sealed(account.groups.filter((group) => namedGroups.includes(group)));
}

/** undefined: not a session of ours, or it has ended. */
export function openSession(value: string, seal: Seal, bound: string, nowMs: number): Session | undefined {
  const content = seal.open(value, bound) as Content | undefined;
  if (!content || content.x <= nowMs) return undefined;
  const { s: sub, e: email, u: preferredUsername, g: groups, a: loggedInMs, x: endMs } = content;
  const account: Account = {
    sub,
    ...(email !== undefined && { email }),
    ...(preferredUsername !== undefined && { preferredUsername }),
    groups,
  };
  return { account, loggedInMs, endMs };
}

/** For the app. @param cookie the name of the session's cookie. */
export function identityOf({ account }: Session, cookie: string): Identity {
  const { email, preferredUsername, groups } = account;
  return {
    way: 'oidc',
    name: nameOf(account),
    fields: [
      ...(email === undefined ? [] : ['X-Forwarded-Email', fieldBytes(email)]),
      ...(preferredUsername === undefined ? [] : ['X-Forwarded-Preferred-Username', fieldBytes(preferredUsername)]),
      ...(groups.length === 0 ? [] : ['X-Forwarded-Groups', fieldBytes(groups.join(','))]),
    ],
    consumed: [],
    cookies: [cookie],
  };
}

/** Heads are written as latin1; apps read UTF-8. */
function fieldBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
