import type { Random } from '../../base/random.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { Database } from '../../store/database.ts';

/** As long as the longest session without use: what the former key has sealed has then ended. */
const lifetimeMs = 30 * 24 * 60 * 60 * 1000;
const setting = 'cookie-keys';

interface CookieKey {
  /** 32 bytes, base64. */
  key: string;
  sinceMs: number;
}

/** True if the edge seals cookies. */
export function needsCookieKeys({ sites }: Configuration): boolean {
  return sites.some(({ routes }) => routes.some(({ access }) => access?.oidc !== undefined));
}

/** The keys of cookies, newest first, from the store; makes the first one, and a new one in place of one that is 30 days old. */
export async function cookieKeys(database: Database, random: Random, nowMs: number): Promise<string[]> {
  return database.transaction(async (store) => {
    const [row] = await store.query<{ value: string }>('SELECT value FROM settings WHERE name = $1', [setting]);
    const keys = row ? (JSON.parse(row.value) as CookieKey[]) : [];
    const [newest] = keys;
    if (newest && nowMs - newest.sinceMs < lifetimeMs) return keys.map(({ key }) => key);
    const made: CookieKey = { key: random.bytes(32).toString('base64'), sinceMs: nowMs };
    const kept = [made, ...keys].slice(0, 2);
    await store.query(
      'INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      [setting, JSON.stringify(kept)],
    );
    return kept.map(({ key }) => key);
  });
}
