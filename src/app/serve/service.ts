import { existsSync } from 'node:fs';
import os from 'node:os';
import { EveryhopError } from '../../base/errors.ts';
import { EventBus } from '../../base/events.ts';
import { Queue } from '../../base/queue.ts';
import { adoptPublished } from '../../certificates/adopt.ts';
import { privateHosts } from '../../certificates/choice.ts';
import type { Configuration } from '../../config/configuration.ts';
import { type RenewedCertificate, startControl } from '../../control/server.ts';
import type { AccessLogFormat } from '../../edge/access-log.ts';
import { EdgeChallenges } from '../../edge/challenges.ts';
import { type ListenerPlan, planListeners } from '../../edge/listeners.ts';
import type { Proof } from '../../edge/proof.ts';
import { Supervisor } from '../../edge/supervisor.ts';
import { checkUpstreams, type UpstreamCheck } from '../../edge/upstream-check.ts';
import type { Database } from '../../store/database.ts';
import { errorsIn, type Finding } from '../../hop/finding.ts';
import { permitFindings, publishRoot, rootFileIn } from '../authority/root.ts';
import type { StateSession } from '../state.ts';
import { clock, random } from '../system.ts';
import { isProven, Serving } from './apply.ts';
import { publishSites } from './publish-sites.ts';
import { openSession } from './open-session.ts';
import type { ServedSites } from './served-sites.ts';
import { SiteCertificates } from './site-certificates.ts';
import { type ServiceStatus, sitesStatus, workersFindings } from './status.ts';
import { systemResolver, unresolvedNames } from './surroundings.ts';
import { Upkeep } from './upkeep.ts';
import { NamedFiles, refuseNewFileProblems } from './named-files.ts';

/** Time between proofs of every name while nothing changes. */
const proveEveryMs = 60 * 60 * 1000;
/** Time between checks for today's copy of the store. */
const copyEveryMs = 60 * 60 * 1000;
/** Ticket keys rotate this often, which bounds what a stolen key can decrypt. */
const ticketKeysForMs = 12 * 60 * 60 * 1000;

export interface ServiceOptions {
  stateFolder: string;
  configuration: Configuration;
  /** Reads the configuration again. After an error the old one stays in force. */
  readConfiguration: () => Promise<Configuration>;
  /** As in `StateOptions`. */
  isNew?: boolean | undefined;
  accessLog: AccessLogFormat;
  version: string;
  /** Holds the settings of a DNS provider. */
  env: NodeJS.ProcessEnv;
}

/** The program that `up` runs: the edge, its certificates, the control socket, and their upkeep. */
export class Service {
  readonly events: EventBus;
  /** undefined: there is no private authority, so no client needs its root. */
  rootFile: string | undefined;
  /** True if this start made the private root: no client trusts it yet. */
  isRootNew = false;
  readonly #options: ServiceOptions;
  readonly #session: StateSession;
  readonly #supervisor: Supervisor;
  readonly #certificates: SiteCertificates;
  readonly #serving: Serving;
  readonly #upkeep: Upkeep;
  readonly #changes = new Queue();
  readonly #startedMs = clock.now();
  readonly #closers: (() => Promise<void> | void)[] = [];
  #isRunning = false;
  /** A file changed during the start. */
  #isOutdated = false;
  /** Ids of new certificates that failed their proof. The former ones stay until the next hour. */
  readonly #refused = new Set<string>();
  #upstreams: UpstreamCheck[] = [];
  #names: Finding[] = [];
  #permits: Finding[] = [];

