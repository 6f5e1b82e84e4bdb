import type { Answer } from './answer.ts';
import type { Target } from './connect.ts';
import { authorityOf, hrefOf, type HttpUrl, readUrl } from './url.ts';

/** How to reach a host without looking it up. */
export type Way = Pick<Target, 'address' | 'socketPath' | 'preface' | 'reaches'>;

/** A redirect in one answer. */
export interface Redirect {
  /** The header's value. */
  location: string;
  /** Absolute, without fragment and credentials. undefined: not a URL. */
  to: string | undefined;
  /** The visit has already requested this URL. */
  isRepeat: boolean;
  /**
   * `not-followed`: the visit follows no redirects. `limit`: it has reached its limit. `no-http`: not a URL, or another
   * scheme. `declined`: by the caller's `follow`.
   */
  outcome: 'followed' | 'not-followed' | 'limit' | 'no-http' | 'declined';
}

export interface RedirectPolicy {
  /** Follows at most this many. */
  limit: number;
  /**
   * False declines a redirect; a `Way` tells how to reach its host. Default: true. The visit then keeps its way while
   * scheme, host and port stay the same, keeps its address while the host stays the same, and looks up any other host.
   */
  follow?: (to: URL, redirect: Redirect) => boolean | Way;
}

export interface NextVisit {
  url: HttpUrl;
  way: Way;
  method: string;
  headers: Readonly<Record<string, string>>;
}

export interface CurrentVisit extends NextVisit {
  /** The URLs requested so far, including this one. */
  visited: readonly string[];
}

/** RFC 9110 §15.4, without 300 and 304: they do not send a client to `Location`. */
const statuses = new Set([301, 302, 303, 307, 308]);

export function isRedirect(status: number, headers: Answer['headers']): boolean {
  return statuses.has(status) && headers.location !== undefined;
}

/** @returns undefined if the answer is not a redirect. */
export function redirectOf(
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  here: CurrentVisit,
  policy: RedirectPolicy | undefined,
): { redirect: Redirect; next?: NextVisit } | undefined {
  const { location } = headers;
  if (status === undefined || location === undefined || !isRedirect(status, headers)) return undefined;
  const to = URL.parse(location, hrefOf(here.url));
  if (to) [to.hash, to.username, to.password] = ['', '', ''];
  const redirect: Redirect = {
    location,
    to: to?.href,
    isRepeat: to !== null && here.visited.includes(to.href),
    outcome: 'followed',
  };
  const isHttp = to?.protocol === 'http:' || to?.protocol === 'https:';
  const stop = (outcome: Redirect['outcome']): { redirect: Redirect } => ({ redirect: { ...redirect, outcome } });
  if (!policy) return stop('not-followed');
  if (!isHttp) return stop('no-http');
  if (here.visited.length > policy.limit) return stop('limit');
  const chosen = policy.follow?.(to, redirect) ?? true;
  if (chosen === false) return stop('declined');
  const url = readUrl(to.href);
  return {
    redirect,
    next: {
      url,
      way: chosen === true ? wayTo(url, here) : chosen,
      method: methodAfter(status, here.method),
      headers: isSameOrigin(url, here.url) ? withoutHost(here.headers) : harmless(here.headers),
    },
  };
}

function isSameOrigin(one: HttpUrl, other: HttpUrl): boolean {
  return one.secure === other.secure && authorityOf(one) === authorityOf(other);
}

function wayTo(url: HttpUrl, here: CurrentVisit): Way {
  if (isSameOrigin(url, here.url)) return here.way;
  const { address, reaches } = here.way;
  if (url.host !== here.url.host) return {};
  return { ...(address !== undefined && { address }), ...(reaches && { reaches }) };
}

/** RFC 9110 §15.4.2–§15.4.4, as implemented by browsers. */
function methodAfter(status: number, method: string): string {
  if (method === 'HEAD') return method;
  return status === 303 || (method === 'POST' && status < 303) ? 'GET' : method;
}

function withoutHost(headers: NextVisit['headers']): NextVisit['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'host'));
}

/** Headers that may hold secrets must not reach another origin. */
function harmless(headers: NextVisit['headers']): NextVisit['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^(?:accept|accept-language|user-agent)$/i.test(name)),
  );
}
