import path from 'node:path';
import { excludedNames } from '../../authority/constraints.ts';
import { authorityError } from '../../authority/messages.ts';
import { loadRecords } from '../../authority/records.ts';
import { readText, writeFileAtomic } from '../../base/files.ts';
import { restorePhrase } from '../../store/daily-copy.ts';
import { Fault, type Finding } from '../../hop/finding.ts';
import type { DatabaseReader } from '../../store/database.ts';
import { storeError, storeWords } from '../../store/messages.ts';
import { databaseFile } from '../../store/state-folder.ts';
import { readState } from '../../store/state.ts';
import { type Certificate, parseCertificate } from '../../x509/certificate.ts';
import { decodePem, encodePem } from '../../x509/pem.ts';

/** The root of the authority in a store, as PEM; undefined if there is no authority. */
export async function rootIn(database: DatabaseReader): Promise<string | undefined> {
  const records = await loadRecords(database);
  return records && encodePem('CERTIFICATE', records.root.certificate.der);
}

/**
 * The root of the authority in a state folder, as PEM; undefined if there is none. If the store is lost or damaged, the
 * published root, which clients trust. Creates nothing.
 */
export async function existingRoot(folder: string): Promise<string | undefined> {
  try {
    return await readState(folder, rootIn);
  } catch (error) {
    const root = storeError.is(error, 'store.lost') || storeError.is(error, 'store.corrupt');
    const published = root ? await publishedRoot(folder) : undefined;
    if (published === undefined) throw error;
    return published;
  }
}

/** The names in `permit` of the configuration that the root excludes. */
export function permitFindings(rootPem: string | undefined, permit: readonly string[]): Finding[] {
  const constraints = rootPem === undefined ? undefined : certificateIn(rootPem)?.nameConstraints;
  const names = constraints ? excludedNames(constraints, permit) : [];
  if (names.length === 0) return [];
  const params = { names: names.join(', '), words: names.join(' ') };
  return [new Fault('warning', authorityError('authority.permit-missing', params))];
}

/** The root file for clients on this machine. */
export function rootFileIn(folder: string): string {
  return path.join(folder, 'root.pem');
}

/**
 * Refuses a store whose root is not the one in `root.pem`, or that has none: clients trust the published one. Another
 * certificate of the same key is right: a process that was killed between the change and the publication left it.
 * @throws EveryhopError `store.root-differs`.
 */
export async function requireOwnRoot(folder: string, database: DatabaseReader): Promise<void> {
  const file = rootFileIn(folder);
  const published = await readText(file)
    .then(certificateIn)
    .catch(() => undefined);
  if (!published) return; // missing, or not ours to judge
  const [own] = await database.query<{ certificate: Uint8Array }>(
    `SELECT certificate FROM authority_certificates WHERE kind = 'root' AND retired_ms IS NULL`,
  );
  const root = own && parseCertificate(own.certificate);
  if (root?.publicKeyInfo.equals(published.publicKeyInfo)) return;
  const store = databaseFile(folder);
  throw storeError('store.root-differs', {
    file: store,
    root: file,
    found: root?.fingerprint ?? storeWords('store.root.none', {}),
    expected: published.fingerprint,
    restore: restorePhrase(store),
  });
}

function certificateIn(pem: string): Certificate | undefined {
  const [block] = decodePem(pem);
  return block && parseCertificate(block.der);
}

/** The content of `root.pem`; undefined without one. */
export function publishedRoot(folder: string): Promise<string | undefined> {
  return readText(rootFileIn(folder)).catch(() => undefined);
}

/** Root certificates are public; every client on the machine may read the file. */
export async function publishRoot(folder: string, rootPem: string): Promise<void> {
  await writeFileAtomic(rootFileIn(folder), rootPem, { mode: 0o644 });
}
