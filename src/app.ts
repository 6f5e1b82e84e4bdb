/**
 * The only place that wires rooms together: what a command opens (`openRooms`), and the program that `up` keeps running
 * (`Service`). Decisions live in the rooms.
 */
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import type { ChallengeSolver } from './acme/challenge.ts';
import { HttpListenerSolver } from './acme/http-01/listener.ts';
import { WebrootSolver } from './acme/http-01/webroot.ts';
import { TlsAlpnListenerSolver } from './acme/tls-alpn-01/listener.ts';
import { knownAuthority } from './acme/authorities.ts';
import { Authority } from './authority/authority.ts';
import { systemClock, type Timer } from './base/clock.ts';
import { describeError, EveryhopError } from './base/errors.ts';
import { EventBus } from './base/events.ts';
import { readText, writeFileAtomic } from './base/files.ts';
import type { Language } from './base/messages/index.ts';
import { Secret } from './base/redact.ts';
import { systemRandom } from './base/random.ts';
import { dnsSolver } from './certificates/dns-solver.ts';
import { Certificates } from './certificates/certificates.ts';
import type { Generation } from './certificates/generation.ts';
import { servedGenerations } from './certificates/generation.ts';
import { Issuers, limitsOf, type ReadAuthority } from './certificates/issuers.ts';
import { type Attempt, Ledger, standing, type Standing } from './certificates/ledger.ts';
import { type LivePaths, publishLive } from './certificates/publish.ts';
import { standIn, standInIssuer } from './certificates/stand-in.ts';
import { hstsMaxAgeSeconds, provenForMs, recordProof } from './certificates/proofs.ts';
import type { ChallengeType, Configuration } from './config/configuration.ts';
import { upstreamText } from './config/upstream.ts';
import { FileWatch } from './config/watch.ts';
import { type RenewedCertificate, startControl } from './dashboard/control.ts';
import type { AccessLogFormat } from './edge/access-log.ts';
import { EdgeChallenges } from './edge/challenge-answers.ts';
import { composeSnapshot } from './edge/compose.ts';
import { type ListenerPlan, planListeners } from './edge/listeners.ts';
import { type Proof, prove } from './edge/proof.ts';
import type { EdgeSnapshot } from './edge/snapshot.ts';
import { Supervisor } from './edge/supervisor.ts';
import { checkUpstreams, type UpstreamVerdict } from './edge/upstream-check.ts';
import type { WorkerStatus } from './edge/worker-messages.ts';
import type { Database } from './store/database.ts';
import { openState, type State, stateFolder } from './store/state.ts';

export type { Refusal, RenewedCertificate } from './dashboard/control.ts';

const clock = systemClock;
const random = systemRandom;
/** How often every name is proven again while nothing changes. */
const proveEveryMs = 60 * 60 * 1000;
/** Session tickets are sealed with new keys so often: who steals a key reads no more than this. */
const ticketKeysForMs = 12 * 60 * 60 * 1000;

/** The state folder that a command means. */
export function chosenStateFolder(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  return stateFolder({ flag, env, uid: process.getuid?.(), home: os.homedir(), platform: process.platform });
}

export interface Rooms {
  state: State;
  authority: Authority;
}

/** Opens the store and the authority in it; both are made if this is the first time. Close the state afterwards. */
export async function openRooms(folder: string, names: readonly string[] = []): Promise<Rooms> {
  const state = await openState(folder);
  try {
    return { state, authority: await Authority.open(state.database, { clock, random, names }) };
  } catch (error) {
    await state.close();
    throw error;
  }
}

/** Where clients on this machine find the root. */
export function rootFileIn(folder: string): string {
  return path.join(folder, 'root.pem');
}

/** Root certificates are public; every client on the machine may read the file. */
export async function publishRoot(folder: string, authority: Authority): Promise<void> {
  await writeFileAtomic(rootFileIn(folder), authority.rootPem(), { mode: 0o644 });
}

export interface ServiceOptions {
  stateFolder: string;
  configuration: Configuration;
  /** Reads the configuration anew; what it throws is reported and the old one goes on. */
  readConfiguration: () => Promise<Configuration>;
  accessLog: AccessLogFormat;
  version: string;
  /** Of the reports in events. */
  language: Language;
}

export interface ServiceStatus {
  version: string;
  pid: number;
  revision: number;
  startedMs: number;
  sites: { urls: string[]; routes: { path: string; upstream: string }[]; certificate: CertificateStatus }[];
  proofs: Proof[];
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
  readonly rootFile: string;
  proofs: Proof[] = [];
  plan: ListenerPlan;
  readonly #options: ServiceOptions;
  readonly #rooms: Rooms;
  readonly #issuers: Issuers;
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
  /** Changes run one after the other. */
  #changing: Promise<unknown> = Promise.resolve();
  #watch: FileWatch | undefined;
  #watched: string[] = [];