  private constructor(
    options: ServiceOptions,
    session: StateSession,
    database: Database,
    plan: ListenerPlan,
    events: EventBus,
  ) {
    const { configuration, accessLog, env, version } = options;
    this.#options = options;
    this.#session = session;
    this.events = events;
    const workers = configuration.workers ?? Math.max(2, os.availableParallelism());
    this.#supervisor = new Supervisor({ clock, events, workers, accessLog });
    const challenges = new EdgeChallenges({
      clock,
      random,
      publish: (answers) => this.#supervisor.answerChallenges(answers),
    });
    const files = new NamedFiles();
    this.#certificates = new SiteCertificates({ session, database, challenges, events, env, version, files });
    this.#upkeep = new Upkeep(clock, events);
    const first = { configuration, plan, generations: [] };
    const [supervisor, upkeep] = [this.#supervisor, this.#upkeep];
    this.#serving = new Serving({ supervisor, session, database, upkeep, files }, first);
  }

  /**
   * Starts everything and proves it. A name that fails is reported in the status, and the others are
   * served.
   * @throws EveryhopError after stopping everything that it started.
   */
  static async start(options: ServiceOptions, events: EventBus): Promise<Service> {
    const { sites, permit } = options.configuration;
    // A certificate from elsewhere needs nothing in the private root.
    const names = [...privateHosts(sites), ...permit];
    const needsNoStore = sites.some(({ certificateFiles }) => certificateFiles);
    const session = await openSession(options.stateFolder, { names, isNew: options.isNew }, needsNoStore);
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

  async #begin(): Promise<void> {
    const { configuration, plan } = this.#serving.sites;
    this.#watchFiles(); // before they are read, so that a file that appears meanwhile is not missed
    try {
      await this.#certificates.configure(configuration, plan);
      if (!this.storeProblem) await this.#upkeep.attempt(() => this.#adoptPublished());
      const { generations } = await this.#certificates.beforeEdge(configuration);
      await this.#upkeep.attempt(() => this.#publishRoot());
      await this.#serving.start({ configuration, plan, generations });
      await this.#publish();
      const control = await startControl(this.#options.stateFolder, {
        status: () => this.status(),
        reload: () => this.reload(),
        renewCertificates: (names, insists) => this.renewCertificates(names, insists),
        rehearseCertificates: (names) => this.#certificates.rehearse(this.configuration, names),
      });
      this.#closers.push(() => control.close());
    } catch (error) {
      this.#upkeep.stop();
      await this.#supervisor.drain(0);
      throw error;
    }
    // Before the certificates are obtained: an authority that does not answer must not delay changes, or the other certificates.
    this.#beginUpkeep();
    this.#announceConfiguration();
    this.#isRunning = true;
    if (this.#isOutdated) void this.reload().catch(() => {});
    await this.#obtainThroughEdge();
  }

  #beginUpkeep(): void {
    this.#certificates.start();
    this.#closers.push(() => this.#certificates.stop());
    const takeUp = (): void => void this.#upkeep.attempt(() => this.#serveNewest());
    this.#closers.push(this.events.on('certificate.ready', takeUp));
    this.#upkeep.every(proveEveryMs, async () => {
      await this.#changes.run(() => this.#serving.prove());
      for (const error of this.#serving.failures()) this.events.emit({ type: 'upkeep.failed', error: error.data() });
      this.#refused.clear();
      await this.checkSurroundings();
      await this.#serveNewest();
      // Strict-Transport-Security grows with the time for which the name has been proven.
      await this.#change(() => this.#serving.refresh());
    });
    this.#upkeep.every(copyEveryMs, () => this.#copyStore());
    void this.#upkeep.attempt(() => this.#copyStore());
    this.#upkeep.every(ticketKeysForMs, () => this.#change(() => this.#serving.rotateTicketKeys()));
    this.#closers.push(() => this.#upkeep.stop());
    this.#watchFiles();
  }

  /** A store restored from an older copy lacks the newest certificates. */
  async #adoptPublished(): Promise<void> {
    await adoptPublished(await this.#session.database(), this.#options.stateFolder);
  }

  /** Makes the daily copy. A service without its store repeats why. */
  async #copyStore(): Promise<void> {
    if (this.storeProblem) throw this.storeProblem;
    await this.#session.copy();
  }

  /** Why the store cannot be used: nothing is renewed until it is restored. */
  get storeProblem(): EveryhopError | undefined {
    return this.#session.problem;
  }

  get configuration(): Configuration {
    return this.#serving.sites.configuration;
  }

  get plan(): ListenerPlan {
    return this.#serving.sites.plan;
  }

  get proofs(): Proof[] {
    return this.#serving.proofs;
  }

  async status(): Promise<ServiceStatus> {
    const workers = await this.#supervisor.status();
    const findings = workersFindings(workers, this.#supervisor);
    // A proof is older than the loss of all workers.
    const isServed = errorsIn(findings).length === 0;
    return {
      version: this.#options.version,
      pid: process.pid,
      revision: this.#serving.revision,
      startedMs: this.#startedMs,
      ...(this.storeProblem && { storeProblem: this.storeProblem.data() }),
      sites: sitesStatus(this.#serving.sites, this.#certificates, workers, clock.now()),
      proofs: this.proofs.map((proof) => ({ ...proof, ok: isServed && isProven(proof) })),
      workers,
      findings: [...findings, ...this.#names, ...this.#permits],
      upstreams: this.#upstreams,
    };
  }

  /** Connects to every app once and resolves the names, to inform the user; nothing depends on the result. */
  async checkSurroundings(): Promise<void> {
    const [upstreams, names] = await Promise.all([
      checkUpstreams(this.#supervisor.snapshot!, { clock }),
      unresolvedNames(this.proofs, systemResolver(clock)),
    ]);
    this.#upstreams = upstreams;
    this.#permits = permitFindings(await this.#session.root(), this.configuration.permit);
    this.#names = names;
  }

  /**
   * Reads the configuration again, applies it and proves it. After a failure the old one stays in force.
   * @returns the revision served now, and the certificates that could not be obtained yet.
   */
  async reload(): Promise<{ revision: number; problems: EveryhopError[] }> {
    let kept: EveryhopError[];
    try {
      kept = await this.#changes.run(async () => {
        await this.#upkeep.seen();
        return this.#adopt(await this.#options.readConfiguration());
      });
    } catch (error) {
      if (error instanceof EveryhopError) this.events.emit({ type: 'configuration.rejected', error: error.data() });
      throw error;
    }
    this.#announceConfiguration();
    this.#announceProofs();
    void this.#upkeep.attempt(() => this.checkSurroundings());
    const problems = [...kept, ...(await this.#obtainThroughEdge())];
    return { revision: this.#serving.revision, problems };
  }

  /** @returns why sites keep their former certificate, or have none. */
  async #adopt(configuration: Configuration): Promise<EveryhopError[]> {
    const former = this.#serving.sites;
    refuseNewFileProblems(configuration, former.configuration);
    const plan = await planListeners(configuration, former.plan.listeners);
    try {
      await this.#certificates.configure(configuration, plan, former.configuration);
      const { generations, problems } = await this.#certificates.beforeEdge(configuration, former);
      await this.#apply({ configuration, plan, generations });
      for (const { hosts, error, site } of problems) {
        if (!site.certificateFiles) continue; // the attempt to issue has already announced it
        this.events.emit({ type: 'certificate.failed', names: [...hosts], error: error.data() });
      }
      return problems.map(({ error }) => error);
    } catch (error) {
      await this.#certificates.configure(former.configuration, former.plan, former.configuration).catch(() => {});
      // Renews the certificates of the former sites again.
      await this.#certificates.beforeEdge(former.configuration, former).catch(() => {});
      throw error;
    }
  }

  /**
   * Renews the certificates of every site, or of those with one of these names. They are proven when this resolves.
   * @throws EveryhopError `certificates.unknown-name`, `certificates.not-ours`, or why issuing failed; the former
   *   certificates stay.
   */
  async renewCertificates(names: readonly string[], insists = false): Promise<RenewedCertificate[]> {
    const renewed = await this.#certificates.renew(this.configuration, names, insists);
    await this.#serveNewest();
    return renewed.map(({ names: hosts, issuer, serial, notAfterMs }) => ({
      names: hosts,
      issuer,
      serial,
      notAfterMs,
    }));
  }

  /** Lets open streams finish within the deadline, then closes everything. */
  async stop(deadlineMs = this.configuration.drainSeconds * 1000): Promise<void> {
    const workers = await this.#supervisor.status();
    const streams = workers.reduce((sum, worker) => sum + worker.streams, 0);
    this.events.emit({ type: 'draining', streams, deadlineMs });
    for (const close of this.#closers.toReversed()) await close();
    await this.#supervisor.drain(deadlineMs);
    await this.#certificates.close();
    await this.#session.close();
  }

  async #obtainThroughEdge(): Promise<EveryhopError[]> {
    const problems = await this.#certificates.throughEdge(this.configuration);
    if (!problems) return [];
    try {
      await this.#serveNewest();
    } catch (error) {
      if (!(error instanceof EveryhopError)) throw error;
      problems.push(error);
    }
    return problems;
  }

  /**
   * Applies the same configuration with the newest certificates.
   * @throws EveryhopError of the first certificate that fails its proof; the others are then served.
   */
  #serveNewest(): Promise<void> {
    return this.#changes.run(async () => {
      let first: EveryhopError | undefined;
      for (;;) {
        const { sites } = this.#serving;
        const generations = this.#certificates.newest(sites.configuration, sites.generations, this.#refused);
        const present = new Set(sites.generations.flat().map(({ id }) => id));
        const fresh = generations.flat().filter(({ id }) => !present.has(id));
        if (fresh.length === 0) break;
        const refusal = await this.#serving.tryToApply({ ...sites, generations });
        if (!refusal) {
          await this.#afterChange();
          this.#announceProofs();
          break;
        }
        first ??= refusal.error;
        const blamed = fresh.filter(({ names }) => names.some((name) => refusal.hosts.includes(name)));
        for (const { id, names } of blamed.length > 0 ? blamed : fresh) {
          this.#refused.add(id);
          this.#certificates.note(names, refusal.error);
        }
      }
      if (first) throw first;
    });
  }

  #change(work: () => Promise<void>): Promise<void> {
    return this.#changes.run(async () => {
      await work();
      await this.#afterChange();
    });
  }

  /** Call it only within `#changes`. */
  async #apply(sites: ServedSites): Promise<void> {
    await this.#serving.apply(sites);
    await this.#afterChange();
  }

  async #afterChange(): Promise<void> {
    await this.#publish();
    this.#watchFiles();
  }

  /** Publishes the files for other programs on this machine. A failure becomes an event; the edge keeps serving. */
  async #publish(): Promise<void> {
    if (this.rootFile === undefined) await this.#upkeep.attempt(() => this.#publishRoot());
    await this.#upkeep.attempt(() =>
      publishSites(this.#session, this.#serving.sites, this.#certificates.unserved(), this.#upkeep),
    );
  }

  /** Publishes the root for clients on this machine. It does not exist before the first private certificate. */
  async #publishRoot(): Promise<void> {
    const root = await this.#session.root();
    if (root === undefined) return;
    this.isRootNew = !existsSync(rootFileIn(this.#options.stateFolder));
    if (!this.storeProblem) await publishRoot(this.#options.stateFolder, root);
    this.rootFile = rootFileIn(this.#options.stateFolder);
  }

  #watchFiles(): void {
    this.#upkeep.watch(this.configuration, () => {
      if (!this.#isRunning) this.#isOutdated = true;
      else void this.reload().catch(() => {}); // `reload` emits the event
    });
  }

  #announceConfiguration(): void {
    const { revision } = this.#serving;
    this.events.emit({ type: 'configuration.applied', revision, sites: this.configuration.sites.length });
  }

  #announceProofs(): void {
    const seen = this.proofs.map(({ url, address, serial }) => ({ url, address, serial: serial ?? '' }));
    this.events.emit({ type: 'proven', revision: this.#serving.revision, seen });
  }
}
