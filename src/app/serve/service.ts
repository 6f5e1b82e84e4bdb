import os from 'node:os';
import type { ChallengeSolver } from '../../acme/challenge.ts';
import { type Timer } from '../../base/clock.ts';
import { describeError, EveryhopError } from '../../base/errors.ts';
import { EventBus } from '../../base/events.ts';
import { readText } from '../../base/files.ts';
import { baseError } from '../../base/messages.ts';
import { Queue } from '../../base/queue.ts';
import { Secret } from '../../base/redact.ts';
import { Certificates } from '../../certificates/certificates.ts';
import { dnsSolver } from '../../certificates/dns-solver.ts';
import { filesIssuer, readCertificateFiles } from '../../certificates/from-files.ts';
import type { Generation } from '../../certificates/generation.ts';
import { Issuers, type ReadAuthority } from '../../certificates/issuers.ts';
import { Ledger } from '../../certificates/ledger.ts';
import { certificatesError } from '../../certificates/messages.ts';
import { hstsMaxAgeSeconds, provenForMs, recordProof } from '../../certificates/proofs.ts';
import { publishLive } from '../../certificates/publish.ts';
import { standIn, standInIssuer } from '../../certificates/stand-in.ts';
import type { Configuration, Site } from '../../config/configuration.ts';
import { upstreamText } from '../../config/upstream.ts';
import { FileWatch } from '../../config/watch.ts';
import { type RenewedCertificate, startControl } from '../../control/server.ts';
import type { PublicDns } from '../../dns/public-dns.ts';
import type { AccessLogFormat } from '../../edge/access-log.ts';
import { EdgeChallenges } from '../../edge/challenge-answers.ts';
import { composeSnapshot } from '../../edge/compose.ts';
import { type ListenerPlan, planListeners } from '../../edge/listeners.ts';
import { type Proof, prove } from '../../edge/proof.ts';
import type { EdgeSnapshot } from '../../edge/snapshot.ts';
import { Supervisor } from '../../edge/supervisor.ts';
import { checkUpstreams, type UpstreamCheck } from '../../edge/upstream-check.ts';
import type { WorkerStatus } from '../../edge/worker-messages.ts';
import { errorsIn } from '../../hop/finding.ts';
import { withBrackets } from '../../names/address.ts';
import { canonicalHost } from '../../names/host-name.ts';
import type { Database } from '../../store/database.ts';
import { publishRoot, rootFileIn } from '../authority/root.ts';
import { StateSession } from '../state.ts';
import { clock, random } from '../system.ts';
import { visitorRoots } from '../visitor-roots.ts';
import { worldDns } from '../world-dns.ts';

/** How often every name is proven again while nothing changes. */
const proveEveryMs = 60 * 60 * 1000;
/** Session tickets are sealed with new keys so often: who steals a key reads no more than this. */
const ticketKeysForMs = 12 * 60 * 60 * 1000;

export interface ServiceOptions {
  stateFolder: string;
  configuration: Configuration;
  /** Reads the configuration anew; what it throws is reported and the old one goes on. */
  readConfiguration: () => Promise<Configuration>;
  accessLog: AccessLogFormat;
  version: string;
  /** Where the settings of a DNS provider are. */
  env: NodeJS.ProcessEnv;
}

export interface ServiceStatus {
  version: string;
  pid: number;
  revision: number;
  startedMs: number;
  sites: { urls: string[]; routes: { path: string; upstream: string }[]; certificate: CertificateStatus }[];
  /** `ok`: it has no findings. */
  proofs: (Proof & { ok: boolean })[];
  workers: WorkerStatus[];
}

interface CertificateStatus {
  issuer: string;
  serial: string;
  notAfterMs: number;
}

/** The program that `up` runs: edge, certificates, control socket, and the timers that keep them right. */
export class Service {
  readonly events: EventBus;
  /** undefined: there is no private authority, so no client needs its root. */
  rootFile: string | undefined;
  proofs: Proof[] = [];
  plan: ListenerPlan;
  readonly #options: ServiceOptions;
  readonly #session: StateSession;
  readonly #database: Database;
  readonly #issuers: Issuers;
  readonly #challenges: EdgeChallenges;
  readonly #certificates: Certificates;
  /** What kept a certificate from being there at the start; it is tried again by itself. */
  startProblems: EveryhopError[] = [];
  readonly #supervisor: Supervisor;
  readonly #startedMs = clock.now();
  readonly #closers: (() => Promise<void> | void)[] = [];
  #configuration: Configuration;
  #generations: Generation[] = [];
  #ticketKeys = random.bytes(48);
  readonly #proofToken = random.bytes(18).toString('base64url');
  #revision = 0;
  readonly #changes = new Queue();
  #watch: FileWatch | undefined;
  #watched: string[] = [];

