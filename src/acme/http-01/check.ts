import type { LookupFunction } from 'node:net';
import { isIPv6 } from 'node:net';
import { Agent, errors } from 'undici';
import type { Challenge } from '../challenge.ts';
import { AcmeError, printable } from '../problem.ts';

export const http01Type = 'http-01';
export const challengePath = '/.well-known/acme-challenge/';

/** Boulder follows as many. */
const mostRedirects = 10;
const timeLimitMs = 5_000;

export interface HttpCheckOptions {
  /** Where the authority looks (default 80). */
  validationPort?: number;
  /** Default: the system's resolver. */
  lookup?: LookupFunction;
}

/**
 * Fetches each answer as the authority will, by name and over plain HTTP. Only an answer that is seen to be wrong counts:
 * behind a router that does not lead back to itself, and with a resolver that knows the name otherwise, nothing is seen from
 * here while the authority sees it well.
 * @throws AcmeError `acme.self-check`.
 */
export async function checkHttp01(
  challenges: readonly Challenge[],
  signal: AbortSignal,
  options: HttpCheckOptions,
): Promise<void> {
  const agent = new Agent({
    connect: { timeout: timeLimitMs, ...(options.lookup ? { lookup: options.lookup } : {}) },
    maxResponseSize: 64 * 1024,
  });
  try {
    await Promise.all(challenges.map((challenge) => checkOne(agent, challenge, signal, options.validationPort ?? 80)));
  } finally {
    await agent.destroy();
  }
}

async function checkOne(agent: Agent, challenge: Challenge, signal: AbortSignal, port: number): Promise<void> {
  const { name, token, keyAuthorization } = challenge;
  const host = isIPv6(name) ? `[${name}]` : name;
  const url = new URL(`http://${host}:${port}${challengePath}${token}`).href;
  const seen = await fetchText(agent, url, AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)]));
  if (signal.aborted) throw signal.reason;
  if (seen === undefined || (seen.status === 200 && seen.text.trimEnd() === keyAuthorization)) return;
  const reason =
    seen.status === 200
      ? `${seen.url} answers with other content: ${printable(seen.text.slice(0, 80))}`
      : `${seen.url} answers with status ${seen.status}`;
  throw new AcmeError('acme.self-check', { name, type: http01Type, reason, url });
}

/** Undefined where nothing answers, or what answers cannot be understood from here. */
async function fetchText(
  agent: Agent,
  start: string,
  signal: AbortSignal,
): Promise<{ url: string; status: number; text: string } | undefined> {
  let url = start;
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    try {
      const { origin, pathname, search } = new URL(url);
      const { statusCode, headers, body } = await agent.request({
        origin,
        path: pathname + search,
        method: 'GET',
        headers: { 'user-agent': 'everyhop', accept: '*/*' },
        signal,
      });
      const text = await body.text();
      const location = headers['location'];
      const isRedirect = [301, 302, 303, 307, 308].includes(statusCode) && typeof location === 'string';
      if (!isRedirect || !URL.canParse(location, url)) return { url, status: statusCode, text };
      url = new URL(location, url).href;
    } catch (error) {
      if (error instanceof errors.ResponseExceededMaxSizeError) return { url, status: 200, text: '…' };
      return undefined;
    }
  }
  return { url, status: 310, text: '' };
}
