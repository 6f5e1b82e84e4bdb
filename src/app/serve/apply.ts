import { readText } from '../../base/files.ts';
import { hstsMaxAgeSeconds, provenForMs, recordProof } from '../../certificates/proofs.ts';
import { standInIssuer } from '../../certificates/stand-in.ts';
import type { Configuration } from '../../config/configuration.ts';
import { composeSnapshot } from '../../edge/compose.ts';
import type { ListenerPlan } from '../../edge/listeners.ts';
import { type Proof, prove } from '../../edge/proof.ts';
import type { EdgeSite, EdgeSnapshot } from '../../edge/snapshot.ts';
import type { Supervisor } from '../../edge/supervisor.ts';
import { errorsIn } from '../../hop/finding.ts';
import type { Database } from '../../store/database.ts';
import type { StateSession } from '../state.ts';
import { clock, random } from '../system.ts';
import { visitorRoots } from '../visitor-roots.ts';
import { namedFiles } from './named-files.ts';
import type { HostCertificates } from './site-certificates.ts';

/** A configuration with its listeners and certificates. */
export interface ServedSites {
  configuration: Configuration;
  plan: ListenerPlan;
  /** The certificate of each host of each site, in the order of the configuration. */
  generations: HostCertificates;
}

/** The edge's current sites. A change is composed, applied and proven, or rolled back. */
export class Serving {
  sites: ServedSites;
  revision = 0;
  /** Results of the last proof, in the order of the sites. */
  proofs: Proof[] = [];
  readonly #supervisor: Supervisor;
  readonly #session: StateSession;
  readonly #database: Database;
  #ticketKeys = random.bytes(48);
  readonly #proofToken = random.bytes(18).toString('base64url');

  constructor(supervisor: Supervisor, session: StateSession, database: Database, first: ServedSites) {
    this.#supervisor = supervisor;
    this.#session = session;
    this.#database = database;
    this.sites = first;
  }

  /** Starts the edge without a proof. */
  async start(sites: ServedSites): Promise<void> {
    this.sites = sites;
    await this.#supervisor.start(await this.#compose(sites));
  }

  /** @throws EveryhopError of the first name that is not served as configured, after restoring the former sites. */
  async apply(sites: ServedSites): Promise<void> {
    const former = this.#supervisor.snapshot!;
    const snapshot = await this.#compose(sites);
    try {
      await this.#supervisor.apply(snapshot);
      await this.#prove(snapshot, sites.generations);
    } catch (error) {
      this.revision += 1;
      await this.#supervisor.restore(former, this.revision);
      throw error;
    }
    this.sites = sites;
  }

  /** Applies the same sites again with current times and keys. */
  async refresh(): Promise<void> {
    await this.apply(this.sites);
  }

  async rotateTicketKeys(): Promise<void> {
    this.#ticketKeys = random.bytes(48);
    await this.refresh();
  }

  /** @throws EveryhopError of the first name that is not served as configured. */
  async prove(): Promise<void> {
    await this.#prove(this.#supervisor.snapshot!, this.sites.generations);
  }

  async #prove(snapshot: EdgeSnapshot, generations: HostCertificates): Promise<void> {
    // A stand-in is temporary and not trusted, so there is nothing to prove.
    const sites = snapshot.sites.map(withoutStandIns);
    const roots = visitorRoots(await this.#session.root(), generations.flat());
    const proofs = await prove({ ...snapshot, sites }, { clock, roots });
    for (const host of new Set(proofs.map((proof) => proof.host))) {
      const ok = proofs.every((proof) => proof.host !== host || isProven(proof));
      await recordProof(this.#database, host, ok, clock.now());
    }
    this.proofs = proofs;
    const [first] = errorsIn(proofs.flatMap(({ findings }) => findings));
    if (first) throw first.error;
  }

  async #compose({ configuration, plan, generations }: ServedSites): Promise<EdgeSnapshot> {
    const pems = new Map<string, string>();
    for (const file of namedFiles(configuration)) pems.set(file, await readText(file));
    const provenMs = new Map<string, number>();
    for (const host of configuration.sites.flatMap((site) => site.hosts)) {
      provenMs.set(host, await provenForMs(this.#database, host, clock.now()));
    }
    this.revision += 1;
    return composeSnapshot({
      configuration,
      plan,
      revision: this.revision,
      proofToken: this.#proofToken,
      ticketKeys: this.#ticketKeys,
      credentials: generations.map((ofSite) =>
        ofSite.map(({ id, chainPem, keyPem }) => ({ id, chainPem, keyPem: keyPem.reveal() })),
      ),
      hstsMaxAgeSeconds: (host) => hstsMaxAgeSeconds(provenMs.get(host) ?? 0),
      pemOf: (file) => pems.get(file)!,
    });
  }
}

/** The site with only those hosts that have a certificate. */
function withoutStandIns(site: EdgeSite): EdgeSite {
  const isReal = (_: unknown, index: number): boolean => !site.credentialIds[index]!.startsWith(standInIssuer);
  return { ...site, hosts: site.hosts.filter(isReal), credentialIds: site.credentialIds.filter(isReal) };
}

export function isProven({ findings }: Proof): boolean {
  return findings.length === 0;
}