  private constructor(
    options: ServiceOptions,
    session: StateSession,
    database: Database,
    plan: ListenerPlan,
    events: EventBus,
  ) {
    this.#options = options;
    this.#session = session;
    this.#database = database;
    this.#configuration = options.configuration;
    this.plan = plan;
    this.events = events;
    this.#challenges = new EdgeChallenges({
      clock,
      random,
      publish: (answers) => this.#supervisor.answerChallenges(answers),
    });
    this.#issuers = new Issuers({
      database,
      authority: () => session.authority(),
      ledger: new Ledger(database, clock, random),
      clock,
      random,
      userAgent: `everyhop/${options.version}`,
    });
    this.#certificates = new Certificates({
      database,
      issuersFor: (names) => this.#issuers.for(names),
      clock,
      random,
      events,
    });
    const workers = options.configuration.workers ?? Math.max(2, os.availableParallelism());
    this.#supervisor = new Supervisor({ clock, events, workers, accessLog: options.accessLog });
  }

  /**
   * Starts everything and proves it: when this resolves, every name is served as meant.
   * @throws EveryhopError what stands in the way; nothing is left running then.
   */
  static async start(options: ServiceOptions, events: EventBus): Promise<Service> {
    const names = options.configuration.sites.flatMap((site) => site.hosts);
    const session = new StateSession(options.stateFolder, { names });
    try {
      const state = await session.state();
      await state.lock();
      const plan = await planListeners(options.configuration);
      const service = new Service(options, session, state.database, plan, events);
      await service.#begin();
      return service;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  get configuration(): Configuration {
    return this.#configuration;
  }

  async #begin(): Promise<void> {
    await this.#configureIssuers(this.#configuration, this.plan);
    this.#generations = await this.#generationsToStart(this.#configuration);
    await this.#publishRoot();
    const snapshot = await this.#compose(this.#configuration, this.plan, this.#generations);
    await this.#supervisor.start(snapshot);
    try {
      await this.#proveOrThrow(snapshot);
      await this.#publish();
      const control = await startControl(this.#options.stateFolder, {
        status: () => this.status(),
        reload: () => this.reload(),
        renewCertificates: (names) => this.renewCertificates(names),
      });
      this.#closers.push(() => control.close());
      this.startProblems = await this.#obtainThroughEdge();
    } catch (error) {
      await this.#supervisor.drain(0);
      throw error;
    }
    this.#certificates.start();
    this.#closers.push(() => this.#certificates.stop());
    this.#closers.push(this.events.on('certificate.ready', () => void this.#quietly(() => this.#takeUpCertificates())));
    this.#keepProving();
    this.#keepRotatingTickets();
    this.#watchFiles();
    this.events.emit({
      type: 'configuration.applied',
      revision: this.#revision,
      sites: this.#configuration.sites.length,
    });
  }

  async #configureIssuers(configuration: Configuration, plan: ListenerPlan): Promise<void> {
    const dns = worldDns(configuration.dnsResolvers);
    const solvers = await this.#solversFor(configuration, plan, dns);
    const authorities: Record<string, ReadAuthority> = {};
    for (const [name, { rootFile, binding, ...rest }] of Object.entries(configuration.authorities)) {
      authorities[name] = {
        ...rest,
        rootsPem: rootFile === undefined ? undefined : await readText(rootFile),
        binding: binding && { keyId: binding.keyId, macKey: new Secret((await readText(binding.macKeyFile)).trim()) },
      };
    }
    this.#issuers.configure({
      email: configuration.email,
      profile: configuration.profile,
      solvers,
      dns,
      termsAgreed: true, // `up` says whose certificates it gets
      authorities,
      chosen: configuration.sites.map(({ hosts, certificate }) => ({ names: hosts, certificate })),
    });
  }

  async #solversFor(configuration: Configuration, plan: ListenerPlan, dns: PublicDns): Promise<ChallengeSolver[]> {
    const { http01, tlsAlpn01 } = this.#challenges;
    // Without plain HTTP only the HTTPS listener is there to answer.
    const solvers: ChallengeSolver[] = plan.httpPort === undefined ? [tlsAlpn01] : [http01, tlsAlpn01];
    if (configuration.dns !== undefined) {
      const database = this.#database;
      const solver = await dnsSolver(configuration.dns, { database, clock, random, env: this.#options.env, dns });
      await solver.cleanLeftovers();
      solvers.push(solver);
    }
    return solvers.filter(({ type }) => (configuration.challenge ?? type) === type);
  }

  /**
   * What can be served before the edge runs. An authority that validates through the edge comes later; until then what the
   * store has, or a stand-in.
   * @throws EveryhopError of the first site that the private authority has no certificate for.
   */
  async #generationsToStart({ sites }: Configuration): Promise<Generation[]> {
    const early = sites.filter((site) => !this.#comesLate(site) && !site.certificateFiles);
    const issued = await this.#certificates.ensure(early.map(({ hosts }) => hosts));
    return Promise.all(
      sites.map(async (site): Promise<Generation> => {
        const at = early.indexOf(site);
        if (at >= 0) return issued[at]!;
        if (site.certificateFiles) return readCertificateFiles(site.hosts, site.certificateFiles, clock.now());
        return (await this.#certificates.stored(site.hosts)) ?? standIn(site.hosts, clock, random);
      }),
    );
  }

  /** Does it take an authority that must see the edge run before it certifies this site? */
  #comesLate({ hosts, certificateFiles }: Site): boolean {
    return !certificateFiles && this.#issuers.needsEdge(hosts);
  }

  /** The certificates for which the edge has to run. What fails is returned, and tried again by itself. */
  async #obtainThroughEdge(): Promise<EveryhopError[]> {
    const late = this.#configuration.sites.filter((site) => this.#comesLate(site));
    if (late.length === 0) return [];
    const outcomes = await Promise.allSettled(late.map(({ hosts }) => this.#certificates.ensureAlso(hosts)));
    await this.#takeUpCertificates();
    return outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' && outcome.reason instanceof EveryhopError ? [outcome.reason] : [],
    );
  }

  async status(): Promise<ServiceStatus> {
    return {
      version: this.#options.version,
      pid: process.pid,
      revision: this.#revision,
      startedMs: this.#startedMs,
      sites: this.#configuration.sites.map((site, index) => ({
        urls: site.hosts.map((host) => this.urlOf(host)),
        routes: site.routes.map((route) => ({ path: route.path, upstream: upstreamText(route.upstream) })),
        certificate: {
          issuer: this.#generations[index]!.issuer,
          serial: this.#generations[index]!.serial,
          notAfterMs: this.#generations[index]!.notAfterMs,
        },
      })),
      proofs: this.proofs.map((proof) => ({ ...proof, ok: isProven(proof) })),
      workers: await this.#supervisor.status(),
    };
  }

  /** What a visitor of this host types. */
  urlOf(host: string): string {
    const name = withBrackets(host);
    return `https://${name}${this.plan.httpsPort === 443 ? '' : `:${this.plan.httpsPort}`}/`;
  }

  /** Asks every app whether it is there; what it finds is for a person to see, nothing depends on it. */
  async checkUpstreams(): Promise<UpstreamCheck[]> {
    return checkUpstreams(this.#supervisor.snapshot!, clock);
  }

  /**
   * Reads the configuration again, applies it and proves it; what fails leaves the old one running.
   * @returns what kept new certificates from being there, beside the revision that is served now.
   */
  async reload(): Promise<{ revision: number; problems: EveryhopError[] }> {
    try {
      await this.#changes.run(async () => {
        await this.#watch?.seen();
        const configuration = await this.#options.readConfiguration();
        const plan = await planListeners(configuration, this.plan.listeners);
        try {
          await this.#configureIssuers(configuration, plan);
          await this.#apply(configuration, plan, await this.#generationsToStart(configuration));
        } catch (error) {
          await this.#configureIssuers(this.#configuration, this.plan).catch(() => {});
          // Back to keeping the certificates of what goes on being served.
          await this.#generationsToStart(this.#configuration).catch(() => {});
          throw error;
        }
      });
    } catch (error) {
      if (error instanceof EveryhopError) this.events.emit({ type: 'configuration.rejected', error: error.data() });
      throw error;
    }
    const sites = this.#configuration.sites.length;
    this.events.emit({ type: 'configuration.applied', revision: this.#revision, sites });
    this.#tellProofs();
    const problems = await this.#obtainThroughEdge();
    return { revision: this.#revision, problems };
  }

  /**
   * New certificates for every site, or for those that have one of these names; proven before this resolves.
   * @throws EveryhopError `certificates.unknown-name`, or why one could not be had; what was served before it goes on.
   */
  async renewCertificates(names: readonly string[]): Promise<RenewedCertificate[]> {
    const wanted = names.map((name) => canonicalHost(name) ?? name);
    const { sites } = this.#configuration;
    const unknown = wanted.find((name) => !sites.some((site) => site.hosts.includes(name)));
    if (unknown !== undefined) {
      const served = sites.flatMap((site) => site.hosts).join(', ');
      throw certificatesError('certificates.unknown-name', { name: unknown, names: served });
    }
    const named = sites.filter(({ hosts }) => hosts.some((host) => wanted.includes(host)));
    const foreign = named.find(({ certificateFiles }) => certificateFiles);
    if (foreign) throw certificatesError('certificates.not-ours', { names: foreign.hosts.join(', ') });
    const chosen = named.length > 0 ? named : sites.filter(({ certificateFiles }) => !certificateFiles);
    const renewed: RenewedCertificate[] = [];
    for (const { hosts } of chosen) {
      const { issuer, serial, notAfterMs } = await this.#certificates.renew(hosts);
      renewed.push({ names: hosts, issuer, serial, notAfterMs });
    }
    await this.#takeUpCertificates();
    return renewed;
  }

  #tellProofs(): void {
    const seen = this.proofs.map(({ url, address, serial }) => ({ url, address, serial: serial ?? '' }));
    this.events.emit({ type: 'proven', revision: this.#revision, seen });
  }

  /** Lets open streams end, at most for the configured time, and gives everything back. */
  async stop(deadlineMs = this.#configuration.drainSeconds * 1000): Promise<void> {
    const workers = await this.#supervisor.status();
    const streams = workers.reduce((sum, worker) => sum + worker.streams, 0);
    this.events.emit({ type: 'draining', streams, deadlineMs });
    this.#watch?.end();
    for (const close of this.#closers.toReversed()) await close();
    await this.#supervisor.drain(deadlineMs);
    await this.#issuers.close();
    await this.#session.close();
  }

  async #apply(configuration: Configuration, plan: ListenerPlan, generations: Generation[]): Promise<void> {
    const former = this.#supervisor.snapshot!;
    const snapshot = await this.#compose(configuration, plan, generations);
    try {
      await this.#supervisor.apply(snapshot);
      await this.#proveOrThrow(snapshot, generations);
    } catch (error) {
      this.#revision += 1;
      await this.#supervisor.restore(former, this.#revision);
      throw error;
    }
    this.#configuration = configuration;
    this.plan = plan;
    this.#generations = generations;
    await this.#publish();
    this.#watchFiles();
  }

  /** For clients on this machine. There is no root before the first private certificate. */
  async #publishRoot(): Promise<void> {
    const root = await this.#session.root();
    if (root === undefined) return;
    await publishRoot(this.#options.stateFolder, root);
    this.rootFile = rootFileIn(this.#options.stateFolder);
  }

  /** For other programs on the machine; where it fails the edge serves nevertheless. */
  async #publish(): Promise<void> {
    if (this.rootFile === undefined) await this.#quietly(() => this.#publishRoot());
    for (const generation of this.#generations) {
      if ([standInIssuer, filesIssuer].includes(generation.issuer)) continue;
      await this.#quietly(async () => void (await publishLive(this.#options.stateFolder, generation)));
    }
  }

  async #compose(configuration: Configuration, plan: ListenerPlan, generations: Generation[]): Promise<EdgeSnapshot> {
    const pems = new Map<string, string>();
    for (const file of namedFiles(configuration)) pems.set(file, await readText(file));
    const provenMs = new Map<string, number>();
    for (const host of configuration.sites.flatMap((site) => site.hosts)) {
      provenMs.set(host, await provenForMs(this.#database, host, clock.now()));
    }
    this.#revision += 1;
    return composeSnapshot({
      configuration,
      plan,
      revision: this.#revision,
      proofToken: this.#proofToken,
      ticketKeys: this.#ticketKeys,
      credentials: generations.map(({ id, chainPem, keyPem }) => ({ id, chainPem, keyPem: keyPem.reveal() })),
      hstsMaxAgeSeconds: (host) => hstsMaxAgeSeconds(provenMs.get(host) ?? 0),
      pemOf: (file) => pems.get(file)!,
    });
  }

  async #proveOrThrow(snapshot: EdgeSnapshot, generations = this.#generations): Promise<void> {
    // A stand-in is there to be replaced; there is nothing to prove of it.
    const sites = snapshot.sites.filter((site) => !site.credentialIds.some((id) => id.startsWith(standInIssuer)));
    const roots = visitorRoots(await this.#session.root(), generations);
    const proofs = await prove({ ...snapshot, sites }, { clock, roots });
    for (const host of new Set(proofs.map((proof) => proof.host))) {
      const ok = proofs.every((proof) => proof.host !== host || isProven(proof));
      await recordProof(this.#database, host, ok, clock.now());
    }
    this.proofs = proofs;
    const [first] = errorsIn(proofs.flatMap(({ findings }) => findings));
    if (first) throw first.error;
  }

  /** A renewed certificate: the same configuration with the newest generations. */
  #takeUpCertificates(): Promise<void> {
    return this.#changes.run(async () => {
      const { sites } = this.#configuration;
      const generations = sites.map(
        (site, index) => this.#certificates.current(site.hosts) ?? this.#generations[index]!,
      );
      if (generations.every(({ id }, index) => id === this.#generations[index]!.id)) return;
      await this.#apply(this.#configuration, this.plan, generations);
      this.#tellProofs();
    });
  }

  #keepProving(): void {
    this.#repeat(proveEveryMs, async () => {
      await this.#changes.run(() => this.#proveOrThrow(this.#supervisor.snapshot!));
      // Strict-Transport-Security grows with the time that the name has been proven.
      await this.#changes.run(() => this.#apply(this.#configuration, this.plan, this.#generations));
    });
  }

  #keepRotatingTickets(): void {
    this.#repeat(ticketKeysForMs, async () => {
      this.#ticketKeys = random.bytes(48);
      await this.#changes.run(() => this.#apply(this.#configuration, this.plan, this.#generations));
    });
  }

  #repeat(everyMs: number, work: () => Promise<void>): void {
    let timer: Timer;
    const next = (): void => {
      timer = clock.after(everyMs, () => {
        void this.#quietly(work);
        next();
      });
    };
    next();
    this.#closers.push(() => timer.cancel());
  }

  /** Work that nobody waits for: what goes wrong becomes an event. */
  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const ours =
        error instanceof EveryhopError ? error : baseError('internal.defect', { detail: describeError(error) });
      this.events.emit({ type: 'upkeep.failed', error: ours.data() });
    }
  }

  #watchFiles(): void {
    const files = [
      ...(this.#configuration.file === undefined ? [] : [this.#configuration.file]),
      ...namedFiles(this.#configuration),
    ];
    // A watch that goes on sees a change that was made while the configuration was being applied.
    if (files.join('\n') === this.#watched.join('\n')) return;
    this.#watched = files;
    this.#watch?.end();
    this.#watch = new FileWatch(files, clock, () => void this.reload().catch(() => {})); // told as an event
  }
}

function isProven({ findings }: Proof): boolean {
  return findings.length === 0;
}

/** Every file that the configuration names. */
function namedFiles(configuration: Configuration): string[] {
  const files = configuration.sites.flatMap((site) => [
    ...(site.clientCertificates ? [site.clientCertificates.rootFile] : []),
    ...site.routes.flatMap((route) => route.upstream.rootFile ?? []),
  ]);
  const certificates = configuration.sites.flatMap(({ certificateFiles: named }) =>
    named ? [named.chainFile, named.keyFile] : [],
  );
  const ofAuthorities = Object.values(configuration.authorities).flatMap(({ rootFile }) => rootFile ?? []);
  return [...new Set([...files, ...certificates, ...ofAuthorities])];
}
