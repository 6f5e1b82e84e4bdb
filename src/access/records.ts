import type { Rate } from '../config/quantities.ts';
import type { Database, DatabaseReader } from '../store/database.ts';
import { accessError } from './messages.ts';

/** A key without its secret. */
export interface AccessKey {
  /** Unique among the keys in force. The app gets it, and the access log has it. */
  name: string;
  /** See `digestOf`. */
  digest: string;
  /** Host names of the sites that it opens; empty: all that ask for a key. */
  sites: string[];
  /** undefined: never. */
  expiresMs: number | undefined;
  /** undefined: as many requests as its holder likes. */
  rate: Rate | undefined;
  createdMs: number;
  /** Roughly; undefined: not known to have been used. */
  usedMs: number | undefined;
}

/** A revoked key can still have its open streams ended. */
const rememberedMs = 30 * 24 * 60 * 60 * 1000;

interface Row {
  name: string;
  digest: string;
  sites: string;
  expires_ms: number | null;
  rate_count: number | null;
  rate_period_ms: number | null;
  created_ms: number;
  used_ms: number | null;
}

/** The keys in force, expired ones included, by name. */
export async function readAccessKeys(database: DatabaseReader): Promise<AccessKey[]> {
  const rows = await database.query<Row>(
    `SELECT name, digest, sites, expires_ms, rate_count, rate_period_ms, created_ms, used_ms
     FROM access_keys WHERE revoked_ms IS NULL`,
  );
  // Not ordered by the store: PostgreSQL's order depends on its locale.
  return rows.map(keyOf).toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function keyOf(row: Row): AccessKey {
  return {
    name: row.name,
    digest: row.digest,
    sites: row.sites === '' ? [] : row.sites.split(' '),
    expiresMs: row.expires_ms ?? undefined,
    rate: row.rate_count === null ? undefined : { count: row.rate_count, periodMs: row.rate_period_ms! },
    createdMs: row.created_ms,
    usedMs: row.used_ms ?? undefined,
  };
}

/** @throws EveryhopError `access.key-exists`. */
export async function addAccessKey(database: Database, key: AccessKey): Promise<void> {
  const { name, digest, sites, expiresMs, rate, createdMs } = key;
  await database.transaction(async (inner) => {
    const found = await inner.query('SELECT name FROM access_keys WHERE name = $1 AND revoked_ms IS NULL', [name]);
    if (found.length > 0) throw accessError('access.key-exists', { name });
    await inner.query('DELETE FROM access_keys WHERE revoked_ms < $1', [createdMs - rememberedMs]);
    await inner.query(
      `INSERT INTO access_keys (name, digest, sites, expires_ms, rate_count, rate_period_ms, created_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [name, digest, sites.join(' '), expiresMs ?? null, rate?.count ?? null, rate?.periodMs ?? null, createdMs],
    );
  });
}

/**
 * Revokes the key with this name.
 * @returns the digests of all keys that had this name, for their open streams, and whether one was still in force.
 * @throws EveryhopError `access.unknown-key` if the name is not that of a key, in force or revoked within the last month.
 */
export async function revokeAccessKey(
  database: Database,
  name: string,
  nowMs: number,
): Promise<{ digests: string[]; wasInForce: boolean }> {
  return database.transaction(async (inner) => {
    const rows = await inner.query<{ digest: string; revoked_ms: number | null }>(
      'SELECT digest, revoked_ms FROM access_keys WHERE name = $1 ORDER BY created_ms',
      [name],
    );
    if (rows.length === 0) {
      const known = (await readAccessKeys(inner)).map((key) => key.name);
      throw accessError('access.unknown-key', { name, known: known.join(', ') || '–' });
    }
    await inner.query('UPDATE access_keys SET revoked_ms = $2 WHERE name = $1 AND revoked_ms IS NULL', [name, nowMs]);
    return {
      digests: rows.map(({ digest }) => digest),
      wasInForce: rows.some(({ revoked_ms: revokedMs }) => revokedMs === null),
    };
  });
}

/** Notes when keys were last used. @param uses times by digest. */
export async function recordKeyUses(database: Database, uses: ReadonlyMap<string, number>): Promise<void> {
  if (uses.size === 0) return;
  await database.transaction(async (inner) => {
    for (const [digest, usedMs] of uses)
      await inner.query('UPDATE access_keys SET used_ms = $2 WHERE digest = $1 AND (used_ms IS NULL OR used_ms < $2)', [
        digest,
        Math.round(usedMs),
      ]);
  });
}
