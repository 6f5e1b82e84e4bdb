import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseReader } from './database.ts';

/** A file or folder that only a store with content can have published; undefined without one. */
export async function publishedIn(folder: string): Promise<string | undefined> {
  const root = path.join(folder, 'root.pem');
  if (await stat(root).catch(() => undefined)) return root;
  for (const name of ['live', 'archive']) {
    const entries = await readdir(path.join(folder, name)).catch(() => []);
    if (entries.length > 0) return path.join(folder, name);
  }
  return undefined;
}

/** Whether the store has an authority, a certificate or an account. */
export async function hasContent(database: DatabaseReader): Promise<boolean> {
  const rows = await database.query(
    `SELECT 1 AS one FROM authority_certificates UNION ALL SELECT 1 AS one FROM generations
     UNION ALL SELECT 1 AS one FROM acme_accounts LIMIT 1`,
  );
  return rows.length > 0;
}
