import type { LookupFunction } from 'node:net';
import { systemClock } from '../../base/clock.ts';
import type { Phrase } from '../../base/language.ts';
import { withBrackets } from '../../names/address.ts';
import { type HttpFacts, probeHttp } from '../../probe/http.ts';
import { type Challenge, challengePath, http01Type } from '../challenge.ts';
import { acmeWords } from '../messages.ts';
import { AcmeError, printable } from '../problem.ts';

/** Boulder's limit. */
const mostRedirects = 10;
const timeLimitMs = 5_000;

export interface HttpCheckOptions {
  /** The port that the authority connects to (default 80). */
  validationPort?: number;
  /** Default: the system's resolver. */
  lookup?: LookupFunction;
}

/**
 * Fetches each answer as the authority will: by name, over plain HTTP. Only a wrong answer is a failure. No answer
 * proves nothing: behind a router without hairpin NAT, or with split-horizon DNS, the authority may still reach this
 * machine.
 * @throws AcmeError `acme.self-check`.
 */
export async function checkHttp01(
  challenges: readonly Challenge[],
  signal: AbortSignal,
  options: HttpCheckOptions,
): Promise<void> {
  await Promise.all(challenges.map((challenge) => checkOne(challenge, signal, options)));
}

async function checkOne(
  { name, token, keyAuthorization }: Challenge,
  signal: AbortSignal,
  { validationPort = 80, lookup }: HttpCheckOptions,
): Promise<void> {
  const url = new URL(`http://${withBrackets(name)}:${validationPort}${challengePath}${token}`).href;
  const seen = await probeHttp({
    url,
    clock: systemClock,
    deadlineMs: timeLimitMs,
    redirects: { limit: mostRedirects },
    signal,
    ...(lookup && { lookup }),
  });
  signal.throwIfAborted();
  // No answer, or an incomplete one, proves nothing.
  if (seen.status === undefined || seen.failure) return;
  const body = seen.body.toString();
  if (seen.status === 200 && !seen.isCut && body.trimEnd() === keyAuthorization) return;
  throw new AcmeError('acme.self-check', { name, type: http01Type, reason: reasonOf(seen, body), url });
}

function reasonOf({ url, status, redirect }: HttpFacts, body: string): Phrase {
  if (redirect?.outcome === 'limit')
    return acmeWords('acme.check.redirects', { url: redirect.to ?? redirect.location });
  if (status !== 200) return acmeWords('acme.check.status', { url, status: status ?? '–' });
  return acmeWords('acme.check.content', { url, body: printable(body.slice(0, 80)) });
}
