import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { knownAuthority } from '../../acme/authorities.ts';
import { EveryhopError } from '../../base/errors.ts';
import { errorsIn, type Finding } from '../../hop/finding.ts';
import type { Database } from '../../store/database.ts';
import { hasStore } from '../../store/state.ts';
import { type StateSession, withState } from '../state.ts';
import { settingsOf, standAloneIssuers } from './issuers.ts';
import { issueOnce, type ObtainOptions } from './obtain.ts';

export interface DryRun {
  /** Results of the authority's checks; empty for the private authority, which makes none. */
  findings: Finding[];
  /** The authority for the test certificate; `error`: why it issued none. */
  rehearsal: { authority: string; error: EveryhopError | undefined } | undefined;
}

/**
 * Makes the authority's checks, then requests a test certificate if the authority offers them. Keeps nothing: no account, no
 * certificate, no attempt in the ledger.
 * @throws EveryhopError why the checks could not run.
 */
export async function rehearse(options: ObtainOptions & { stateFolder: string }): Promise<DryRun> {
  const { stateFolder, dns } = options;
  // The real store records DNS records, so that they are removed even after a crash.
  const isReal = dns !== undefined || hasStore(stateFolder);
  return isReal
    ? withState(stateFolder, (session) => rehearseIn(session, options))
    : withTemporaryState((session) => rehearseIn(session, options));
}

async function rehearseIn(session: StateSession, options: ObtainOptions): Promise<DryRun> {
  const database = await session.database();
  const wanted = await standAloneIssuers(options, session, database);
  const findings = (await wanted.preflight(options.names, options.signal)) ?? [];
  const { chosen } = await settingsOf(options);
  const authority = rehearsalAuthority(chosen?.[0]);
  const hopeless = errorsIn(findings).length > 0 && authority !== chosen?.[0];
  await wanted.close();
  if (findings.length === 0 || authority === undefined || hopeless) return { findings, rehearsal: undefined };
  return { findings, rehearsal: { authority, error: await rehearseAt(authority, options, database) } };
}

/** The staging directory of a known authority; a custom directory itself; undefined: there is none for tests. */
function rehearsalAuthority(authority = 'letsencrypt'): string | undefined {
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
