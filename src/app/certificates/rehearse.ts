import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { knownAuthority } from '../../acme/authorities.ts';
import { EveryhopError } from '../../base/errors.ts';
import { errorsIn, type Finding } from '../../hop/finding.ts';
import type { Database } from '../../store/database.ts';
import { hasStore } from '../../store/state.ts';
import { type StateSession, withState } from '../state.ts';
import { standAloneIssuers } from './issuers.ts';
import { issueOnce, type ObtainOptions } from './obtain.ts';

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
export async function rehearse(options: ObtainOptions & { stateFolder: string }): Promise<DryRun> {
  const { stateFolder, dns } = options;
  // DNS records that are written are noted in the real store, so that they are taken away even after a crash.
  const isReal = dns !== undefined || hasStore(stateFolder);
  return isReal
    ? withState(stateFolder, (session) => rehearseIn(session, options))
    : withTemporaryState((session) => rehearseIn(session, options));
}

async function rehearseIn(session: StateSession, options: ObtainOptions): Promise<DryRun> {
  const database = await session.database();
  const wanted = await standAloneIssuers(options, session, database);
  const findings = (await wanted.preflight(options.names, options.signal)) ?? [];
  const authority = rehearsalAuthority(options);
  const hopeless = errorsIn(findings).length > 0 && authority !== options.authority;
  await wanted.close();
  if (findings.length === 0 || authority === undefined || hopeless) return { findings, rehearsal: undefined };
  return { findings, rehearsal: { authority, error: await rehearseAt(authority, options, database) } };
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
  try {
    await withTemporaryState(async (session) => {
      const issuers = await standAloneIssuers({ ...options, authority, termsAgreed: true }, session, presented);
      await issueOnce(session, issuers, options);
    });
    return undefined;
  } catch (error) {
    if (error instanceof EveryhopError) return error;
    throw error;
  }
}

async function withTemporaryState<T>(work: (session: StateSession) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-dry-run-'));
  try {
    return await withState(folder, work);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
