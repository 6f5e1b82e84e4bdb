import type { KeyObject } from 'node:crypto';
import { EveryhopError } from '../base/errors.ts';
import type { Phrase } from '../base/language.ts';
import type { Database, DatabaseReader } from '../store/database.ts';
import { type Certificate, isCertificateOf, isIssuedBy, parseCertificate } from '../x509/certificate.ts';
import { exportPrivateKeyDer, importPrivateKey } from '../x509/key.ts';
import { authorityError, authorityWords } from './messages.ts';

export interface Root {
  certificate: Certificate;
  /** undefined: kept offline. */
  key: KeyObject | undefined;
}

export interface Intermediate {
  certificate: Certificate;
  key: KeyObject;
}

/** The current root and intermediate. */
export interface Records {
  root: Root;
  intermediate: Intermediate;
}

interface Row {
  kind: string;
  certificate: Uint8Array;
  private_key: Uint8Array | null;
}

/**
 * Whether the store still contains these records: another process may have widened, renewed, or taken the key offline.
 */
export async function isCurrent(database: Database, { root, intermediate }: Records): Promise<boolean> {
  const rows = await database.query<{ id: string; has_key: number }>(
    `SELECT id, CASE WHEN private_key IS NULL THEN 0 ELSE 1 END AS has_key
     FROM authority_certificates WHERE retired_ms IS NULL`,
  );
  const stored = new Map(rows.map((row) => [row.id, row.has_key === 1]));
  const isRootSame = stored.get(root.certificate.fingerprint) === (root.key !== undefined);
  return isRootSame && stored.has(intermediate.certificate.fingerprint);
}

/** @throws EveryhopError `authority.damaged` if the stored records do not match each other. */
export async function loadRecords(database: DatabaseReader): Promise<Records | undefined> {
  const rows = await database.query<Row>(
    'SELECT kind, certificate, private_key FROM authority_certificates WHERE retired_ms IS NULL',
  );
  if (rows.length === 0) return undefined;
  const root = readRow(rows, 'root');
  const intermediate = readRow(rows, 'intermediate');
  const { key } = intermediate;
  if (!key) throw damaged(authorityWords('authority.damage.key', {}));
  const isChain = root.certificate.isSelfIssued && !intermediate.certificate.isSelfIssued;
  if (!isChain || !isIssuedBy(intermediate.certificate, root.certificate)) {
    throw damaged(authorityWords('authority.damage.chain', {}));
  }
  return { root, intermediate: { certificate: intermediate.certificate, key } };
}

function readRow(rows: readonly Row[], kind: string): Root {
  const found = rows.filter((row) => row.kind === kind);
  const row = found[0];
  if (!row || found.length > 1) throw damaged(authorityWords('authority.damage.count', { count: found.length, kind }));
  try {
    const certificate = parseCertificate(row.certificate);
    const key = row.private_key === null ? undefined : importPrivateKey(row.private_key);
    const isWhole = certificate.isCa && certificate.nameConstraints && certificate.subjectKeyId;
    if (isWhole && (!key || isCertificateOf(certificate, key))) return { certificate, key };
  } catch (error) {
    throw damaged(authorityWords('authority.damage.unreadable', { kind }), error);
  }
  throw damaged(authorityWords('authority.damage.unreadable', { kind }));
}

function damaged(detail: Phrase, cause?: unknown): EveryhopError {
  return authorityError('authority.damaged', { detail }, { cause });
}

/** Adds a record, current from now on. */
export async function saveRecord(
  database: Database,
  kind: 'root' | 'intermediate',
  { certificate, key }: Root,
  nowMs: number,
): Promise<void> {
  await database.query(
    'INSERT INTO authority_certificates (id, kind, certificate, private_key, created_ms) VALUES ($1, $2, $3, $4, $5)',
    [certificate.fingerprint, kind, certificate.der, key ? exportPrivateKeyDer(key) : null, nowMs],
  );
}

/** Keeps the retired record: its certificates are still in use and may need revoking. */
export async function retireRecord(database: Database, certificate: Certificate, nowMs: number): Promise<void> {
  await database.query('UPDATE authority_certificates SET retired_ms = $1 WHERE id = $2', [
    nowMs,
    certificate.fingerprint,
  ]);
}

/** Removes the root's key, also from retired roots, which share it. */
export async function removeRootKeys(database: Database): Promise<void> {
  await database.query("UPDATE authority_certificates SET private_key = NULL WHERE kind = 'root'");
}
