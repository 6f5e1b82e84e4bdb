import type { RevocationReason } from '../../acme/revocation-reason.ts';
import { hasStore } from '../../store/state.ts';
import { withState } from '../state.ts';
import { clock } from '../system.ts';
import { standAloneIssuers } from './issuers.ts';
import { folderOf, lookUp, notFound } from './look-up.ts';
import { type CertificateSummary, summaryOf } from './summary.ts';

export interface RevokeOptions {
  stateFolder: string;
  name: string;
  reason: RevocationReason;
  authorityRootFile: string | undefined;
  version: string;
  signal: AbortSignal;
}

/**
 * Revokes the served certificate for a name.
 * @throws EveryhopError `certificates.not-stored`, `certificates.none-stored`, `certificates.unknown-name`, or why the
 *   authority refused.
 */
export async function revokeCertificate(options: RevokeOptions): Promise<CertificateSummary> {
  const { stateFolder, name, reason, authorityRootFile, version, signal } = options;
  if (!hasStore(stateFolder)) throw await notFound(stateFolder, name, []);
  return withState(stateFolder, async (session) => {
    const database = await session.database();
    const { found, folders, stored } = await lookUp(database, stateFolder, name);
    if (!found) throw await notFound(stateFolder, name, stored);
    const { names, issuer: authority } = found;
    const settings = { names, authority, authorityRootFile, termsAgreed: false, version };
    const issuers = await standAloneIssuers(settings, session, database);
    try {
      await issuers.revoke(found, reason, signal);
    } finally {
      await issuers.close();
    }
    return summaryOf(stateFolder, { ...found, revokedMs: clock.now() }, folderOf(found, folders));
  });
}
