import { knownAuthority } from '../acme/authorities.ts';
import type { ChallengeSolver } from '../acme/challenge.ts';
import type { AcmeClient } from '../acme/client.ts';
import { Dns01Solver } from '../acme/dns-01.ts';
import type { Clock } from '../base/clock.ts';
import { ownAddresses } from '../base/own-addresses.ts';
import type { Random } from '../base/random.ts';
import { EveryhopError } from '../base/errors.ts';
import { Fault, type Finding } from '../hop/finding.ts';
import { isAddress } from '../names/address.ts';
import type { PublicDns } from '../dns/public-dns.ts';
import { probeHttp } from '../probe/http.ts';
import { type ChallengeType, preflight, type PreflightName } from './preflight/preflight.ts';

export interface Checks {
  client: AcmeClient;
  accountUrl: string | undefined;
  solvers: readonly ChallengeSolver[];
  dns: PublicDns;
  clock: Clock;
  random: Random;
}

/**
 * As `check`, also where the authority cannot be reached: that is then the first finding, and the CAA records, which
 * name authorities, are not judged.
 */
export async function checkOffline(names: readonly string[], checks: Checks, signal: AbortSignal): Promise<Finding[]> {
  try {
    await checks.client.directory(signal);
  } catch (error) {
    if (!(error instanceof EveryhopError) || signal.aborted) throw error;
    return [new Fault('error', error), ...(await checkAt(names, undefined, checks, signal))];
  }
  return check(names, checks, signal);
}

/** Checks what an authority would find for these names now. Sends it nothing but a request for its directory. */
export async function check(names: readonly string[], checks: Checks, signal: AbortSignal): Promise<Finding[]> {
  return checkAt(names, (await checks.client.directory(signal)).caaIdentities, checks, signal);
}

async function checkAt(
  names: readonly string[],
  caaIdentities: readonly string[] | undefined,
  checks: Checks,
  signal: AbortSignal,
): Promise<Finding[]> {
  const { client, accountUrl, solvers, dns, clock, random } = checks;
  const { clockDifferenceMs } = client;
  const http01 = solvers.find(({ type }) => type === 'http-01');
  const provider = solvers.find((solver) => solver instanceof Dns01Solver)?.provider;
  return preflight(
    names.map((name) => preflightNameOf(name, solvers)),
    {
      authority: {
        caaIdentities,
        accountUri: accountUrl,
        isPublic: knownAuthority(client.directoryUrl) !== undefined,
        dateMs: clockDifferenceMs === undefined ? undefined : clock.now() + clockDifferenceMs,
      },
      dns,
      clock,
      random,
      ...(http01 ? { http01 } : {}),
      ...(provider?.check ? { dns01: (fqdn, signal_) => provider.check!(fqdn, signal_) } : {}),
      fetch: probeHttp,
      ownAddresses: ownAddresses(),
      signal,
    },
  );
}

/** With the challenge type of the solver that would be used. */
function preflightNameOf(text: string, solvers: readonly ChallengeSolver[]): PreflightName {
  const isWildcard = text.startsWith('*.');
  const name = isWildcard ? text.slice(2) : text;
  const identifier = { type: isAddress(name) ? ('ip' as const) : ('dns' as const), value: name };
  const solver = solvers.find((candidate) => candidate.suits?.(identifier, isWildcard) ?? true);
  return { name, isWildcard, challenge: (solver?.type ?? 'http-01') as ChallengeType };
}
