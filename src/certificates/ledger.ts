import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Database, DatabaseReader } from '../store/database.ts';
import { nameSetKey } from './generation.ts';

/** One attempt at an authority. */
export interface Attempt {
  id: string;
  authority: string;
  /** Sorted, joined by one space. */
  names: string;
  beganMs: number;
  /** `open`: under way, or the program died in it. */
  outcome: 'open' | 'issued' | 'failed';
  /** A renewal that the authority does not count against its limits (RFC 9773 §5). */
  exempt: boolean;
  code: string | undefined;
  detail: string | undefined;
  /** The authority asked not to be asked before this moment of the wall clock. */
  notBeforeMs: number | undefined;
}

/** How things stand with a set of names at an authority. */
export interface Standing {
  /** Attempts in a row that did not come to a certificate. */
  failures: number;
  /** Of the wall clock; in the past or 0: at once. */
  nextMs: number;
  /** What makes it wait; undefined where nothing does. */
  reason: 'retry-after' | 'failures' | 'limit' | undefined;
  /** Certificates for exactly these names that may still be had within the week; undefined: no limit is known. */
  left: number | undefined;
}

/** What an authority is known to allow. */
export interface AuthorityLimits {
  /** Certificates for exactly the same names within seven days. */
  sameNamesPerWeek?: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const weekMs = 7 * dayMs;
/** After the n-th failure in a row so long nothing is tried: five failures in an hour would spend Let's Encrypt's limit. */
const pausesMs = [minuteMs, 10 * minuteMs, 100 * minuteMs, dayMs];
/** Codes of what failed on this machine: a full disk, a folder that may not be written, terms that nobody has agreed to. */
const localFailure = /^(?:(?:file|store)\.|acme\.terms-required$)/;
/** Codes of what failed although the authority had issued. */
const wastedIssuance = /^acme\.certificate-/;
/** What is older says nothing any more … */
const keepMs = 30 * dayMs;
/** … but so many are kept whatever the clock says: one that is ahead makes all look old. */
const keepNewest = 100;
/** The nearer the end of what is served, the shorter the pauses: never more than this share of the time that is left … */
const patienceRatio = 0.1;
/** … but four attempts an hour at most. */
const shortestLatePauseMs = 15 * minuteMs;

/**
 * How things stand, from what was tried. Pure.
 * @param attempts at this authority, newest first, for whatever names.
 * @param servedUntilMs end of what is served for these names; undefined: nothing is.
 */
export function standing(
  attempts: readonly Attempt[],
  names: readonly string[],
  limits: AuthorityLimits,
  nowMs: number,
  servedUntilMs?: number,
): Standing {
  const key = nameSetKey(names);
  // What began in the future was written before the clock was set back: nobody knows when it was.
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
    // The first death of the program in an attempt costs nothing: most often it was a restart. Nor does the first failure
    // of this machine, and no number of them makes a long pause: whoever has mended it tries again.
    const isLocal = localFailure.test(last.code ?? '');
    const count = failed.length - (isLocal || last.outcome === 'open' ? 1 : 0);
    const longest = isLocal ? 1 : pausesMs.length;
    const usualMs = count === 0 ? 0 : pausesMs[Math.min(count, longest) - 1]!;
    const leftMs = servedUntilMs === undefined ? Infinity : servedUntilMs - last.beganMs;
    // Hurry only spends what the authority gives: to ask again brings another one of the same kind.
    const isWasted = wastedIssuance.test(last.code ?? '');
    const mostMs = isWasted ? Infinity : Math.max(shortestLatePauseMs, leftMs * patienceRatio);
    wait(last.beganMs + Math.min(usualMs, mostMs), 'failures');
  }
  for (const attempt of past) {
    // A busy authority is busy for all; anything else is about the names that were asked for.
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

/** What was tried at which authority, kept across restarts and shared by all processes on the store. */
export class Ledger {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(database: Database, clock: Clock, random: Random) {
    this.#database = database;
    this.#clock = clock;
    this.#random = random;
  }

  /** Written down before the authority is asked, so that a program that dies in a loop is held off too. */
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

  /** It was given up for a reason of ours (a stop), which counts for nothing. */
  async withdraw(id: string): Promise<void> {
    await this.#database.query('DELETE FROM attempts WHERE id = $1', [id]);
  }

  /** All that was tried, newest first; at one authority, or at all. */
  attempts(authority?: string): Promise<Attempt[]> {
    return authority === undefined
      ? readAttempts(this.#database)
      : attemptsWhere(this.#database, 'WHERE authority = $1', [authority]);
  }

  /**
   * What `standing` looks at: the attempts at this authority for exactly these names, and those for any at which it was
   * busy; newest first. A hundred thousand others are none of its business.
   */
  attemptsFor(authority: string, names: readonly string[]): Promise<Attempt[]> {
    const where = `WHERE authority = $1 AND (names = $2 OR code = 'acme.server-busy')`;
    return attemptsWhere(this.#database, where, [authority, nameSetKey(names)]);
  }
}

/** All that was tried, at all authorities, newest first. */
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
