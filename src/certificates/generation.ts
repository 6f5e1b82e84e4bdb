import { createPrivateKey, hash, X509Certificate } from 'node:crypto';
import { Secret } from '../base/redact.ts';
import { choose, type Life } from './decide.ts';
import type { Database, DatabaseReader } from '../store/database.ts';
import { inList } from '../store/in-list.ts';
import { encodePem } from '../x509/pem.ts';

/** A certificate with its key, as issued. Immutable; deleted only long after it has become useless. */
export interface Generation extends Life {
  id: string;
  /** Sorted. */
  names: string[];
  /** Name of the issuer. */
  issuer: string;
  /** Leaf first. */
  chainPem: string;
  /** PKCS#8 PEM. */
  keyPem: Secret<string>;
  /** Lower-case hex. */
  serial: string;
}

/** Equal for sets with the same names, in any order and case. */
export function nameSetKey(names: readonly string[]): string {
  return [...new Set(names.map((name) => name.toLowerCase()))].sort().join(' ');
}

interface Row {
  id: string;
  names: string;
  issuer: string;
  chain_pem: string;
  private_key: Uint8Array;
  serial: string;
  not_before_ms: number;
  not_after_ms: number;
  created_ms: number;
  revoked_ms: number | null;
  /** NULL or absent in rows of earlier versions. */
  digest?: string | null;
}

/** A disk or a person may change a row; SQLite does not notice. */
function isIntact(row: Row): boolean {
  if (typeof row.digest === 'string') return row.digest === digestOf(row.chain_pem, row.private_key);
  try {
    const key = createPrivateKey({ key: Buffer.from(row.private_key), format: 'der', type: 'pkcs8' });
    return new X509Certificate(row.chain_pem).checkPrivateKey(key);
  } catch {
    return false;
  }
}

function digestOf(chainPem: string, privateKey: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from(chainPem), Buffer.from([0]), privateKey]));
}

function generationsIn(rows: readonly Row[]): Generation[] {
  return rows.filter(isIntact).map(fromRow);
}

/** All generations of a set of names, newest first, without damaged ones. */
export async function readGenerations(database: DatabaseReader, key: string): Promise<Generation[]> {
  const rows = await database.query<Row>('SELECT * FROM generations WHERE names = $1 ORDER BY created_ms DESC, id', [
    key,
  ]);
  return generationsIn(rows);
}

/**
 * All generations of several sets of names (at most a few hundred), newest first, without damaged ones; sets without a row are
 * absent.
 */
export async function readGenerationsOf(
  database: Database,
  keys: readonly string[],
): Promise<Map<string, Generation[]>> {
  if (keys.length === 0) return new Map();
  const { list, params } = inList(keys);
  const rows = await database.query<Row>(
    `SELECT * FROM generations WHERE names IN (${list}) ORDER BY names, created_ms DESC, id`,
    params,
  );
  const byNames = Map.groupBy(rows, ({ names }) => names);
  return new Map(Array.from(byNames, ([names, some]) => [names, generationsIn(some)]));
}

/** The certificate to serve now, for each set of names in the store. */
export async function servedGenerations(database: DatabaseReader, nowMs: number): Promise<Generation[]> {
  const rows = await database.query<Row>('SELECT * FROM generations ORDER BY names, created_ms DESC, id');
  const sets = Map.groupBy(generationsIn(rows), ({ names }) => nameSetKey(names));
  return [...sets.values()].map((generations) => choose(nowMs, generations)!);
}

function fromRow(row: Row): Generation {
  return {
    id: row.id,
    names: row.names.split(' '),
    issuer: row.issuer,
    chainPem: row.chain_pem,
    // No validation by OpenSSL: the key was written from its export.
    keyPem: new Secret(encodePem('PRIVATE KEY', row.private_key)),
    serial: row.serial,
    notBeforeMs: row.not_before_ms,
    notAfterMs: row.not_after_ms,
    createdMs: row.created_ms,
    revokedMs: row.revoked_ms ?? undefined,
  };
}

/** Certificate and key share a row: neither exists without the other. */
export async function writeGeneration(database: Database, generation: Generation): Promise<void> {
  const privateKey = createPrivateKey(generation.keyPem.reveal()).export({ type: 'pkcs8', format: 'der' });
  await database.query(
    `INSERT INTO generations
       (id, names, issuer, chain_pem, private_key, serial, not_before_ms, not_after_ms, created_ms, revoked_ms, digest)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10)`,
    [
      generation.id,
      nameSetKey(generation.names),
      generation.issuer,
      generation.chainPem,
      privateKey,
      generation.serial,
      generation.notBeforeMs,
      generation.notAfterMs,
      generation.createdMs,
      digestOf(generation.chainPem, privateKey),
    ],
  );
}

/** A revoked generation is replaced, and served only if there is no other. */
export async function markRevoked(database: Database, id: string, nowMs: number): Promise<void> {
  await database.query('UPDATE generations SET revoked_ms = $1 WHERE id = $2 AND revoked_ms IS NULL', [nowMs, id]);
}

export async function deleteGeneration(database: Database, id: string): Promise<void> {
  await database.query('DELETE FROM generations WHERE id = $1', [id]);
}
