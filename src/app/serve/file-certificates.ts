import { EveryhopError } from '../../base/errors.ts';
import { filesIssuer, type FilesCertificate, readCertificateFiles } from '../../certificates/from-files.ts';
import { type Generation, nameSetKey } from '../../certificates/generation.ts';
import { standIn } from '../../certificates/stand-in.ts';
import type { CertificateFiles, Site } from '../../config/configuration.ts';
import { errorsIn, Fault, type Finding } from '../../hop/finding.ts';
import { clock, random } from '../system.ts';
import { type ServedSites, servedFor } from './served-sites.ts';

/** Certificates from files that another program keeps. While the files are unusable, the last good pair stays in use. */
export class FileCertificates {
  /** By the names of the site: the problems of its files at a time. */
  readonly #reviews = new Map<string, FilesCertificate['findingsAt']>();
  /** Ids of pairs that clients refuse. */
  readonly #refused = new Set<string>();

  /**
   * The certificate of each host of a site.
   * @param former the sites served now; undefined at the start.
   * @returns `error`: why it is not a good one from the files.
   */
  async read(
    { hosts }: Site,
    files: CertificateFiles,
    former: ServedSites | undefined,
  ): Promise<{ generations: Generation[]; error: EveryhopError | undefined }> {
    const key = nameSetKey(hosts);
    const present = hosts.flatMap((host) => servedFor(host, former)?.generation ?? []);
    const isKept = present.length === hosts.length && present.every((one) => this.#isGood(one));
    try {
      const { generation, findingsAt } = await readCertificateFiles(hosts, files, clock.now());
      const error = errorsIn(findingsAt(clock.now()))[0]?.error;
      this.#reviews.set(key, error && isKept ? () => findingsAt(clock.now()).map(asWarning) : findingsAt);
      if (error) this.#refused.add(generation.id);
      return { generations: error && isKept ? present : hosts.map(() => generation), error };
    } catch (error) {
      if (!(error instanceof EveryhopError)) throw error;
      this.#reviews.set(key, () => [new Fault(isKept ? 'warning' : 'error', error)]);
      const generation = await standIn(hosts, clock, random);
      return { generations: hosts.map((host) => servedFor(host, former)?.generation ?? generation), error };
    }
  }

  /** Problems of the files of a site now. */
  findingsOf({ hosts }: Site): Finding[] {
    return this.#reviews.get(nameSetKey(hosts))?.(clock.now()) ?? [];
  }

  #isGood({ id, issuer, notBeforeMs, notAfterMs }: Generation): boolean {
    const nowMs = clock.now();
    return issuer === filesIssuer && !this.#refused.has(id) && notBeforeMs <= nowMs && nowMs < notAfterMs;
  }
}

/** Clients still get the former pair. */
function asWarning(fault: Fault): Fault {
  return new Fault('warning', fault.error);
}
