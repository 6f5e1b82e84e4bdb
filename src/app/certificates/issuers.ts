import { knownAuthority } from '../../acme/authorities.ts';
import type { ChallengeSolver } from '../../acme/challenge.ts';
import { HttpListenerSolver, WebrootSolver } from '../../acme/http-01.ts';
import { TlsAlpnListenerSolver } from '../../acme/tls-alpn-01.ts';
import { EventBus } from '../../base/events.ts';
import { readText } from '../../base/files.ts';
import { dnsSolver } from '../../certificates/dns-solver.ts';
import { Issuers } from '../../certificates/issuers.ts';
import { Ledger } from '../../certificates/ledger.ts';
import type { ChallengeType } from '../../config/configuration.ts';
import type { PublicDns } from '../../dns/public-dns.ts';
import type { Database } from '../../store/database.ts';
import type { StateSession } from '../state.ts';
import { clock, random } from '../system.ts';
import { worldDns } from '../world-dns.ts';

/** Settings that decide who issues, and how challenges are answered. */
export interface IssuerOptions {
  names: readonly string[];
  /** Name of an authority or URL of its directory; undefined: chosen by the kind of names. */
  authority: string | undefined;
  authorityRootFile: string | undefined;
  challenge?: ChallengeType | undefined;
  /** Id of a DNS provider. */
  dns?: string | undefined;
  dnsResolvers?: readonly string[] | undefined;
  webroot?: string | undefined;
  httpPort?: number | undefined;
  httpsPort?: number | undefined;
  profile?: string | undefined;
  email?: string | undefined;
  termsAgreed: boolean;
  /** Holds the settings of the DNS provider. */
  env?: NodeJS.ProcessEnv;
  version: string;
}

/**
 * Issuers that answer challenges without an edge.
 * @param presented the store that records DNS records while they exist.
 */
export async function standAloneIssuers(
  options: IssuerOptions,
  session: StateSession,
  presented: Database,
  events = new EventBus(),
): Promise<Issuers> {
  const { authority: given, authorityRootFile, names, email, profile, termsAgreed } = options;
  const database = await session.database();
  const issuers = new Issuers({
    database,
    authority: () => session.authority(),
    ledger: new Ledger(database, clock, random),
    clock,
    random,
    events,
    userAgent: `everyhop/${options.version}`,
  });
  const dns = worldDns(options.dnsResolvers);
  const rootsPem = authorityRootFile === undefined ? undefined : await readText(authorityRootFile);
  issuers.configure({
    email,
    profile,
    solvers: await standAloneSolvers(options, presented, dns),
    dns,
    termsAgreed,
    authorities:
      given === undefined || given === 'private'
        ? {}
        : {
            [given]: {
              directoryUrl: knownAuthority(given)?.directoryUrl ?? given,
              rootsPem,
              profile: undefined,
              preferredChain: undefined,
              binding: undefined,
            },
          },
    chosen: [{ names, certificate: given === undefined ? undefined : [given] }],
  });
  return issuers;
}

async function standAloneSolvers(
  options: IssuerOptions,
  database: Database,
  view: PublicDns,
): Promise<ChallengeSolver[]> {
  const { webroot, httpPort, httpsPort, challenge, dns, env = {} } = options;
  const port = httpPort === undefined ? {} : { port: httpPort };
  const http = webroot === undefined ? new HttpListenerSolver(port) : new WebrootSolver({ folder: webroot });
  const solvers: ChallengeSolver[] = [
    http,
    new TlsAlpnListenerSolver(httpsPort === undefined ? {} : { port: httpsPort }),
  ];
  if (dns !== undefined) {
    const solver = await dnsSolver(dns, { database, clock, random, env, dns: view });
    await solver.cleanLeftovers();
    solvers.unshift(solver);
  }
  return solvers.filter(({ type }) => (challenge ?? type) === type);
}
