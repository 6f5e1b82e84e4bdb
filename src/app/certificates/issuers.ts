import type { ChallengeSolver } from '../../acme/challenge.ts';
import { HttpListenerSolver, WebrootSolver } from '../../acme/http-01.ts';
import type { Step } from '../../acme/step.ts';
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
import { loadConfiguration } from '../configuration.ts';
import type { KeyKind } from '../../x509/key.ts';
import { clock, random } from '../system.ts';
import { worldDns } from '../world-dns.ts';
import { type Binding, namedAuthorities } from './authorities.ts';
import { NamedFiles } from '../serve/named-files.ts';

/** Settings that decide who issues, and how challenges are answered. */
export interface IssuerOptions {
  names: readonly string[];
  /** Names of authorities or URLs of their directories, in order; undefined: chosen by the kind of names. */
  authority: string | readonly string[] | undefined;
  authorityRootFile: string | undefined;
  /** `everyhop.yaml`, for everything that the other options leave out. */
  configurationFile?: string | undefined;
  /** Account binding. */
  binding?: Binding | undefined;
  keyType?: KeyKind | undefined;
  reusesKey?: boolean | undefined;
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
  /** @param authority its host. */
  onStep?: ((step: Step, authority: string) => void) | undefined;
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
  const { names, termsAgreed } = options;
  const settings = await settingsOf(options);
  const database = await session.database();
  const issuers = new Issuers({
    database,
    authority: () => session.authority(),
    ledger: new Ledger(database, clock, random),
    clock,
    random,
    events,
    onStep: options.onStep,
    userAgent: `everyhop/${options.version}`,
  });
  const dns = worldDns(settings.dnsResolvers);
  issuers.configure({
    ...settings,
    solvers: await standAloneSolvers({ ...options, ...settings }, presented, dns),
    dns,
    termsAgreed,
    chosen: [{ names, certificate: settings.chosen }],
  });
  return issuers;
}

/** The options, completed from the configuration file. */
export async function settingsOf(options: IssuerOptions) {
  const { names, authority, authorityRootFile: rootFile, configurationFile, binding } = options;
  const file = configurationFile === undefined ? undefined : await loadConfiguration(configurationFile, { readText });
  const site = file?.sites.find(({ hosts }) => names.every((name) => hosts.includes(name)));
  const chosen = authority === undefined ? site?.certificate : [authority].flat();
  const files = new NamedFiles();
  if (file) await files.read(file);
  const configured = file ? files.authorities(file) : {};
  return {
    chosen,
    authorities: await namedAuthorities(chosen ?? [], configured, { rootFile, binding }),
    email: options.email ?? file?.email,
    profile: options.profile ?? file?.profile,
    keyType: options.keyType ?? file?.keyType,
    reusesKey: options.reusesKey ?? file?.reusesKey,
    challenge: options.challenge ?? file?.challenge,
    dns: options.dns ?? file?.dns,
    dnsResolvers: options.dnsResolvers ?? file?.dnsResolvers,
  };
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
