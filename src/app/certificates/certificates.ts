/** What `everyhop certificates` does on its own, with or without a program that serves. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { knownAuthority } from '../../acme/authorities.ts';
import type { ChallengeSolver } from '../../acme/challenge.ts';
import { HttpListenerSolver } from '../../acme/http-01/listener.ts';
import { WebrootSolver } from '../../acme/http-01/webroot.ts';
import type { RevocationReason } from '../../acme/revocation-reason.ts';
import { TlsAlpnListenerSolver } from '../../acme/tls-alpn-01/listener.ts';
import { type ErrorData, EveryhopError } from '../../base/errors.ts';
import { EventBus } from '../../base/events.ts';
import { readText } from '../../base/files.ts';
import { Certificates } from '../../certificates/certificates.ts';
import { dnsSolver } from '../../certificates/dns-solver.ts';
import { type Generation, nameSetKey, readGenerations, servedGenerations } from '../../certificates/generation.ts';
import { Issuers, limitsOf } from '../../certificates/issuers.ts';
import { type Attempt, Ledger, standing, type Standing } from '../../certificates/ledger.ts';
import { certificatesError } from '../../certificates/messages.ts';
import { exportTo, type LivePaths, livePaths, publishLive } from '../../certificates/publish.ts';
import type { ChallengeType } from '../../config/configuration.ts';
import type { PublicDns } from '../../dns/public-dns.ts';
import { errorsIn, type Finding } from '../../hop/finding.ts';
import type { Database } from '../../store/database.ts';
import { clock, openRooms, publishRoot, random, type Rooms } from '../rooms.ts';
import { worldDns } from '../world-dns.ts';

export interface ObtainOptions {
  stateFolder: string;
  names: readonly string[];
  /** Name of an authority, or the URL of its directory; undefined: the kind of the names decides. */
  authority: string | undefined;
  authorityRootFile: string | undefined;
  challenge: ChallengeType | undefined;
  /** Id of a DNS provider. */
  dns: string | undefined;
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

export interface StoredCertificate {
  names: string[];
  issuer: string;
  serial: string;
  notBeforeMs: number;
  notAfterMs: number;
  revokedMs: number | undefined;
  live: LivePaths;
}

/** `failure`: why it is still the former one, which was due for renewal. */
export interface Obtained extends StoredCertificate {
  failure: ErrorData | undefined;
}

/**
 * Obtains a certificate without an edge, and publishes it under `live/`. One that is good is not obtained again.
 * @throws EveryhopError what stands in the way; what there was before stays.
 */
export async function obtainCertificate(options: ObtainOptions): Promise<Obtained> {
  const rooms = await openRooms(options.stateFolder);
  try {
    const issuers = await issuersFor(options, rooms, rooms.state.database);
    const { generation, failure } = await issueOnce(rooms, issuers, options);
    await publishLive(options.stateFolder, generation);
    if (generation.issuer === 'private') await publishRoot(options.stateFolder, rooms.authority);
    return { ...described(options.stateFolder, generation), failure };
  } finally {
    await rooms.state.close();
  }
}

export interface DryRun {
  /** What the authority would find; empty for the private one, which looks at nothing. */
  findings: Finding[];
  /** Who issued a certificate for a test, and what kept it from it. */
  rehearsal: { authority: string; error: EveryhopError | undefined } | undefined;
}

/**
 * Looks at what the authority would look at, then has a certificate for tests issued where the authority offers that. Nothing of
 * it is kept: neither account, nor certificate, nor an attempt in the ledger.
 * @throws EveryhopError what kept it from looking.
 */
export async function rehearse(options: ObtainOptions): Promise<DryRun> {
  const rooms = await openRooms(options.stateFolder);
  // DNS records that are written are noted in the real store, so that they are taken away even after a crash.
  const { database } = rooms.state;
  try {
    const wanted = await issuersFor(options, rooms, database);
    const findings = (await wanted.look(options.names, options.signal)) ?? [];
    const authority = rehearsalAuthority(options);
    const hopeless = errorsIn(findings).length > 0 && authority !== options.authority;
    await wanted.close();
    if (findings.length === 0 || authority === undefined || hopeless) return { findings, rehearsal: undefined };
    return { findings, rehearsal: { authority, error: await rehearseAt(authority, options, database) } };
  } finally {
    await rooms.state.close();
  }
}

/** A directory of one's own is asked itself; of the known ones, those that have a sister for tests. */
function rehearsalAuthority({ authority = 'letsencrypt' }: ObtainOptions): string | undefined {
  const known = knownAuthority(authority);
  if (!known) return authority;
  return known.isStaging ? known.id : knownAuthority(`${known.id}-staging`)?.id;
}