  private constructor(options: ServiceOptions, rooms: Rooms, plan: ListenerPlan, events: EventBus) {
    this.#options = options;
    this.#rooms = rooms;
    this.#configuration = options.configuration;
    this.plan = plan;
    this.events = events;
    this.rootFile = rootFileIn(options.stateFolder);
    const { database } = rooms.state;
    const challenges = new EdgeChallenges({
      clock,
      random,
      publish: (answers) => this.#supervisor.answerChallenges(answers),
    });
    this.#issuers = new Issuers({
      database,
      authority: rooms.authority,
      ledger: new Ledger(database, clock, random),
      clock,
      // Without plain HTTP only the HTTPS listener is there to answer.
      solvers: () =>
        this.plan.httpPort === undefined ? [challenges.tlsAlpn01] : [challenges.http01, challenges.tlsAlpn01],
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
    const rooms = await openRooms(options.stateFolder, names);
    try {
      await rooms.state.lock();
      const service = new Service(options, rooms, await planListeners(options.configuration), events);
      await service.#begin();
      return service;
    } catch (error) {
      await rooms.state.close();
      throw error;
    }
  }

  get configuration(): Configuration {
    return this.#configuration;
  }

  async #begin(): Promise<void> {
    await publishRoot(this.#options.stateFolder, this.#rooms.authority);
    await this.#configureIssuers(this.#configuration);
    this.#generations = await this.#generationsToStart(this.#configuration);
    const snapshot = await this.#compose(this.#configuration, this.plan, this.#generations);
    await this.#supervisor.start(snapshot);
    try {
      await this.#proveOrThrow(snapshot);
      await this.#publish();
      await this.#obtainThroughEdge(this.#configuration);
      const control = await startControl(this.#options.stateFolder, {
        status: () => this.status(),
        reload: () => this.reload(),
        renewCertificates: (names) => this.renewCertificates(names),
      });
      this.#closers.push(() => control.close());
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

  async #configureIssuers(configuration: Configuration): Promise<void> {
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
      termsAgreed: true, // `up` says whose certificates it gets
      authorities,
      chosen: configuration.sites.map(({ hosts, certificate }) => ({ names: hosts, certificate })),
    });
  }

  /**
   * What can be served before the edge runs. An authority that validates through the edge comes later; until then what the
   * store has, or a stand-in.
   * @throws EveryhopError of the first site that the private authority has no certificate for.
   */
  async #generationsToStart({ sites }: Configuration): Promise<Generation[]> {
    const early = sites.filter(({ hosts }) => !this.#issuers.needsEdge(hosts));
    const issued = await this.#certificates.ensure(early.map(({ hosts }) => hosts));
    return Promise.all(
      sites.map(async (site): Promise<Generation> => {
        const at = early.indexOf(site);
        if (at >= 0) return issued[at]!;
        return (await this.#certificates.stored(site.hosts)) ?? standIn(site.hosts, clock, random);
      }),
    );
  }

  /** The certificates for which the edge has to run. What fails is told, and tried again by itself. */
  async #obtainThroughEdge({ sites }: Configuration): Promise<void> {
    const late = sites.filter(({ hosts }) => this.#issuers.needsEdge(hosts));
    if (late.length === 0) return;
    const outcomes = await Promise.allSettled(late.map(({ hosts }) => this.#certificates.ensureAlso(hosts)));
    this.startProblems = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' && outcome.reason instanceof EveryhopError ? [outcome.reason] : [],
    );
    await this.#takeUpCertificates();
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
      proofs: this.proofs,
      workers: await this.#supervisor.status(),
    };
  }

  /** What a visitor of this host types. */
  urlOf(host: string): string {
    const name = host.includes(':') ? `[${host}]` : host;
    return `https://${name}${this.plan.httpsPort === 443 ? '' : `:${this.plan.httpsPort}`}/`;
  }

  /** Asks every app whether it is there; what it finds is for a person to see, nothing depends on it. */
  async checkUpstreams(): Promise<UpstreamVerdict[]> {
    return checkUpstreams(this.#supervisor.snapshot!, clock);
  }

  /** Reads the configuration again, applies it and proves it; what fails leaves the old one running. */
  async reload(): Promise<{ revision: number }> {
    try {
      await this.#change(async () => {
        await this.#watch?.seen();
        const configuration = await this.#options.readConfiguration();
        const plan = await planListeners(configuration, this.plan.listeners);
        await this.#configureIssuers(configuration);
        try {
          const generations = await this.#certificates.ensure(configuration.sites.map((site) => site.hosts));
          await this.#apply(configuration, plan, generations);
        } catch (error) {
          await this.#configureIssuers(this.#configuration);
          // Back to keeping the certificates of what goes on being served.
          await this.#certificates.ensure(this.#configuration.sites.map((site) => site.hosts)).catch(() => {});
          throw error;
        }
      });
    } catch (error) {
      if (error instanceof EveryhopError)
        this.events.emit({ type: 'configuration.rejected', error: error.report(this.#options.language) });
      throw error;
    }
    const sites = this.#configuration.sites.length;
    this.events.emit({ type: 'configuration.applied', revision: this.#revision, sites });
    this.#tellProofs();
    return { revision: this.#revision };
  }

  /**
   * New certificates for every site, or for those that have one of these names; proven before this resolves.
   * @throws EveryhopError `certificates.unknown-name`, or why one could not be had; what was served before it goes on.
   */
  async renewCertificates(names: readonly string[]): Promise<RenewedCertificate[]> {
    const wanted = names.map((name) => name.toLowerCase());
    const { sites } = this.#configuration;
    const unknown = wanted.find((name) => !sites.some((site) => site.hosts.includes(name)));
    if (unknown !== undefined) {
      const served = sites.flatMap((site) => site.hosts).join(', ');
      throw new EveryhopError('certificates.unknown-name', { name: unknown, names: served });
    }
    const chosen = sites.filter(({ hosts }) => wanted.length === 0 || hosts.some((host) => wanted.includes(host)));
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
    await this.#rooms.state.close();
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#changing.then(work, work);
    this.#changing = turn.catch(() => {});
    return turn;
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

  /** For other programs on the machine; where it fails the edge serves nevertheless. */
  async #publish(): Promise<void> {
    for (const generation of this.#generations) {
      if (generation.issuer === standInIssuer) continue;
      await this.#quietly(async () => void (await publishLive(this.#options.stateFolder, generation)));
    }
  }

  async #compose(configuration: Configuration, plan: ListenerPlan, generations: Generation[]): Promise<EdgeSnapshot> {
    const pems = new Map<string, string>();
    for (const file of namedFiles(configuration)) pems.set(file, await readText(file));
    const { database } = this.#rooms.state;
    const provenMs = new Map<string, number>();
    for (const host of configuration.sites.flatMap((site) => site.hosts)) {
      provenMs.set(host, await provenForMs(database, host, clock.now()));
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
    const tops = generations.flatMap(({ chainPem, issuer }) =>
      knownAuthority(issuer) || ['private', standInIssuer].includes(issuer) ? [] : [topOf(chainPem)],
    );
    const proofs = await prove(
      { ...snapshot, sites },
      { clock, roots: [this.#rooms.authority.rootPem(), ...tls.getCACertificates('system'), ...tops] },
    );
    const { database } = this.#rooms.state;
    for (const host of new Set(proofs.map((proof) => proof.host))) {
      const ok = proofs.every((proof) => proof.host !== host || proof.ok);
      await recordProof(database, host, ok, clock.now());
    }
    this.proofs = proofs;
    const failed = proofs.find((proof) => proof.error !== undefined);
    if (failed) throw failed.error!;
  }

  /** A renewed certificate: the same configuration with the newest generations. */
  #takeUpCertificates(): Promise<void> {
    return this.#change(async () => {
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
      await this.#change(() => this.#proveOrThrow(this.#supervisor.snapshot!));
      // Strict-Transport-Security grows with the time that the name has been proven.
      await this.#change(() => this.#apply(this.#configuration, this.plan, this.#generations));
    });
  }

  #keepRotatingTickets(): void {
    this.#repeat(ticketKeysForMs, async () => {
      this.#ticketKeys = random.bytes(48);
      await this.#change(() => this.#apply(this.#configuration, this.plan, this.#generations));
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
        error instanceof EveryhopError ? error : new EveryhopError('internal.defect', { detail: describeError(error) });
      this.events.emit({ type: 'upkeep.failed', error: ours.report(this.#options.language) });
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

export interface ObtainOptions {
  stateFolder: string;
  names: readonly string[];
  /** Name of an authority, or the URL of its directory; undefined: the kind of the names decides. */
  authority: string | undefined;
  authorityRootFile: string | undefined;
  challenge: ChallengeType | 'dns-01' | undefined;
  dns: 'exec' | 'rfc2136' | undefined;
  dnsResolvers: readonly string[] | undefined;
  webroot: string | undefined;
  httpPort: number | undefined;
  httpsPort: number | undefined;
  profile: string | undefined;
  email: string | undefined;
  termsAgreed: boolean;
  env: NodeJS.ProcessEnv;
  version: string;
  /** Ends the attempt. */
  signal: AbortSignal;
}

export interface ObtainedCertificate {
  names: string[];
  issuer: string;
  serial: string;
  notAfterMs: number;
  live: LivePaths;
}

/**
 * Obtains a certificate without an edge, and publishes it under `live/`. One that is good is not obtained again.
 * @throws EveryhopError what stands in the way; what there was before stays.
 */
export async function obtainCertificate(options: ObtainOptions): Promise<ObtainedCertificate> {
  const { state, authority } = await openRooms(options.stateFolder);
  const { database } = state;
  const solvers = await standAloneSolvers(options, database);
  const issuers = new Issuers({
    database,
    authority,
    ledger: new Ledger(database, clock, random),
    clock,
    solvers: () => solvers,
    userAgent: `everyhop/${options.version}`,
  });
  const { authorityRootFile, profile } = options;
  const given = options.authority;
  const directoryUrl = knownAuthority(given ?? 'letsencrypt')?.directoryUrl ?? given ?? '';
  issuers.configure({
    email: options.email,
    termsAgreed: options.termsAgreed,
    authorities: {
      given: {
        directoryUrl,
        rootsPem: authorityRootFile === undefined ? undefined : await readText(authorityRootFile),
        profile,
        challenge: undefined,
        binding: undefined,
      },
    },
    chosen: [
      { names: options.names, certificate: given === undefined ? undefined : [given === 'private' ? given : 'given'] },
    ],
  });
  const certificates = new Certificates({
    database,
    issuersFor: (names) => issuers.for(names),
    clock,
    random,
    events: new EventBus(),
  });
  options.signal.addEventListener('abort', () => void certificates.stop());
  try {
    const [generation] = await certificates.ensure([options.names]);
    const { names, issuer, serial, notAfterMs } = generation!;
    return { names, issuer, serial, notAfterMs, live: await publishLive(options.stateFolder, generation!) };
  } finally {
    await certificates.stop();
    await issuers.close();
    await state.close();
  }
}

/** What is to be served for each set of names that the store has. */
export async function listCertificates(folder: string): Promise<Omit<ObtainedCertificate, 'live'>[]> {
  const { state } = await openRooms(folder);
  try {
    const served = await servedGenerations(state.database, clock.now());
    return served.map(({ names, issuer, serial, notAfterMs }) => ({ names, issuer, serial, notAfterMs }));
  } finally {
    await state.close();
  }
}

export interface LedgerReport {
  attempts: Attempt[];
  standings: ({ names: string; authority: string } & Standing)[];
}

/** What was tried at which authority, newest first, and how things stand for each set of names there. */
export async function readLedger(folder: string): Promise<LedgerReport> {
  const { state } = await openRooms(folder);
  try {
    const attempts = await new Ledger(state.database, clock, random).attempts();
    const pairs = new Map(attempts.map(({ authority, names }) => [`${authority} ${names}`, { authority, names }]));
    const standings = [...pairs.values()].map(({ authority, names }) => {
      const there = attempts.filter((attempt) => attempt.authority === authority);
      return { names, authority, ...standing(there, names.split(' '), limitsOf(authority), clock.now()) };
    });
    return { attempts, standings };
  } finally {
    await state.close();
  }
}

async function standAloneSolvers(options: ObtainOptions, database: Database): Promise<ChallengeSolver[]> {
  const { webroot, httpPort, httpsPort, challenge, dns, dnsResolvers, env } = options;
  const port = httpPort === undefined ? {} : { port: httpPort };
  const http = webroot === undefined ? new HttpListenerSolver(port) : new WebrootSolver({ folder: webroot });
  const solvers: ChallengeSolver[] = [
    http,
    new TlsAlpnListenerSolver(httpsPort === undefined ? {} : { port: httpsPort }),
  ];
  if (dns !== undefined) {
    const solver = await dnsSolver(dns, { database, clock, random, env, resolvers: dnsResolvers });
    await solver.cleanLeftovers();
    solvers.unshift(solver);
  }
  return solvers.filter(({ type }) => (challenge ?? type) === type);
}

/** Of a chain without its root: the certificate that the root signed. */
function topOf(chainPem: string): string {
  return chainPem.slice(chainPem.lastIndexOf('-----BEGIN CERTIFICATE-----'));
}

/** Every PEM file that the configuration names. */
function namedFiles(configuration: Configuration): string[] {
  const files = configuration.sites.flatMap((site) => [
    ...(site.clientCertificates ? [site.clientCertificates.rootFile] : []),
    ...site.routes.flatMap((route) => route.upstream.rootFile ?? []),
  ]);
  const ofAuthorities = Object.values(configuration.authorities).flatMap(({ rootFile }) => rootFile ?? []);
  return [...new Set([...files, ...ofAuthorities])];
}
