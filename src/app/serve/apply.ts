import type { EveryhopError } from '../../base/errors.ts';
import { ownAddresses } from '../../base/own-addresses.ts';
import { hstsMaxAgeSeconds, provenForMs, recordProof } from '../../certificates/proofs.ts';
import { standIn, standInIssuer } from '../../certificates/stand-in.ts';
import { composeSnapshot } from '../../edge/compose.ts';
import { type Proof, prove } from '../../edge/proof.ts';
import type { EdgeDocument, EdgeSite, EdgeSnapshot } from '../../edge/snapshot.ts';
import type { Supervisor } from '../../edge/supervisor.ts';
import { errorsIn } from '../../hop/finding.ts';
import type { Database } from '../../store/database.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { StateSession } from '../state.ts';
import { clock, random } from '../system.ts';
import { visitorRoots } from '../visitor-roots.ts';
import { cookieKeys, needsCookieKeys } from './cookie-keys.ts';
import { mayOffer } from './offer.ts';
import type { NamedFiles } from './named-files.ts';
import type { SeenApps } from './seen-apps.ts';
import type { ServedSites } from './served-sites.ts';
import { isSticky, stickyKey } from './sticky-key.ts';
import type { Upkeep } from './upkeep.ts';

export interface ServingOptions {
  supervisor: Supervisor;
  session: StateSession;
  database: Database;
  upkeep: Upkeep;
  files: NamedFiles;
  apps: SeenApps;
  /** Documents for sites that `mayOffer` the private root. */
  documents(sites: ServedSites): Promise<EdgeDocument[]>;
}

/** A change that was not taken: the names that it would break, and why the first one fails. */
export interface Refusal {
  hosts: string[];
  error: EveryhopError;
}

/** The edge's current sites. A change is composed, applied and proven, or rolled back. */
export class Serving {
  sites: ServedSites;
  revision = 0;
  /** Results of the last proof, in the order of the sites. */
  proofs: Proof[] = [];
  readonly #options: ServingOptions;
  #ticketKeys = random.bytes(48);
  #cookieKeys: string[] | undefined;
  readonly #proofToken = random.bytes(18).toString('base64url');
  /** A root that has issued nothing. */
  #nobodyPem: string | undefined;

  constructor(options: ServingOptions, first: ServedSites) {
    this.#options = options;
    this.sites = first;
  }

  /** Starts the edge, then proves it. A name that fails is reported in `proofs`, and the others are served. */
  async start(sites: ServedSites): Promise<void> {
    this.sites = sites;
    await this.#options.supervisor.start(await this.#compose(sites));
    await this.prove();
  }

  /**
   * Applies and proves a change. Names that failed before may still fail.
   * @throws EveryhopError of the first name that the change breaks, after restoring the former sites.
   */
  async apply(sites: ServedSites): Promise<void> {
    const refusal = await this.tryToApply(sites);
    if (refusal) throw refusal.error;
  }

  /**
   * Like `apply`.
   * @returns the names that the change breaks, after restoring the former sites; undefined: the change is in force.
   */
  async tryToApply(sites: ServedSites): Promise<Refusal | undefined> {
    const former = this.#options.supervisor.snapshot!;
    let proofs = await this.#serve(sites, former);
    if (this.#newlyFailing(proofs).length > 0) {
      await this.#restore(former);
      // Time may have broken the name: its certificate may have expired since the last proof.
      await this.prove();
      const broken = this.#newlyFailing(proofs);
      if (broken.length > 0) return refusalOf(broken);
      proofs = await this.#serve(sites, former);
    }
    this.sites = sites;
    await this.#accept(proofs);
    return undefined;
  }

  /** Applies the same sites again with current times and keys. */
  async refresh(): Promise<void> {
    await this.apply(this.sites);
  }

  async rotateTicketKeys(): Promise<void> {
    this.#ticketKeys = random.bytes(48);
    await this.refresh();
  }

  /** Visits every name again. */
  async prove(): Promise<void> {
    await this.#accept(await this.#visit(this.#options.supervisor.snapshot!, this.sites));
  }

  /** Why names failed in the last proof, one error a name. */
  failures(): EveryhopError[] {
    const failing = new Map(this.proofs.filter(isFailing).map((proof) => [proof.host, proof]));
    return [...failing.values()].map(({ findings }) => errorsIn(findings)[0]!.error);
  }