async function rehearseAt(
  authority: string,
  options: ObtainOptions,
  presented: Database,
): Promise<EveryhopError | undefined> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-dry-run-'));
  try {
    const rooms = await openRooms(folder);
    try {
      const issuers = await issuersFor({ ...options, authority, termsAgreed: true }, rooms, presented);
      await issueOnce(rooms, issuers, options);
    } finally {
      await rooms.state.close();
    }
    return undefined;
  } catch (error) {
    if (error instanceof EveryhopError) return error;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function issueOnce(
  rooms: Rooms,
  issuers: Issuers,
  { names, signal }: ObtainOptions,
): Promise<{ generation: Generation; failure: ErrorData | undefined }> {
  const events = new EventBus();
  let failure: ErrorData | undefined;
  events.on('certificate.failed', ({ error }) => (failure = error));
  const certificates = new Certificates({
    database: rooms.state.database,
    issuersFor: (set) => issuers.for(set),
    clock,
    random,
    events,
  });
  signal.addEventListener('abort', () => void certificates.stop());
  try {
    const [generation] = await certificates.ensure([names]);
    return { generation: generation!, failure };
  } finally {
    await certificates.stop();
    await issuers.close();
  }
}

/** What decides who issues; without solvers' settings nothing is obtained. */
type IssuerWish = Pick<ObtainOptions, 'names' | 'termsAgreed' | 'version'> & Partial<ObtainOptions>;

/** @param presented where DNS records that were written are noted. */
async function issuersFor(
  options: IssuerWish,
  { state: { database }, authority }: Rooms,
  presented: Database,
): Promise<Issuers> {
  const { authority: given, authorityRootFile, names, email, profile, termsAgreed } = options;
  const ledger = new Ledger(database, clock, random);
  const userAgent = `everyhop/${options.version}`;
  const issuers = new Issuers({ database, authority, ledger, clock, random, userAgent });
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

async function standAloneSolvers(options: IssuerWish, database: Database, view: PublicDns): Promise<ChallengeSolver[]> {
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

/** What is to be served for each set of names that the store has. */
export async function listCertificates(folder: string): Promise<StoredCertificate[]> {
  return withDatabase(folder, async (database) => {
    const served = await servedGenerations(database, clock.now());
    return served.map((generation) => described(folder, generation));
  });
}

export interface CertificateHistory {
  /** What is to be served. */
  served: StoredCertificate & { chainPem: string };
  /** All that the store has for these names, newest first. */
  generations: StoredCertificate[];
}

/** @param name one of the names of a certificate. @throws EveryhopError `certificates.unknown-name`. */
export async function showCertificate(folder: string, name: string): Promise<CertificateHistory> {
  return withDatabase(folder, async (database) => {
    const served = await servedFor(database, name);
    const generations = await readGenerations(database, nameSetKey(served.names));
    return {
      served: { ...described(folder, served), chainPem: served.chainPem },
      generations: generations.map((generation) => described(folder, generation)),
    };
  });
}

export interface RevokeOptions {
  stateFolder: string;
  name: string;
  reason: RevocationReason;
  authorityRootFile: string | undefined;
  version: string;
  signal: AbortSignal;
}

/**
 * Has what is served for a name revoked.
 * @throws EveryhopError `certificates.unknown-name`, or why the authority would not.
 */
export async function revokeCertificate(options: RevokeOptions): Promise<StoredCertificate> {
  const { stateFolder, name, reason, authorityRootFile, version, signal } = options;
  const rooms = await openRooms(stateFolder);
  try {
    const { database } = rooms.state;
    const generation = await servedFor(database, name);
    const { names, issuer: authority } = generation;
    const wish = { names, authority, authorityRootFile, termsAgreed: false, version };
    const issuers = await issuersFor(wish, rooms, database);
    try {
      await issuers.revoke(generation, reason, signal);
    } finally {
      await issuers.close();
    }
    return described(stateFolder, { ...generation, revokedMs: clock.now() });
  } finally {
    await rooms.state.close();
  }
}

/**
 * Writes what is served for a name into a folder, by the names that certbot gives the files.
 * @throws EveryhopError `certificates.unknown-name`, `file.*`.
 */
export async function exportCertificate(folder: string, name: string, target: string): Promise<LivePaths> {
  return withDatabase(folder, async (database) => {
    const generation = await servedFor(database, name);
    await mkdir(target, { recursive: true });
    return exportTo(target, generation);
  });
}

async function servedFor(database: Database, name: string): Promise<Generation> {
  const all = await servedGenerations(database, clock.now());
  const wanted = name.toLowerCase();
  const found = all.find(({ names }) => names.includes(wanted));
  if (found) return found;
  const names = all.flatMap((one) => one.names).join(', ');
  throw certificatesError('certificates.unknown-name', { name, names: names === '' ? '–' : names });
}

function described(folder: string, generation: Generation): StoredCertificate {
  const { names, issuer, serial, notBeforeMs, notAfterMs, revokedMs } = generation;
  return { names, issuer, serial, notBeforeMs, notAfterMs, revokedMs, live: livePaths(folder, names) };
}

export interface LedgerReport {
  attempts: Attempt[];
  standings: ({ names: string; authority: string } & Standing)[];
}

/** What was tried at which authority, newest first, and how things stand for each set of names there. */
export async function readLedger(folder: string): Promise<LedgerReport> {
  return withDatabase(folder, async (database) => {
    const attempts = await new Ledger(database, clock, random).attempts();
    const pairs = new Map(attempts.map(({ authority, names }) => [`${authority} ${names}`, { authority, names }]));
    const standings = [...pairs.values()].map(({ authority, names }) => {
      const there = attempts.filter((attempt) => attempt.authority === authority);
      return { names, authority, ...standing(there, names.split(' '), limitsOf(authority), clock.now()) };
    });
    return { attempts, standings };
  });
}

async function withDatabase<T>(folder: string, work: (database: Database) => Promise<T>): Promise<T> {
  const { state } = await openRooms(folder);
  try {
    return await work(state.database);
  } finally {
    await state.close();
  }
}
