import type { Random } from '../../base/random.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { Database } from '../../store/database.ts';

const setting = 'sticky_key';

export function isSticky({ sites }: Pick<Configuration, 'sites'>): boolean {
  return sites.some(({ routes }) => routes.some(({ balance }) => balance === 'sticky'));
}

/** The key of the tokens in sticky cookies. Kept in the store: after a restart, or an upgrade, visitors stay where they were. */
export async function stickyKey(database: Database, random: Random): Promise<string> {
  const read = async (): Promise<string | undefined> => {
    const [row] = await database.query<{ value: string }>('SELECT value FROM settings WHERE name = $1', [setting]);
    return row?.value;
  };
  const kept = await read();
  if (kept !== undefined) return kept;
  const fresh = random.bytes(32).toString('base64url');
  await database.query('INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
    setting,
    fresh,
  ]);
  return (await read()) ?? fresh;
}
