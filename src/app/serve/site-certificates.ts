import type { ChallengeSolver } from '../../acme/challenge.ts';
import type { Dns01Solver } from '../../acme/dns-01.ts';
import { type ErrorData, EveryhopError } from '../../base/errors.ts';
import type { EventBus } from '../../base/events.ts';
import { archivedFor, readArchive } from '../../certificates/archive.ts';
import { Certificates } from '../../certificates/certificates.ts';
import { authoritiesFor, certificateSets } from '../../certificates/choice.ts';
import { DividedSets } from '../../certificates/divided-sets.ts';
import { dnsSolver } from '../../certificates/dns-solver.ts';
import { type Generation, nameSetKey } from '../../certificates/generation.ts';
import { Issuers, type IssuerSettings, type IssuersOptions } from '../../certificates/issuers.ts';
import { readLiveFolders } from '../../certificates/live-folders.ts';
import { HoldOffError } from '../../certificates/issuer.ts';
import { Ledger } from '../../certificates/ledger.ts';
import { certificatesError } from '../../certificates/messages.ts';
import type { RenewalPlan } from '../../certificates/renewal-plan.ts';
import { standIn } from '../../certificates/stand-in.ts';
import type { Configuration, Site } from '../../config/configuration.ts';
import type { PublicDns } from '../../dns/public-dns.ts';
import type { EdgeChallenges } from '../../edge/challenges.ts';
import type { ListenerPlan } from '../../edge/listeners.ts';
import type { Finding } from '../../hop/finding.ts';
import { canonicalHost } from '../../names/host-name.ts';
import type { Database } from '../../store/database.ts';
import type { RehearsedSet } from '../../control/server.ts';
import type { StateSession } from '../state.ts';
import { clock, random } from '../system.ts';
import { worldDns } from '../world-dns.ts';
import { rehearseSets } from './rehearsal.ts';
import { FileCertificates } from './file-certificates.ts';
import type { NamedFiles } from './named-files.ts';
import { type NeededRoot, neededRoot } from './needed-root.ts';
import { type CertificateProblem, isBroughtByChange, ours } from './certificate-problem.ts';
import { solverLater } from './later-solver.ts';
import type { HostCertificates, ServedSites } from './served-sites.ts';

export interface SiteCertificatesOptions {
  session: StateSession;
  database: Database;
  challenges: EdgeChallenges;
  events: EventBus;
  env: NodeJS.ProcessEnv;
  version: string;
  files: NamedFiles;
}

/** The certificates of the sites of a configuration: obtained, renewed, or read from files. */
export class SiteCertificates {
  readonly #options: SiteCertificatesOptions;
  readonly #issuerOptions: IssuersOptions;
  readonly #issuers: Issuers;
  #settings: IssuerSettings | undefined;
  /** Ends rehearsals. */
  readonly #rehearsing = new AbortController();
  readonly #certificates: Certificates;
  /** The last failure for a set of names, until a certificate is issued or read. */
  readonly #failures = new Map<string, ErrorData>();
  readonly #fileCertificates = new FileCertificates();
  readonly #neededRoots = new WeakMap<Generation, { root: NeededRoot | undefined }>();
  readonly #divided: DividedSets;
  #mixed: string[][] = [];

