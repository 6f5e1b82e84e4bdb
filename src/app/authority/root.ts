import path from 'node:path';
import { loadRecords } from '../../authority/records.ts';
import { writeFileAtomic } from '../../base/files.ts';
import type { DatabaseReader } from '../../store/database.ts';
import { readState } from '../../store/state.ts';
import { encodePem } from '../../x509/pem.ts';

/** The root of the authority in a store, as PEM; undefined if there is no authority. */
export async function rootIn(database: DatabaseReader): Promise<string | undefined> {
  const records = await loadRecords(database);
  return records && encodePem('CERTIFICATE', records.root.certificate.der);
}

/** The root of the authority in a state folder, as PEM; undefined if there is none. Creates nothing. */
export async function existingRoot(folder: string): Promise<string | undefined> {
  return readState(folder, rootIn);
}

/** The root file for clients on this machine. */
export function rootFileIn(folder: string): string {
  return path.join(folder, 'root.pem');
}

/** Root certificates are public; every client on the machine may read the file. */
export async function publishRoot(folder: string, rootPem: string): Promise<void> {
  await writeFileAtomic(rootFileIn(folder), rootPem, { mode: 0o644 });
}
