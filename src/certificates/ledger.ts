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
  detail: string | undefined;
  /** From Retry-After: no attempt before this time on the wall clock. */
  notBeforeMs: number | undefined;
}

/** The state of a set of names at an authority. */
export interface Standing {
  /** Attempts in a row without a certificate. */
  failures: number;
  /** Time of the next attempt on the wall clock; in the past or 0: at once. */
  nextMs: number;
  /** The reason to wait; undefined without one. */
  reason: 'retry-after' | 'failures' | 'limit' | undefined;
  /** Certificates for exactly these names still available this week; undefined: no known limit. */
  left: number | undefined;
}

/** The known rate limits of an authority. */
export interface AuthorityLimits {
  /** Certificates for exactly the same names within seven days. */
  sameNamesPerWeek?: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const weekMs = 7 * dayMs;
/** Pause after the n-th failure in a row: five failures an hour would exhaust Let's Encrypt's limit. */
const pausesMs = [minuteMs, 10 * minuteMs, 100 * minuteMs, dayMs];
/** Codes of local failures: a full disk, a folder without write permission, terms not agreed to. */
const localFailure = /^(?:(?:file|store)\.|acme\.terms-required$)/;
/** Codes of failures after the authority issued a certificate. */
const wastedIssuance = /^acme\.certificate-/;
/** Attempts older than this are deleted … */
const keepMs = 30 * dayMs;
/** … but this many are kept regardless of the clock: to one that runs ahead, all look old. */
const keepNewest = 100;
/**
 * The closer the current certificate is to its end, the shorter the pauses: at most this share of the remaining time …
 */
const patienceRatio = 0.1;
/** … but at most four attempts an hour. */
const shortestLatePauseMs = 15 * minuteMs;

/**
 * Derives the state from past attempts. Pure.
 * @param attempts at this authority, newest first, for any names.
 * @param servedUntilMs end of the current certificate for these names; undefined: none.
 */
export function standing(
  attempts: readonly Attempt[],
  names: readonly string[],
  limits: AuthorityLimits,
  nowMs: number,
  servedUntilMs?: number,
): Standing {
  const key = nameSetKey(names);
  // An attempt dated in the future was recorded before the clock was set back; its real time is unknown.
  const past = attempts.filter(({ beganMs }) => beganMs <= nowMs);
  const own = past.filter((attempt) => attempt.names === key);
  const firstIssued = own.findIndex(({ outcome }) => outcome === 'issued');
  const failed = firstIssued < 0 ? own : own.slice(0, firstIssued);
  const result: Standing = { failures: failed.length, nextMs: 0, reason: undefined, left: undefined };
  const wait = (untilMs: number, reason: NonNullable<Standing['reason']>): void => {
    if (untilMs <= nowMs || untilMs <= result.nextMs) return;
    result.nextMs = untilMs;
    result.reason = reason;
  };
  const last = failed[0];
  if (last) {
    // The first crash during an attempt causes no pause: most often it was a restart. Nor does the first local failure,
    // and further ones only a short pause: the operator who has fixed the cause wants to try again.
    const isLocal = localFailure.test(last.code ?? '');
    const count = failed.length - (isLocal || last.outcome === 'open' ? 1 : 0);
    const longest = isLocal ? 1 : pausesMs.length;
    const usualMs = count === 0 ? 0 : pausesMs[Math.min(count, longest) - 1]!;
    const leftMs = servedUntilMs === undefined ? Infinity : servedUntilMs - last.beganMs;
    // Do not hurry: another attempt would spend the limit on another faulty certificate.
    const isWasted = wastedIssuance.test(last.code ?? '');
    const mostMs = isWasted ? Infinity : Math.max(shortestLatePauseMs, leftMs * patienceRatio);
    wait(last.beganMs + Math.min(usualMs, mostMs), 'failures');
  }
  for (const attempt of past) {
    // A busy authority is busy for all names; any other Retry-After concerns only the names in the order.
    const concerns = attempt.names === key || attempt.code === 'acme.server-busy';
    if (concerns && attempt.notBeforeMs !== undefined) wait(attempt.notBeforeMs, 'retry-after');
  }
  const { sameNamesPerWeek } = limits;
  if (sameNamesPerWeek !== undefined) {
    const counted = own.filter(
      ({ outcome, code, exempt, beganMs }) =>
        (outcome === 'issued' || wastedIssuance.test(code ?? '')) && !exempt && beganMs > nowMs - weekMs,
    );
    result.left = Math.max(0, sameNamesPerWeek - counted.length);
    if (result.left === 0) wait(counted[sameNamesPerWeek - 1]!.beganMs + weekMs, 'limit');
  }
  return result;
}

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
   * The input of `standing`: the attempts at this authority for exactly these names, and those for any names that found
   * it busy; newest first. Skips the other attempts, which may be a hundred thousand.
   */
  attemptsFor(authority: string, names: readonly string[]): Promise<Attempt[]> {
    const where = `WHERE authority = $1 AND (names = $2 OR code = 'acme.server-busy')`;
    return attemptsWhere(this.#database, where, [authority, nameSetKey(names)]);
  }
}

/** All attempts at all authorities, newest first. */
export function readAttempts(database: DatabaseReader): Promise<Attempt[]> {
  return attemptsWhere(database, '', []);
}

async function attemptsWhere(database: DatabaseReader, where: string, params: readonly string[]): Promise<Attempt[]> {
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
