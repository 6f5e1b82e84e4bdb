import { createPrivateKey } from 'node:crypto';
import { type Account, type Registration, newAccountKey, openAccount } from '../acme/account.ts';
import type { AcmeClient } from '../acme/client.ts';
import { Secret } from '../base/redact.ts';
import type { Clock } from '../base/clock.ts';
import type { Database, DatabaseReader } from '../store/database.ts';

interface Row {
  url: string | null;
  private_key: Uint8Array;
}

/**
 * Returns the stored account at an authority, or registers one. Its key is stored before registration, so that a crash
 * in between does not lose the account. Registers again if the authority has forgotten the account.
 * @throws AcmeError as `openAccount` does.
 */
export async function storedAccount(
  database: Database,
  client: AcmeClient,
  registration: Omit<Registration, 'keyPem'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Account> {
  const { url, keyPem } =
    (await readStoredKey(database, client.directoryUrl)) ?? (await storeNewKey(database, client, clock));
  if (url !== undefined) return { url, keyPem };
  const account = await openAccount(client, { ...registration, keyPem }, signal);
  await database.query('UPDATE acme_accounts SET url = $1 WHERE directory = $2', [account.url, client.directoryUrl]);
  return account;
}

/** If several orders start at once, they all use the first stored key. */
async function storeNewKey(database: Database, { directoryUrl }: AcmeClient, clock: Clock): Promise<StoredKey> {
  const keyPem = await newAccountKey();
  await database.query(
    `INSERT INTO acme_accounts (directory, url, private_key, created_ms) VALUES ($1, NULL, $2, $3)
     ON CONFLICT (directory) DO NOTHING`,
    [directoryUrl, createPrivateKey(keyPem.reveal()).export({ type: 'pkcs8', format: 'der' }), clock.now()],
  );
  return (await readStoredKey(database, directoryUrl))!;
}

interface StoredKey {
  /** Undefined: not registered yet. */
  url: string | undefined;
  keyPem: Secret<string>;
}

async function readStoredKey(database: Database, directory: string): Promise<StoredKey | undefined> {
  const [row] = await database.query<Row>('SELECT url, private_key FROM acme_accounts WHERE directory = $1', [
    directory,
  ]);
  return row && { url: row.url ?? undefined, keyPem: pemOf(row.private_key) };
}

/** The stored account at this authority, if any. */
export async function knownAccount(database: Database, directory: string): Promise<Account | undefined> {
  const found = await readStoredKey(database, directory);
  return found?.url === undefined ? undefined : { url: found.url, keyPem: found.keyPem };
}

/** An account, without its key. */
export interface StoredAccount {
  directory: string;
  /** Undefined: not registered yet. */
  url: string | undefined;
  createdMs: number;
  /** When it was given up; undefined: in use. */
  endedMs: number | undefined;
}

/** The accounts in use, then the former ones, newest first. */
export async function readAccounts(database: DatabaseReader): Promise<StoredAccount[]> {
  const rows = await database.query<{
    directory: string;
    url: string | null;
    created_ms: number;
    ended_ms: number | null;
  }>(
    `SELECT directory, url, created_ms, NULL AS ended_ms, 0 AS rank FROM acme_accounts
     UNION ALL SELECT directory, url, created_ms, ended_ms, 1 AS rank FROM former_acme_accounts
     ORDER BY rank, created_ms DESC`,
    [],
  );
  return rows.map((row) => ({
    directory: row.directory,
    url: row.url ?? undefined,
    createdMs: row.created_ms,
    endedMs: row.ended_ms ?? undefined,
  }));
}

/** After the authority has forgotten the account: the next order registers one with the same key. */
export async function forgetAccountUrl(database: Database, directory: string): Promise<void> {
  await database.query('UPDATE acme_accounts SET url = NULL WHERE directory = $1', [directory]);
}

/** After the authority has ended the account: the next order registers one with a new key. The old key is kept. */
export async function retireAccount(database: Database, directory: string, nowMs: number): Promise<void> {
  await database.transaction(async (inner) => {
    await inner.query(
      `INSERT INTO former_acme_accounts (directory, url, private_key, created_ms, ended_ms)
       SELECT directory, url, private_key, created_ms, $2 FROM acme_accounts WHERE directory = $1`,
      [directory, nowMs],
    );
    await inner.query('DELETE FROM acme_accounts WHERE directory = $1', [directory]);
  });
}

function pemOf(pkcs8: Uint8Array): Secret<string> {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), type: 'pkcs8', format: 'der' });
  return new Secret(key.export({ type: 'pkcs8', format: 'pem' }));
}
