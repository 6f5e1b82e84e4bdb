import path from 'node:path';
import { authoritiesFor } from '../../certificates/choice.ts';
import { hstsMaxAgeSeconds, provenForMs, recordProof } from '../../certificates/proofs.ts';
import { exportTo, liveName, livePaths, publishLive } from '../../certificates/publish.ts';
import { standIn } from '../../certificates/stand-in.ts';
import type { CertificateSource, IssuanceOptions, SourceCertificate } from '../../nginx/sites.ts';
import type { DatabaseReader } from '../../store/database.ts';
import type { Binding } from '../certificates/authorities.ts';
import { obtainIn, type ObtainSummary } from '../certificates/obtain.ts';
import { summaryOf } from '../certificates/summary.ts';
import type { StateSession } from '../state.ts';
import { clock, random } from '../system.ts';
import { visitorRoots } from '../visitor-roots.ts';

/** An hour, a day, a week, thirty days, a year. Few steps, as each requires a reload of nginx. */
const hstsSteps = [3_600, 86_400, 604_800, 2_592_000, 31_536_000];

export interface SourceOptions {
  /** Lower case; the first one names the site. */
  names: readonly string[];
  issuing: IssuanceOptions;
  termsAgreed: boolean;
  binding?: Binding | undefined;
  /** See `ObtainOptions`. */
  insists?: boolean | undefined;
  env: NodeJS.ProcessEnv;
  version: string;
  signal: AbortSignal;
}

/** The folder of the journal and of the certificates published for nginx. */
export function nginxFolder(stateFolder: string): string {
  return path.join(stateFolder, 'nginx');
}

/** Certificates of this state folder, from the authority that fits the names. */
export class SiteCertificateSource implements CertificateSource {
  readonly paths: CertificateSource['paths'];
  readonly challenges: boolean;
  /** Undefined before `obtain`. */
  obtained: ObtainSummary | undefined;
  readonly #session: StateSession;
  readonly #options: SourceOptions;

  constructor(session: StateSession, options: SourceOptions) {
    const { names, issuing } = options;
    this.#session = session;
    this.#options = options;
    this.paths = livePaths(nginxFolder(session.folder), liveName(names));
    const authorities = authoritiesFor(names, issuing.authority === undefined ? undefined : [issuing.authority]);
    this.challenges =
      authorities.some((one) => one !== 'private') &&
      issuing.challenge !== 'dns-01' &&
      issuing.dns === undefined &&
      issuing.webroot === undefined;
  }

  async obtain(webroot: string): Promise<SourceCertificate> {
    const { issuing, names, ...options } = this.#options;
    const { folder } = this.#session;
    const { generation, failure, live } = await obtainIn(this.#session, {
      ...options,
      yields: true,
      ...issuing,
      names,
      webroot: issuing.webroot ?? webroot,
      httpPort: undefined,
      httpsPort: undefined,
    });
    this.obtained = { ...summaryOf(folder, generation, live), live: livePaths(folder, live), failure };
    // Published for nginx separately: for other programs, a different set of names may be published.
    await publishLive(nginxFolder(folder), generation, liveName(names));
    return { serial: generation.serial, roots: visitorRoots(await this.#session.root(), [generation]) };
  }

  async standIn(folder: string): Promise<{ fullchain: string; privkey: string }> {
    return exportTo(folder, await standIn(this.#options.names, clock, random));
  }

  async hstsSeconds(): Promise<number> {
    const provenMs = await this.#session.read((database) => this.#provenForMs(database));
    return hstsSteps.findLast((seconds) => seconds <= hstsMaxAgeSeconds(provenMs ?? 0))!;
  }

  async recordProof(ok: boolean): Promise<void> {
    const database = await this.#session.database();
    for (const name of this.#options.names) await recordProof(database, name, ok, clock.now());
  }

  async #provenForMs(database: DatabaseReader): Promise<number> {
    const proven = await Promise.all(this.#options.names.map((name) => provenForMs(database, name, clock.now())));
    return Math.min(...proven);
  }
}
