import os from 'node:os';
import { EveryhopError } from '../../base/errors.ts';
import { EventBus } from '../../base/events.ts';
import { Queue } from '../../base/queue.ts';
import { privateHosts } from '../../certificates/choice.ts';
import type { Configuration } from '../../config/configuration.ts';
import { type RenewedCertificate, startControl } from '../../control/server.ts';
import { EdgeChallenges } from '../../edge/challenges.ts';
import { type ListenerPlan, planListeners } from '../../edge/listeners.ts';
import type { Proof } from '../../edge/proof.ts';
import type { EdgeDocument } from '../../edge/snapshot.ts';
import { Supervisor } from '../../edge/supervisor.ts';
import type { Database } from '../../store/database.ts';
import { errorsIn } from '../../hop/finding.ts';
import type { StateSession } from '../state.ts';
import { clock, random } from '../system.ts';
import { announceConfiguration, announceProofs } from './announcements.ts';
import { isProven, Serving } from './apply.ts';
import { KeyPublication } from './key-publication.ts';
import { copyRegularly } from './copies.ts';
import { instancesOf } from './instances.ts';
import { Lan } from './lan.ts';
import { offerOf } from './offer.ts';
import { Publication } from './publication.ts';
import { openSession } from './open-session.ts';
import { SeenApps } from './seen-apps.ts';
import type { ServedSites } from './served-sites.ts';
import type { ServiceOptions } from './service-options.ts';
import { SiteCertificates } from './site-certificates.ts';
import { type LanStatus, lanStatus, type ServiceStatus, sitesStatus, workersFindings } from './status.ts';
import { Surroundings } from './surroundings.ts';
import { Upkeep } from './upkeep.ts';
import { NamedFiles, refuseNewFileProblems } from './named-files.ts';

/** Time between proofs of every name while nothing changes. */
const proveEveryMs = 60 * 60 * 1000;
/** Time between looks at this machine's addresses, which no event announces. */
const lookForAddressesEveryMs = 5_000;
/** Ticket keys rotate this often, which bounds what a stolen key can decrypt. */
const ticketKeysForMs = 12 * 60 * 60 * 1000;

/** The program that `up` runs: the edge, its certificates, the control socket, and their upkeep. */
export class Service {
  readonly events: EventBus;
  readonly #options: ServiceOptions;
  readonly #session: StateSession;
  readonly #supervisor: Supervisor;
  readonly #certificates: SiteCertificates;
  readonly #apps: SeenApps;
  readonly #serving: Serving;
  readonly #upkeep: Upkeep;
  readonly #lan: Lan;
  readonly #changes = new Queue();
  readonly #startedMs = clock.now();
  readonly #closers: (() => Promise<void> | void)[] = [];
  #isRunning = false;
  /** A file changed during the start. */
  #isOutdated = false;
  /** Ids of new certificates that failed their proof. The former ones stay until the next hour. */
  readonly #refused = new Set<string>();
  readonly #publication: Publication;
  readonly #keys: KeyPublication;
  readonly #surroundings = new Surroundings();

