import type { Database, DatabaseReader } from '../store/database.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Records the outcome of a proof. A failure resets the proven time. */
export async function recordProof(database: Database, host: string, ok: boolean, nowMs: number): Promise<void> {
  await database.transaction(async (inner) => {
    if (!ok) {
      await inner.query('DELETE FROM proofs WHERE host = $1', [host]);
      return;
    }
    // A start in the future was recorded before the clock was set back.
    await inner.query(
      `INSERT INTO proofs (host, proven_since_ms, last_proven_ms) VALUES ($1, $2, $2)
       ON CONFLICT (host) DO UPDATE SET
         proven_since_ms = CASE WHEN proofs.proven_since_ms > $2 THEN $2 ELSE proofs.proven_since_ms END,
         last_proven_ms = $2`,
      [host, nowMs],
    );
  });
}

/**
 * The time from the first to the last proof without a failure in between; 0 without any proof. A clock that ran ahead
 * does not add to it.
 */
export async function provenForMs(database: DatabaseReader, host: string, nowMs: number): Promise<number> {
  const [row] = await database.query<{ proven_since_ms: number; last_proven_ms: number }>(
    'SELECT proven_since_ms, last_proven_ms FROM proofs WHERE host = $1',
    [host],
  );
  return row ? Math.max(0, Math.min(row.last_proven_ms, nowMs) - row.proven_since_ms) : 0;
}

/**
 * The HSTS max-age (RFC 6797 §6.1.1): an hour until the host has been proven for a day, then as long as it has been
 * proven, at most a year. A set-up that breaks never locks visitors out for longer than it worked.
 */
export function hstsMaxAgeSeconds(provenMs: number): number {
  if (provenMs < dayMs) return 3600;
  return Math.min(Math.floor(provenMs / 1000), 31_536_000);
}
