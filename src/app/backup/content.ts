import { loadRecords } from '../../authority/records.ts';
import type { DatabaseReader } from '../../store/database.ts';
import { hasContent } from '../../store/published.ts';
import { readState } from '../../store/state.ts';

/** The content of a backup, for its reader. */
export interface BackupContent {
  /** Stored certificates, of all names and ages. */
  certificates: number;
  /** Time at which the newest of them was stored, milliseconds since 1970; undefined without one. */
  newestMs: number | undefined;
  /** Accounts at authorities. */
  accounts: number;
  /** Of the private authority: SHA-256 of its root; undefined without one. */
  root: string | undefined;
  /** The private key of the root is there, not offline. */
  hasRootKey: boolean;
}

/**
 * @param folder a state folder.
 * @returns undefined if it has no store with content.
 * @throws EveryhopError `store.*`, `authority.damaged`.
 */
export function contentOf(folder: string): Promise<BackupContent | undefined> {
  return readState(folder, readContent);
}

/** @returns undefined for a store without content. */
export async function readContent(database: DatabaseReader): Promise<BackupContent | undefined> {
  if (!(await hasContent(database))) return undefined;
  const [stored] = await database.query<{ count: number; newest: number | null; accounts: number }>(
    `SELECT count(*) AS count, max(created_ms) AS newest,
       (SELECT count(*) FROM acme_accounts) AS accounts FROM generations`,
  );
  const records = await loadRecords(database);
  return {
    certificates: stored!.count,
    newestMs: stored!.newest ?? undefined,
    accounts: stored!.accounts,
    root: records?.root.certificate.fingerprint,
    hasRootKey: records?.root.key !== undefined,
  };
}