  private constructor(
    options: ServiceOptions,
    session: StateSession,
    database: Database,
    plan: ListenerPlan,
    events: EventBus,
    lan: Lan,
  ) {
    const { configuration, accessLog, env, version } = options;
    this.#options = options;
    this.#lan = lan;
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
    this.#publication = new Publication(session, this.#upkeep);
    this.#keys = new KeyPublication(this.#supervisor, database);
    const first = { configuration, plan, generations: [] };
    const [supervisor, upkeep] = [this.#supervisor, this.#upkeep];
    const documents = async (served: ServedSites): Promise<EdgeDocument[]> =>
      offerOf(served, this.#lan.place, await session.root())?.documents() ?? [];
    const apps = (this.#apps = new SeenApps({ clock, textOf: (file) => files.textOf(file), events, upkeep }));
    this.#serving = new Serving({ supervisor, session, database, upkeep, files, apps, documents }, first);
  }

  /**
   * Starts everything and proves it. A name that fails is reported in the status, and the others are served.
   * @throws EveryhopError after stopping everything that it started.
   */
  static async start(given: ServiceOptions, events: EventBus): Promise<Service> {
    const lan = new Lan();
    const options = { ...given, configuration: await lan.extend(given.configuration) };
    const { sites, permit } = options.configuration;
    // A certificate from elsewhere needs nothing in the private root.
    const names = [...privateHosts(sites), ...permit];
    const needsNoStore = sites.some(({ certificateFiles }) => certificateFiles);
    const session = await openSession(options.stateFolder, { names, isNew: options.isNew }, needsNoStore);
    try {
      const state = await session.state();
      await state.lock();
      const plan = await planListeners(options.configuration);
      const service = new Service(options, session, state.database, plan, events, lan);
      await service.#begin();
      return service;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async #begin(): Promise<void> {
    const { configuration, plan } = this.#serving.sites;
    this.#closers.push(this.events.on('app.answered', (event) => this.#takeUpApp(event)));
    this.#watchFiles(); // before they are read, so that a file that appears meanwhile is not missed
    try {
      await this.#certificates.configure(configuration, plan);
      if (!this.storeProblem) await this.#publication.adopt();
      const { generations } = await this.#certificates.beforeEdge(configuration);
      await this.#publication.publishRoot();
      await this.#keys.publish();
      await this.#serving.start({ configuration, plan, generations });
      await this.#publication.publish(this.#serving.sites, this.#certificates.unserved());
      this.#closers.push(() => this.#lan.end());
      await this.#lan.announce(plan.httpsPort);
      const control = await startControl(this.#options.stateFolder, {
        status: () => this.status(),
        reload: () => this.reload(),
        renewCertificates: (names, insists) => this.renewCertificates(names, insists),
        applyAccessKeys: (ended) => this.#keys.apply(ended, this.configuration),
        recordKeyUses: () => this.#keys.recordUses(),
        rehearseCertificates: (names) => this.#certificates.rehearse(this.configuration, names),
      });
      this.#closers.push(() => control.close());
      await this.#keys.publish(); // a command may have changed them before it could reach the socket
    } catch (error) {
      this.#upkeep.stop();
      await this.#supervisor.drain(0);
      throw error;
    }
    // Before the certificates are obtained: an authority that does not answer must not delay changes, or the other certificates.
    this.#beginUpkeep();
    announceConfiguration(this.events, this.#serving);
    this.#isRunning = true;
    if (this.#isOutdated) void this.reload().catch(() => {});
    await this.#obtainThroughEdge();
  }

  #beginUpkeep(): void {
    this.#certificates.start();
    this.#closers.push(() => this.#certificates.stop());
    this.#closers.push(this.events.on('certificate.ready', () => void this.#upkeep.attempt(() => this.#serveNewest())));
    this.#upkeep.every(proveEveryMs, async () => {
      await this.#changes.run(() => this.#serving.prove());
      for (const error of this.#serving.failures()) this.events.emit({ type: 'upkeep.failed', error: error.data() });
      this.#refused.clear();
      await this.checkSurroundings();
      await this.#serveNewest();
      // Strict-Transport-Security grows with the time for which the name has been proven.
      await this.#change(() => this.#serving.refresh());
    });
    this.#upkeep.every(lookForAddressesEveryMs, () => this.#followAddresses());
    copyRegularly(this.#upkeep, this.#session);
    this.#closers.push(this.#keys.keepUp(this.#upkeep));
    this.#upkeep.every(ticketKeysForMs, () => this.#change(() => this.#serving.rotateTicketKeys()));
    this.#closers.push(() => this.#upkeep.stop());
    this.#watchFiles();
  }

  #takeUpApp({ host }: { host?: string }): void {
    this.#isOutdated ||= !this.#isRunning;
    if (!this.#isRunning) return;
    const refresh = host === undefined ? Promise.resolve() : this.#change(() => this.#serving.refresh());
    void this.#upkeep.attempt(() => refresh.then(() => this.checkSurroundings()));
  }

  /** undefined: there is no private authority, so no client needs its root. */
  get rootFile(): string | undefined {
    return this.#publication.rootFile;
  }

  /** True if this start made the private root: no client trusts it yet. */
  get isRootNew(): boolean {
    return this.#publication.isRootNew;
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
    const lan = await this.#lanStatus();
    const all = [this.#options.findings ?? [], findings, this.#surroundings.findings, this.#lan.findings];
    return {
      version: this.#options.version,
      pid: process.pid,
      revision: this.#serving.revision,
      startedMs: this.#startedMs,
      ...(this.storeProblem && { storeProblem: this.storeProblem.data() }),
      sites: sitesStatus(this.#serving.sites, this.#certificates, this.#apps, workers, clock.now()),
      proofs: this.proofs.map((proof) => ({ ...proof, ok: isServed && isProven(proof) })),
      workers,
      instances: instancesOf(workers),
      findings: [...all.flat(), ...this.#keys.findings(this.configuration)],
      upstreams: this.#surroundings.upstreams,
      ...(lan && { lan }),
    };
  }

  /** Connects to every app once and resolves the names, to inform the user; nothing depends on the result. */
  async checkSurroundings(): Promise<void> {
    const answered = this.#lan.place?.names.map(({ name }) => name) ?? [];
    await this.#surroundings.check({
      snapshot: this.#supervisor.snapshot!,
      places: this.proofs.filter(({ host }) => !answered.includes(host)),
      rootPem: await this.#session.root(),
      sites: this.#serving.sites,
      apps: this.#apps,
    });
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
    this.#announceChange();
    const problems = [...kept, ...(await this.#obtainThroughEdge())];
    return { revision: this.#serving.revision, problems };
  }

  /** @returns why sites keep their former certificate, or have none. */
  async #adopt(read: Configuration): Promise<EveryhopError[]> {
    const former = this.#serving.sites;
    refuseNewFileProblems(read, former.configuration);
    const { place } = this.#lan;
    try {
      const configuration = await this.#lan.extend(read);
      const plan = await planListeners(configuration, former.plan.listeners);
      await this.#certificates.configure(configuration, plan, former.configuration);
      const { generations, problems } = await this.#certificates.beforeEdge(configuration, former);
      await this.#serving.apply({ configuration, plan, generations });
      await this.#afterChange();
      await this.#lan.announce(plan.httpsPort);
      for (const { hosts, error, site } of problems) {
        if (!site.certificateFiles) continue; // the attempt to issue has already announced it
        this.events.emit({ type: 'certificate.failed', names: [...hosts], error: error.data() });
      }
      return problems.map(({ error }) => error);
    } catch (error) {
      await this.#certificates.configure(former.configuration, former.plan, former.configuration).catch(() => {});
      // Renews the certificates of the former sites again.
      await this.#certificates.beforeEdge(former.configuration, former).catch(() => {});
      await this.#lan.restore(place, former.plan.httpsPort);
      throw error;
    }
  }

  /** Serves the addresses and names that this machine has now, if they have changed. */
  async #followAddresses(): Promise<void> {
    if (!(await this.#lan.hasChanged())) return;
    await this.#changes.run(() => this.#adopt(this.configuration));
    this.#announceChange();
    const lan = await this.#lanStatus();
    if (lan) this.events.emit({ type: 'lan.changed', ...lan });
  }

  async #lanStatus(): Promise<LanStatus | undefined> {
    const offer = offerOf(this.#serving.sites, this.#lan.place, await this.#session.root());
    return lanStatus(this.#lan.place, this.plan, offer);
  }

  /**
   * Renews the certificates of every site, or of those with one of these names. They are proven when this resolves.
   * @throws EveryhopError `certificates.unknown-name`, `certificates.not-ours`, or why issuing failed; the former
   *   certificates stay.
   */
  async renewCertificates(wanted: readonly string[], insists = false): Promise<RenewedCertificate[]> {
    const renewed = await this.#certificates.renew(this.configuration, wanted, insists);
    await this.#serveNewest();
    return renewed.map(({ names, issuer, serial, notAfterMs }) => ({ names, issuer, serial, notAfterMs }));
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
          announceProofs(this.events, this.#serving);
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
  async #afterChange(): Promise<void> {
    await this.#publication.publish(this.#serving.sites, this.#certificates.unserved());
    this.#watchFiles();
  }

  #watchFiles(): void {
    this.#upkeep.watch(this.configuration, () => {
      if (!this.#isRunning) this.#isOutdated = true;
      else void this.reload().catch(() => {}); // `reload` emits the event
    });
  }

  #announceChange(): void {
    announceConfiguration(this.events, this.#serving);
    announceProofs(this.events, this.#serving);
    void this.#upkeep.attempt(() => this.checkSurroundings());
  }
}
