import { knownAuthority } from '../../acme/authorities.ts';
import { readAccounts, retireAccount, type StoredAccount } from '../../certificates/accounts.ts';
import { certificatesError } from '../../certificates/messages.ts';
import { hasStore, readState } from '../../store/state.ts';
import { withState } from '../state.ts';
import { clock } from '../system.ts';

export interface AccountSummary extends Omit<StoredAccount, 'directory'> {
  /** Id of a known authority, or the URL of its directory. */
  authority: string;
}

/** The accounts in use, then the former ones. Creates nothing. */
export async function listAccounts(folder: string): Promise<AccountSummary[]> {
  return ((await readState(folder, readAccounts)) ?? []).map(summaryOf);
}

/**
 * Gives up an account: the next order registers another one with a new key. Keeps the old key; the authority is not asked.
 * @param authority name, or URL of its directory.
 * @throws EveryhopError `certificates.no-account`.
 */
export async function resetAccount(folder: string, authority: string): Promise<AccountSummary> {
  const directory = knownAuthority(authority)?.directoryUrl ?? authority;
  const missing = (found: readonly StoredAccount[]): Error => {
    const known = found.filter(({ endedMs }) => endedMs === undefined).map((one) => summaryOf(one).authority);
    return certificatesError('certificates.no-account', { authority, known: known.join(', ') || '–' });
  };
  if (!hasStore(folder)) throw missing([]);
  return withState(folder, async (session) => {
    const database = await session.database();
    const found = await readAccounts(database);
    const account = found.find((one) => one.directory === directory && one.endedMs === undefined);
    if (!account) throw missing(found);
    const nowMs = clock.now();
    await retireAccount(database, directory, nowMs);
    return summaryOf({ ...account, endedMs: nowMs });
  });
}

function summaryOf({ directory, ...account }: StoredAccount): AccountSummary {
  return { authority: knownAuthority(directory)?.id ?? directory, ...account };
}
