/** Reads the certificates of a state folder; creates and changes nothing. */
import { mkdir } from 'node:fs/promises';
import { readAdvice } from '../../certificates/advice.ts';
import { type Generation, nameSetKey, readGenerations, servedGenerations } from '../../certificates/generation.ts';
import { readLiveFolders } from '../../certificates/live-folders.ts';
import { exportTo, type LivePaths } from '../../certificates/publish.ts';
import { type RenewalPlan, renewalPlan } from '../../certificates/renewal-plan.ts';
import type { DatabaseReader } from '../../store/database.ts';
import { readState } from '../../store/state.ts';
import { clock } from '../system.ts';
import { folderOf, type LookUp, lookUp, notFound } from './look-up.ts';
import { type CertificateSummary, summaryOf } from './summary.ts';

/** With one query for advice. */
const generationsPerQuery = 256;

/** The certificate to serve for each set of names in the store. */
export async function listCertificates(folder: string): Promise<CertificateSummary[]> {
  const found = await readState(folder, async (database) => {
    const served = await servedGenerations(database, clock.now());
    const folders = await readLiveFolders(database, folder);
    return { served, folders, plans: await renewalPlansOf(database, served) };
  });
  if (!found) return [];
  return found.served.map((generation) => ({
    ...summaryOf(folder, generation, folderOf(generation, found.folders)),
    renewal: found.plans.get(generation.id),
  }));
}

export interface CertificateHistory {
  /** The certificate to serve. */
  served: CertificateSummary & { chainPem: string };
  /** Other certificates with this name. */
  others: CertificateSummary[];
  /** All stored certificates for these names, newest first. */
  generations: CertificateSummary[];
}

/**
 * @param name one of the names of a certificate.
 * @throws EveryhopError `certificates.not-stored`, `certificates.none-stored`, `certificates.unknown-name`.
 */
export async function showCertificate(folder: string, name: string): Promise<CertificateHistory> {
  const { served, others, folders, generations, plans } = await generationsOf(folder, name);
  const summarize = (one: Generation): CertificateSummary => summaryOf(folder, one, folderOf(one, folders));
  return {
    served: { ...summarize(served), chainPem: served.chainPem, renewal: plans.get(served.id) },
    others: others.map(summarize),
    generations: generations.map(summarize),
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

interface StoredGenerations extends LookUp {
  served: Generation;
  /** All for the same names, newest first. */
  generations: Generation[];
  plans: ReadonlyMap<string, RenewalPlan>;
}

async function generationsOf(folder: string, name: string): Promise<StoredGenerations> {
  const result = await readState(folder, async (database) => {
    const found = await lookUp(database, folder, name);
    const served = found.found;
    const generations = served ? await readGenerations(database, nameSetKey(served.names)) : [];
    return {
      ...found,
      served,
      generations,
      plans: await renewalPlansOf(database, served ? [served] : [], generations),
    };
  });
  if (!result?.served) throw await notFound(folder, name, result?.stored ?? []);
  return { ...result, served: result.served };
}

/**
 * By generation. Without advice it is the latest moment: a running program draws one shortly before it.
 * @param older generations that may precede these.
 */
export async function renewalPlansOf(
  database: DatabaseReader,
  served: readonly Generation[],
  older: readonly Generation[] = [],
): Promise<Map<string, RenewalPlan>> {
  const plans = new Map<string, RenewalPlan>();
  for (let at = 0; at < served.length; at += generationsPerQuery) {
    const some = served.slice(at, at + generationsPerQuery);
    const advice = await readAdvice(
      database,
      some.map(({ id }) => id),
    );
    for (const generation of some.filter(({ revokedMs }) => revokedMs === undefined)) {
      const former = older[older.findIndex(({ id }) => id === generation.id) + 1];
      plans.set(generation.id, renewalPlan(generation, former, advice.get(generation.id), 0));
    }
  }
  return plans;
}
