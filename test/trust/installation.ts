import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { Authority } from '../../src/authority/authority.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { Database } from '../../src/store/database.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { installRoot, uninstallRoots } from '../../src/trust/install.ts';
import type { Root, TrustStore } from '../../src/trust/store.ts';
import { testRandom } from '../support/seed.ts';

export const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-trust-'));
after(() => rmSync(folder, { recursive: true, force: true }));

export const database: Database = await openSqlite(':memory:');
export const authority = await Authority.open(database, {
  clock: systemClock,
  random: testRandom,
  names: ['chat.test'],
});
export const rootOf = (): Root => ({ pem: authority.rootPem(), fingerprint: authority.rootFingerprint() });
export const cleanEnv = { PATH: process.env['PATH'], HOME: folder };

/** Every file below a folder, with its type and its content or link target. */
export function picture(of: string): Record<string, string> {
  const entries = readdirSync(of, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    entries.map((entry) => {
      const full = path.join(of, entry);
      const stats = lstatSync(full);
      if (stats.isSymbolicLink()) return [entry, `→ ${readlinkSync(full)}`];
      if (stats.isDirectory()) return [entry, 'folder'];
      return [entry, `${stats.mode} ${createHash('sha256').update(readFileSync(full)).digest('hex')}`];
    }),
  );
}

export async function installInto(store: TrustStore): Promise<string> {
  const outcomes = await installRoot({ database, clock: systemClock, stores: [store], stateFolder: folder }, rootOf());
  assert.deepEqual(
    outcomes.map(({ outcome, error }) => error?.message ?? outcome),
    ['installed'],
  );
  return outcomes[0]!.location;
}

export async function uninstallFrom(store: TrustStore): Promise<string[]> {
  const outcomes = await uninstallRoots({ database, clock: systemClock, stores: [store], stateFolder: folder });
  return outcomes.map(({ outcome, error }) => error?.message ?? outcome);
}
