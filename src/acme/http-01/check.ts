import { isIP, type LookupFunction } from 'node:net';
import { systemClock } from '../../base/clock.ts';
import type { Phrase } from '../../base/language.ts';
import { withBrackets, withoutBrackets } from '../../names/address.ts';
import { isReserved } from '../../names/reserved.ts';
import { type HttpFacts, probeHttp } from '../../probe/http.ts';
import type { RedirectPolicy } from '../../probe/redirects.ts';
import { type Challenge, challengePath, http01Type } from '../challenge.ts';
import { acmeWords } from '../messages.ts';
import { AcmeError, printable } from '../problem.ts';

const timeLimitMs = 5_000;

/**
 * The redirects that authorities follow: ten (Boulder's limit), to these ports only, and, as Boulder, to names only. Our own checks
 * must not go elsewhere either: the server behind a name could send this program to any service within its reach. So
 * another name than the first must lead to an address on the Internet.
 */
export function authorityRedirects(name: string, ports: { http: number; https: number }): RedirectPolicy {
  return {
    limit: 10,
    follow: ({ protocol, port: written, hostname }) => {
      const port = Number(written) || (protocol === 'http:' ? 80 : 443);
      if ((port !== ports.http && port !== ports.https) || isIP(withoutBrackets(hostname)) !== 0) return false;
      return hostname === name ? {} : { reaches: (address) => !isReserved(address) };
    },
  };
}

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
    redirects: authorityRedirects(name, { http: validationPort, https: 443 }),
    signal,
    ...(lookup && { lookup }),
  });
  signal.throwIfAborted();
  // No answer, or an incomplete one, proves nothing.
  if (seen.status === undefined || seen.failure) return;
  const body = seen.body.toString();
  if (seen.status === 200 && !seen.isCut && body.trimEnd() === keyAuthorization) return;
  throw new AcmeError('acme.self-check', { name, type: http01Type, reason: reasonOf(seen), url });
}

/** Quotes nothing of the body: it may come from any server that a redirect leads to. */
function reasonOf({ url, status, redirect, body }: HttpFacts): Phrase {
  const to = printable(redirect?.to ?? redirect?.location);
  if (redirect?.outcome === 'limit') return acmeWords('acme.check.redirects', { url: to });
  if (redirect?.outcome === 'declined') return acmeWords('acme.check.elsewhere', { url: to });
  if (status !== 200) return acmeWords('acme.check.status', { url, status: status ?? '–' });
  return acmeWords('acme.check.content', { url, bytes: body.length });
}
