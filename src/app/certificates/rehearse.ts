import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { knownAuthority } from '../../acme/authorities.ts';
import { EveryhopError } from '../../base/errors.ts';
import { errorsIn, type Finding } from '../../hop/finding.ts';
import type { Issuers } from '../../certificates/issuers.ts';
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
  const { chosen } = await settingsOf(options);
  const wanted = await standAloneIssuers(options, session, database);
  try {
    return await rehearseAt(options, chosen?.[0], wanted, (authority, temporary) =>
      standAloneIssuers({ ...options, authority, termsAgreed: true }, temporary, database),
    );
  } finally {
    await wanted.close();
  }
}

/**
 * @param chosen the first authority of the names; undefined: Let's Encrypt.
 * @param wanted the issuers for the preflight.
 * @param issuersAt makes issuers that keep nothing but in the temporary state; they are closed.
 */
export async function rehearseAt(
  options: Pick<ObtainOptions, 'names' | 'signal'>,
  chosen: string | undefined,
  wanted: Issuers,
  issuersAt: (authority: string, temporary: StateSession) => Promise<Issuers>,
): Promise<DryRun> {
  const findings = (await wanted.preflight(options.names, options.signal)) ?? [];
  const authority = rehearsalAuthority(chosen);
  const errors = errorsIn(findings);
  // A test directory may be reachable by other names than the public ones, but not if nothing answers there.
  const isHopeless = errors.length > 0 && (authority !== chosen || errors.some(({ code }) => code.startsWith('acme.')));
  if (findings.length === 0 || authority === undefined || isHopeless) return { findings, rehearsal: undefined };
  try {
    await withTemporaryState(async (session) => issueOnce(session, await issuersAt(authority, session), options));
    return { findings, rehearsal: { authority, error: undefined } };
  } catch (error) {
    if (!(error instanceof EveryhopError) || options.signal.aborted) throw error;
    return { findings, rehearsal: { authority, error } };
  }
}

/** The staging directory of a known authority; a custom directory itself; undefined: there is none for tests. */
function rehearsalAuthority(authority = 'letsencrypt'): string | undefined {
  const known = knownAuthority(authority);
  if (!known) return authority;
  return known.isStaging ? known.id : knownAuthority(`${known.id}-staging`)?.id;
}

async function withTemporaryState<T>(work: (session: StateSession) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-dry-run-'));
  try {
    return await withState(folder, work);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
