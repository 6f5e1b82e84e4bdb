import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { knownAuthority } from '../../acme/authorities.ts';
import type { RevocationReason } from '../../acme/revocation-reason.ts';
import type { Generation } from '../../certificates/generation.ts';
import { hasStore } from '../../store/state.ts';
import { withState } from '../state.ts';
import { clock } from '../system.ts';
import { standAloneIssuers } from './issuers.ts';
import { folderOf, lookUp, notFound } from './look-up.ts';
import { type CertificateSummary, summaryOf } from './summary.ts';

export interface RevokedCertificate extends CertificateSummary {
  /** Folders of published files that still hold it. */
  published: string[];
  /** Those of them that belong to `nginx secure`. */
  publishedForNginx: string[];
  /** Its authority as an argument for `--authority`. */
  authority: string;
}

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
export async function revokeCertificate(options: RevokeOptions): Promise<RevokedCertificate> {
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
    return {
      ...summaryOf(stateFolder, { ...found, revokedMs: clock.now() }, folderOf(found, folders)),
      ...(await stillPublished(stateFolder, found)),
      authority: knownAuthority(authority)?.id ?? authority,
    };
  });
}

/** The folders of published files that hold this certificate now. */
export async function stillPublished(
  stateFolder: string,
  { chainPem }: Pick<Generation, 'chainPem'>,
): Promise<Pick<RevokedCertificate, 'published' | 'publishedForNginx'>> {
  const holding = async (parent: string): Promise<string[]> => {
    const folders = (await readdir(parent).catch(() => [])).map((name) => path.join(parent, name));
    const chains = folders.map((folder) => readFile(path.join(folder, 'fullchain.pem'), 'utf8').catch(() => ''));
    const texts = await Promise.all(chains);
    return folders.filter((_, index) => texts[index] === chainPem);
  };
  const publishedForNginx = await holding(path.join(stateFolder, 'nginx', 'live'));
  return { published: [...(await holding(path.join(stateFolder, 'live'))), ...publishedForNginx], publishedForNginx };
}
