/** Reads the certificates of a state folder; creates and changes nothing. */
import { mkdir } from 'node:fs/promises';
import { type Generation, nameSetKey, readGenerations, servedGenerations } from '../../certificates/generation.ts';
import { exportTo, type LivePaths } from '../../certificates/publish.ts';
import { readState } from '../../store/state.ts';
import { clock } from '../system.ts';
import { lookUp, notFound } from './look-up.ts';
import { type CertificateSummary, summaryOf } from './summary.ts';

/** The certificate to serve for each set of names in the store. */
export async function listCertificates(folder: string): Promise<CertificateSummary[]> {
  const served = await readState(folder, (database) => servedGenerations(database, clock.now()));
  return (served ?? []).map((generation) => summaryOf(folder, generation));
}

export interface CertificateHistory {
  /** The certificate to serve. */
  served: CertificateSummary & { chainPem: string };
  /** All stored certificates for these names, newest first. */
  generations: CertificateSummary[];
}

/**
 * @param name one of the names of a certificate.
 * @throws EveryhopError `certificates.not-stored`, `certificates.none-stored`, `certificates.unknown-name`.
 */
export async function showCertificate(folder: string, name: string): Promise<CertificateHistory> {
  const { served, generations } = await generationsOf(folder, name);
  return {
    served: { ...summaryOf(folder, served), chainPem: served.chainPem },
    generations: generations.map((generation) => summaryOf(folder, generation)),
  };
}

/**
 * Writes the served certificate for a name to a folder, under certbot's file names.
 * @throws EveryhopError as `showCertificate` does; `file.*`.
 */
export async function exportCertificate(folder: string, name: string, target: string): Promise<LivePaths> {
  const { served } = await generationsOf(folder, name);
  await mkdir(target, { recursive: true });
  return exportTo(target, served);
}

async function generationsOf(folder: string, name: string): Promise<{ served: Generation; generations: Generation[] }> {
  const result = await readState(folder, async (database) => {
    const { found, stored } = await lookUp(database, name);
    return { served: found, stored, generations: found && (await readGenerations(database, nameSetKey(found.names))) };
  });
  const { served, generations = [], stored = [] } = result ?? {};
  if (!served) throw await notFound(folder, name, stored);
  return { served, generations };
}