  async #serve(sites: ServedSites, former: EdgeSnapshot): Promise<Proof[]> {
    const snapshot = await this.#compose(sites);
    try {
      await this.#options.supervisor.apply(snapshot);
      return await this.#visit(snapshot, sites);
    } catch (error) {
      await this.#restore(former);
      throw error;
    }
  }

  async #restore(former: EdgeSnapshot): Promise<void> {
    this.revision += 1;
    await this.#options.supervisor.restore(former, this.revision);
  }

  /** The failing proofs of names that were served as configured before, and of new names. */
  #newlyFailing(proofs: readonly Proof[]): Proof[] {
    const former = new Set(this.sites.configuration.sites.flatMap(({ hosts }) => hosts));
    const healthy = new Set(this.proofs.map(({ host }) => host));
    for (const proof of this.proofs) if (isFailing(proof)) healthy.delete(proof.host);
    return proofs.filter((proof) => isFailing(proof) && (healthy.has(proof.host) || !former.has(proof.host)));
  }

  async #visit(snapshot: EdgeSnapshot, { generations }: ServedSites): Promise<Proof[]> {
    // A stand-in is temporary and not trusted, so there is nothing to prove.
    const sites = snapshot.sites.map(withoutStandIns);
    const roots = visitorRoots(await this.#options.session.root(), generations.flat());
    return prove({ ...snapshot, sites }, { clock, roots, ownAddresses: ownAddresses() });
  }

  async #accept(proofs: Proof[]): Promise<void> {
    this.proofs = proofs;
    for (const host of new Set(proofs.map((proof) => proof.host))) {
      const ok = proofs.every((proof) => proof.host !== host || isProven(proof));
      // A full disk only keeps Strict-Transport-Security from growing.
      await this.#options.upkeep.attempt(() => recordProof(this.#options.database, host, ok, clock.now()));
    }
  }

  /** Log-ins go on when the disk is full: the keys then last as long as this process. */
  async #currentCookieKeys(configuration: Configuration): Promise<string[]> {
    if (!needsCookieKeys(configuration)) return [];
    const { database, upkeep } = this.#options;
    await upkeep.attempt(async () => {
      this.#cookieKeys = await cookieKeys(database, random, clock.now());
    });
    return (this.#cookieKeys ??= [random.bytes(32).toString('base64')]);
  }

  async #compose(served: ServedSites): Promise<EdgeSnapshot> {
    const { configuration, plan, generations } = served;
    const { files } = this.#options;
    const documents = await this.#options.documents(served);
    this.#nobodyPem ??= (await standIn(['nobody.invalid'], clock, random)).chainPem;
    const provenMs = new Map<string, number>();
    for (const host of configuration.sites.flatMap((site) => site.hosts)) {
      provenMs.set(host, await provenForMs(this.#options.database, host, clock.now()));
    }
    const { apps } = this.#options;
    await apps.look(configuration, plan.httpsPort);
    this.revision += 1;
    return composeSnapshot({
      configuration,
      plan,
      revision: this.revision,
      proofToken: this.#proofToken,
      ticketKeys: this.#ticketKeys,
      ...(isSticky(configuration) && { stickyKey: await stickyKey(this.#options.database, random) }),
      cookieKeys: await this.#currentCookieKeys(configuration),
      credentials: generations.map((ofSite) =>
        ofSite.map(({ id, chainPem, keyPem }) => ({ id, chainPem, keyPem: keyPem.reveal() })),
      ),
      hstsMaxAgeSeconds: (host) => hstsMaxAgeSeconds(provenMs.get(host) ?? 0),
      pemOf: (file) => files.textOf(file),
      listsOf: (file) => files.listsOf(file),
      usersOf: (file) => files.usersOf(file),
      nobodyPem: this.#nobodyPem,
      appAt: (upstream) => apps.at(upstream),
      documents,
      hasDocuments: (site) => documents.length > 0 && mayOffer(site),
    });
  }
}

/** The site with only those hosts that have a certificate. */
function withoutStandIns(site: EdgeSite): EdgeSite {
  const isReal = (_: unknown, index: number): boolean => !site.credentialIds[index]!.startsWith(standInIssuer);
  return { ...site, hosts: site.hosts.filter(isReal), credentialIds: site.credentialIds.filter(isReal) };
}

function refusalOf(broken: readonly Proof[]): Refusal {
  const hosts = [...new Set(broken.map(({ host }) => host))];
  return { hosts, error: errorsIn(broken[0]!.findings)[0]!.error };
}

function isFailing({ findings }: Proof): boolean {
  return errorsIn(findings).length > 0;
}

export function isProven({ findings }: Proof): boolean {
  return findings.length === 0;
}