  constructor(options: SiteCertificatesOptions) {
    const { session, database, events, version } = options;
    this.#options = options;
    this.#issuerOptions = {
      database,
      authority: () => session.authority(),
      ledger: new Ledger(database, clock, random),
      clock,
      random,
      events,
      userAgent: `everyhop/${version}`,
    };
    this.#issuers = new Issuers(this.#issuerOptions);
    this.#certificates = new Certificates({
      database,
      issuersFor: (names) => this.#issuers.for(names),
      clock,
      random,
      events,
    });
    events.on('certificate.failed', ({ names, error }) => this.#failures.set(nameSetKey(names), error));
    this.#divided = new DividedSets(this.#certificates, events, (names, error) =>
      this.#failures.set(nameSetKey(names), error),
    );
    events.on('certificate.ready', ({ names }) => this.#failures.delete(nameSetKey(names)));
  }

  /** Notes why these names have no certificate, or no new one. */
  note(hosts: readonly string[], error: EveryhopError): void {
    const key = nameSetKey(hosts);
    // A pause after a failure explains less than the failure.
    if (!(error instanceof HoldOffError) || !this.#failures.has(key)) this.#failures.set(key, error.data());
  }

  /** Why a site has no certificate, or no new one. */
  findingsOf(site: Site, configuration: Configuration): Finding[] {
    const named = this.#options.files.findingsOf(site, configuration);
    if (site.certificateFiles) return [...named, ...this.#fileCertificates.findingsOf(site)];
    const failures = this.#setsOf(site).flatMap((set) => {
      const failure = this.#failures.get(nameSetKey(set));
      if (!failure) return [];
      const current = this.#certificates.current(set) ?? this.#certificates.current(wholeOf(set, site));
      const isServed = current !== undefined && clock.now() < current.notAfterMs;
      return [{ ...failure, severity: isServed ? ('warning' as const) : ('error' as const), evidence: [] }];
    });
    return [...named, ...failures.filter(({ code }) => !named.some((one) => one.code === code))];
  }

  /** The names of each certificate of a site. */
  #setsOf({ hosts }: Site): (readonly string[])[] {
    return certificateSets(hosts).flatMap((set) => this.#divided.partsOf(set));
  }

  /**
   * Sets up issuers and challenge solvers for a configuration.
   * @param former the configuration in force; undefined at the start.
   * @throws EveryhopError for DNS settings that the change brings.
   */
  async configure(configuration: Configuration, plan: ListenerPlan, former?: Configuration): Promise<void> {
    const dns = worldDns(configuration.dnsResolvers);
    await this.#options.files.read(configuration);
    this.#settings = {
      email: configuration.email,
      profile: configuration.profile,
      keyType: configuration.keyType,
      reusesKey: configuration.reusesKey,
      solvers: await this.#solversFor(configuration, plan, dns, former),
      dns,
      termsAgreed: true, // `up` names the authority
      authorities: this.#options.files.authorities(configuration),
      // The whole site decides: an address beside a public name makes both private.
      chosen: configuration.sites.flatMap(({ hosts, certificate }) =>
        certificateSets(hosts).map((names) => ({ names, certificate: authoritiesFor(hosts, certificate) })),
      ),
    };
    this.#issuers.configure(this.#settings);
  }

  async #solversFor(
    configuration: Configuration,
    plan: ListenerPlan,
    dns: PublicDns,
    former: Configuration | undefined,
  ): Promise<ChallengeSolver[]> {
    const { database, env, challenges } = this.#options;
    // Without a plain HTTP listener, only TLS-ALPN-01 works.
    const solvers: ChallengeSolver[] =
      plan.httpPort === undefined ? [challenges.tlsAlpn01] : [challenges.http01, challenges.tlsAlpn01];
    if (configuration.dns !== undefined) {
      const open = (): Promise<Dns01Solver> => dnsSolver(configuration.dns!, { database, clock, random, env, dns });
      try {
        const solver = await open();
        // A provider that does not answer must not delay the start.
        void solver.cleanLeftovers().catch(() => {});
        solvers.push(solver);
      } catch (error) {
        if (former && former.dns !== configuration.dns) throw error;
        solvers.push(solverLater(open));
      }
    }
    return solvers.filter(({ type }) => (configuration.challenge ?? type) === type);
  }

  /**
   * The certificates before the edge runs. If the authority validates through the edge, that is the stored certificate
   * or a stand-in. Hosts without a usable certificate keep the former one, or get a stand-in, and their error is in
   * `problems`.
   * @param former the sites served now; undefined at the start.
   * @throws EveryhopError of the first host that fails because of the change itself.
   */
  async beforeEdge(
    { sites }: Configuration,
    former?: ServedSites,
  ): Promise<{ generations: HostCertificates; problems: CertificateProblem[] }> {
    const early = (this.#options.session.problem ? [] : sites)
      .filter((site) => !this.#needsEdge(site) && !site.certificateFiles)
      .flatMap((site) => this.#setsOf(site).map((hosts) => ({ site, hosts })));
    this.#mixed = await this.#mixedSets(early.map(({ site }) => site));
    const outcomes = await this.#certificates.ensureEach([...early.map(({ hosts }) => hosts), ...this.#mixed]);
    const problems = outcomes
      .slice(0, early.length)
      .flatMap((outcome, index): CertificateProblem[] =>
        outcome.status === 'rejected' ? [{ ...early[index]!, error: ours(outcome.reason) }] : [],
      );
    await Promise.all(problems.map(({ hosts }) => this.#obtainRest(hosts)));
    const generations = await Promise.all(
      sites.map(async (site) => {
        if (!site.certificateFiles) return this.#present(site);
        const { generations: given, error } = await this.#fileCertificates.read(site, site.certificateFiles, former);
        if (error) problems.push({ site, hosts: site.hosts, error });
        return given;
      }),
    );
    for (const { hosts, error } of problems) this.note(hosts, error);
    const brought = former && problems.find((problem) => isBroughtByChange(problem, former));
    if (brought) throw brought.error;
    return { generations, problems };
  }

  /**
   * Earlier versions published one certificate for the names and addresses of a site. Programs that read its folder need
   * both, so it is still renewed, and not served.
   */
  async #mixedSets(sites: readonly Site[]): Promise<string[][]> {
    const mixed = [...new Set(sites)].filter(({ hosts }) => certificateSets(hosts).length > 1);
    if (mixed.length === 0) return [];
    const { database, session } = this.#options;
    const folders = new Set((await readLiveFolders(database, session.folder)).map(({ names }) => names));
    return mixed.map(({ hosts }) => hosts).filter((hosts) => folders.has(nameSetKey(hosts)));
  }

  /** Certificates to publish besides the served ones. */
  unserved(): Generation[] {
    return this.#mixed.flatMap((names) => this.#certificates.current(names) ?? []);
  }

  async #present({ hosts }: Site): Promise<Generation[]> {
    if (this.#options.session.problem) return this.#archived(hosts);
    const present = new Map<string, Generation>();
    for (const set of certificateSets(hosts)) {
      if (!this.#certificates.current(set)) await this.#divided.load(set);
      const lacking = set.filter((host) => !this.#divided.current(host, set, clock.now()));
      const instead = lacking.length > 0 ? await this.#instead(hosts, lacking) : undefined;
      for (const host of set) present.set(host, this.#divided.current(host, set, clock.now()) ?? instead!);
    }
    return hosts.map((host) => present.get(host)!);
  }

  /** Earlier versions issued one certificate for all hosts of a site. */
  async #instead(hosts: readonly string[], lacking: readonly string[]): Promise<Generation> {
    return (await this.#certificates.stored(hosts)) ?? standIn(lacking, clock, random);
  }

  async #archived(hosts: readonly string[]): Promise<Generation[]> {
    const archive = await readArchive(this.#options.session.folder);
    const temporary = await standIn(hosts, clock, random);
    return hosts.map((host) => archivedFor(host, archive, clock.now()) ?? temporary);
  }

  /**
   * Obtains the certificates whose authority validates through the running edge.
   * @returns undefined where no site has such an authority; else the failures, which `start` retries.
   */
  async throughEdge({ sites }: Configuration): Promise<EveryhopError[] | undefined> {
    const late = sites.filter((site) => this.#needsEdge(site));
    if (late.length === 0 || this.#options.session.problem) return undefined;
    return (await Promise.all(late.flatMap((site) => this.#setsOf(site)).map((set) => this.#obtain(set)))).flat();
  }

  /** @returns the failures. One that divides the set leads to certificates for the names that are not at fault. */
  async #obtain(set: readonly string[]): Promise<EveryhopError[]> {
    try {
      await this.#certificates.ensureAlso(set);
      return [];
    } catch (error) {
      const failure = ours(error);
      if (!this.#divided.isDivided(set)) {
        this.note(set, failure);
        return [failure];
      }
      return [failure, ...(await this.#obtainRest(set))];
    }
  }

  /** The names of a divided set that are not at fault. */
  async #obtainRest(set: readonly string[]): Promise<EveryhopError[]> {
    if (!this.#divided.isDivided(set)) return [];
    const rest = this.#divided.partsOf(set).filter((part) => !this.#failures.has(nameSetKey(part)));
    return (await Promise.all(rest.map((part) => this.#obtain(part)))).flat();
  }

  #needsEdge({ hosts, certificateFiles }: Site): boolean {
    return !certificateFiles && certificateSets(hosts).some((set) => this.#issuers.needsEdge(set));
  }

  /** The root that clients of a site need besides those of this machine and of Everyhop. */
  neededRoot(generation: Generation, site: Site, configuration: Configuration): NeededRoot | undefined {
    const known = this.#neededRoots.get(generation);
    if (known) return known.root;
    const root = neededRoot(generation, this.#options.files.authorityRoots(site, configuration));
    this.#neededRoots.set(generation, { root });
    return root;
  }

  /** When a served certificate will be renewed; undefined for files and stand-ins. */
  planOf(generation: Generation): RenewalPlan | undefined {
    return this.#certificates.plan(generation);
  }

  /** The newest certificate of each host, or the present one if the store has none, or only a refused one. */
  newest({ sites }: Configuration, present: HostCertificates, refused: ReadonlySet<string>): HostCertificates {
    return sites.map(({ hosts }, index) => {
      const sets = certificateSets(hosts);
      return hosts.map((host, at) => {
        const newest = this.#divided.current(
          host,
          sets.find((names) => names.includes(host))!,
          clock.now(),
        );
        return newest && !refused.has(newest.id) ? newest : present[index]![at]!;
      });
    });
  }

  /**
   * Renews the certificates of every site, or of those with one of these names.
   * @throws EveryhopError `certificates.unknown-name`, `certificates.not-ours`, or why issuing failed.
   */
  async renew(configuration: Configuration, names: readonly string[], insists: boolean): Promise<Generation[]> {
    const renewed: Generation[] = [];
    let first: unknown;
    for (const set of this.#setsToRenew(configuration, names)) {
      try {
        renewed.push(await this.#certificates.renew(set, insists));
      } catch (error) {
        first ??= error;
      }
    }
    if (first) throw first;
    return renewed;
  }

  /** What a renewal would find, see `rehearseSets`. @throws EveryhopError as `renew` does for the names. */
  async rehearse(configuration: Configuration, names: readonly string[]): Promise<RehearsedSet[]> {
    const present = { settings: this.#settings!, options: this.#issuerOptions, issuers: this.#issuers };
    return rehearseSets(this.#setsToRenew(configuration, names), present, this.#rehearsing.signal);
  }

  #setsToRenew({ sites }: Configuration, names: readonly string[]): (readonly string[])[] {
    if (this.#options.session.problem) throw this.#options.session.problem;
    const wanted = names.map((name) => canonicalHost(name) ?? name);
    const unknown = wanted.find((name) => !sites.some((site) => site.hosts.includes(name)));
    if (unknown !== undefined) {
      const served = sites.flatMap((site) => site.hosts).join(', ');
      throw certificatesError('certificates.unknown-name', { name: unknown, names: served });
    }
    const named = sites.filter(({ hosts }) => hosts.some((host) => wanted.includes(host)));
    const foreign = named.find(({ certificateFiles }) => certificateFiles);
    if (foreign) throw certificatesError('certificates.not-ours', { names: foreign.hosts.join(', ') });
    const chosen = named.length > 0 ? named : sites.filter(({ certificateFiles }) => !certificateFiles);
    return chosen.flatMap((site) => this.#setsOf(site));
  }

  /** Renews due certificates in the background until `stop`. */
  start(): void {
    this.#certificates.start();
  }

  async stop(): Promise<void> {
    this.#rehearsing.abort();
    await this.#certificates.stop();
  }

  /** After `stop`. */
  async close(): Promise<void> {
    await this.#issuers.close();
  }
}

function wholeOf(set: readonly string[], { hosts }: Site): string[] {
  return certificateSets(hosts).find((names) => names.includes(set[0]!))!;
}
