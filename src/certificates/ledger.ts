import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Database, DatabaseReader } from '../store/database.ts';
import { nameSetKey } from './generation.ts';

/** One attempt at an authority. */
export interface Attempt {
  id: string;
  authority: string;
  /** Sorted, separated by a space. */
  names: string;
  beganMs: number;
  /** `open`: under way, or the process died during it. */
  outcome: 'open' | 'issued' | 'failed';
  /** A renewal exempt from the authority's rate limits (RFC 9773 §5). */
  exempt: boolean;
  code: string | undefined;
  /** See `readDetail`. */
  detail: string | undefined;
  /** From Retry-After: no attempt before this time on the wall clock. */
  notBeforeMs: number | undefined;
}

/** The longest time for which authorities count failed validations. */
const recentMs = 60 * 60 * 1000;
/** Attempts older than this are deleted … */
const keepMs = 30 * 24 * 60 * 60 * 1000;
/** … but this many are kept regardless of the clock: to one that runs ahead, all look old. */
const keepNewest = 100;

interface Row {
  id: string;
  authority: string;
  names: string;
  began_ms: number;
  outcome: Attempt['outcome'];
  exempt: number;
  code: string | null;
  detail: string | null;
  not_before_ms: number | null;
}

/** The attempts at all authorities, kept across restarts and shared by all processes on the store. */
export class Ledger {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(database: Database, clock: Clock, random: Random) {
    this.#database = database;
    this.#clock = clock;
    this.#random = random;
  }

  /** Recorded before the order, so that a program that crashes in a loop is held off too. */
  async begin(authority: string, names: readonly string[]): Promise<string> {
    const id = this.#random.bytes(12).toString('hex');
    const nowMs = this.#clock.now();
    await this.#database.query(
      `INSERT INTO attempts (id, authority, names, began_ms, outcome, exempt) VALUES ($1, $2, $3, $4, 'open', 0)`,
      [id, authority, nameSetKey(names), nowMs],
    );
    await this.#database.query(
      `DELETE FROM attempts WHERE began_ms < $1
       AND id NOT IN (SELECT id FROM attempts ORDER BY began_ms DESC LIMIT ${keepNewest})`,
      [nowMs - keepMs],
    );
    return id;
  }

  async issued(id: string, exempt: boolean): Promise<void> {
    await this.#database.query(`UPDATE attempts SET outcome = 'issued', exempt = $2 WHERE id = $1`, [
      id,
      exempt ? 1 : 0,
    ]);
  }

  async failed(id: string, code: string, detail: string, retryAfterMs: number | undefined): Promise<void> {
    const notBeforeMs = retryAfterMs === undefined ? null : this.#clock.now() + retryAfterMs;
    await this.#database.query(
      `UPDATE attempts SET outcome = 'failed', code = $2, detail = $3, not_before_ms = $4 WHERE id = $1`,
      [id, code, detail, notBeforeMs],
    );
  }

  /** Removes an attempt that we aborted (on stop): it does not count. */
  async withdraw(id: string): Promise<void> {
    await this.#database.query('DELETE FROM attempts WHERE id = $1', [id]);
  }

  /** All attempts, newest first, at one authority or at all. */
  attempts(authority?: string): Promise<Attempt[]> {
    return authority === undefined
      ? readAttempts(this.#database)
      : attemptsWhere(this.#database, 'WHERE authority = $1', [authority]);
  }

  /**
   * The input of `standing`: the attempts at this authority for exactly these names, those for any names that found it
   * busy, and those of the last hour that failed; newest first. Skips the others, which may be a hundred thousand.
   */
  attemptsFor(authority: string, names: readonly string[]): Promise<Attempt[]> {
    const where = `WHERE authority = $1
      AND (names = $2 OR code = 'acme.server-busy' OR (began_ms > $3 AND outcome <> 'issued'))`;
    return attemptsWhere(this.#database, where, [authority, nameSetKey(names), this.#clock.now() - recentMs]);
  }
}

/** All attempts at all authorities, newest first. */
export function readAttempts(database: DatabaseReader): Promise<Attempt[]> {
  return attemptsWhere(database, '', []);
}

async function attemptsWhere(
  database: DatabaseReader,
  where: string,
  params: readonly (string | number)[],
): Promise<Attempt[]> {
  const rows = await database.query<Row>(`SELECT * FROM attempts ${where} ORDER BY began_ms DESC, id`, params);
  return rows.map((row) => ({
    id: row.id,
    authority: row.authority,
    names: row.names,
    beganMs: row.began_ms,
    outcome: row.outcome,
    exempt: row.exempt === 1,
    code: row.code ?? undefined,
    detail: row.detail ?? undefined,
    notBeforeMs: row.not_before_ms ?? undefined,
  }));
}
