import { failureKind, type FailureKind } from './failure-kind.ts';
import { nameSetKey } from './generation.ts';
import type { Attempt } from './ledger.ts';

/** The state of a set of names at an authority. */
export interface Standing {
  /** Attempts in a row without a certificate. */
  failures: number;
  /** Time of the next attempt on the wall clock; in the past or 0: at once. */
  nextMs: number;
  /** The reason to wait; undefined without one. */
  reason: 'retry-after' | 'failures' | 'certificates-limit' | 'validations-limit' | undefined;
  /**
   * Time of the next attempt that a person may insist on, and why not sooner: the pauses after failures are ours, the
   * others are the authority's.
   */
  insistMs: number;
  limit: Exclude<Standing['reason'], 'failures'>;
  /** Certificates for exactly these names still available this week; undefined: no known limit. */
  left: number | undefined;
}

/** The known rate limits of an authority. */
export interface AuthorityLimits {
  /** Certificates for exactly the same names within seven days. */
  sameNamesPerWeek?: number;
  /** Failed validations of a name within an hour. */
  failedValidationsPerHour?: number;
}

const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;

/** Pauses after the n-th failure in a row; the last one repeats. */
const pausesMs: Readonly<Record<FailureKind, readonly number[]>> = {
  nothing: [0],
  // The operator who has fixed the cause wants to try again at once.
  local: [0, 0, 0, minuteMs],
  // Four an hour: below Let's Encrypt's limit even if the authority counts them after all.
  refusal: [minuteMs, 5 * minuteMs, 15 * minuteMs],
  // Five failures an hour would exhaust Let's Encrypt's limit.
  validation: [minuteMs, 10 * minuteMs, 100 * minuteMs, dayMs],
  certificate: [minuteMs, 10 * minuteMs, 100 * minuteMs, dayMs],
};
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
  const result: Standing = {
    failures: failed.length,
    nextMs: 0,
    reason: undefined,
    insistMs: 0,
    limit: undefined,
    left: undefined,
  };
  const wait = (untilMs: number, reason: NonNullable<Standing['reason']>): void => {
    if (untilMs <= nowMs) return;
    if (reason !== 'failures' && untilMs > result.insistMs) {
      result.insistMs = untilMs;
      result.limit = reason;
    }
    if (untilMs <= result.nextMs) return;
    result.nextMs = untilMs;
    result.reason = reason;
  };
  for (const untilMs of pauseEnds(failed, servedUntilMs)) wait(untilMs, 'failures');
  for (const attempt of past) {
    // A busy authority is busy for all names; any other Retry-After concerns only the names in the order.
    const concerns = attempt.names === key || attempt.code === 'acme.server-busy';
    if (concerns && attempt.notBeforeMs !== undefined) wait(attempt.notBeforeMs, 'retry-after');
  }
  const { sameNamesPerWeek, failedValidationsPerHour } = limits;
  if (sameNamesPerWeek !== undefined) {
    const counted = own.filter(
      ({ outcome, code, exempt, beganMs }) =>
        (outcome === 'issued' || isWasted(code)) && !exempt && beganMs > nowMs - weekMs,
    );
    result.left = Math.max(0, sameNamesPerWeek - counted.length);
    if (result.left === 0) wait(counted[sameNamesPerWeek - 1]!.beganMs + weekMs, 'certificates-limit');
  }
  if (failedValidationsPerHour !== undefined) {
    const counted = past.filter((attempt) => mayHaveFailedValidation(attempt) && attempt.beganMs > nowMs - hourMs);
    for (const name of key.split(' ')) {
      const ofName = counted.filter((attempt) => attempt.names.split(' ').includes(name));
      const first = ofName[failedValidationsPerHour - 1];
      if (first) wait(first.beganMs + hourMs, 'validations-limit');
    }
  }
  return result;
}

/**
 * The end of the pause after the failures of each kind. They are counted apart, so that a taken port neither lengthens
 * nor hides the pause after failed validations.
 */
function pauseEnds(failed: readonly Attempt[], servedUntilMs: number | undefined): number[] {
  const byKind = Map.groupBy(failed, ({ outcome, code }) => (outcome === 'open' ? 'validation' : failureKind(code)));
  return Array.from(byKind, ([kind, ofKind]) => {
    const last = ofKind[0]!;
    // The first crash during an attempt causes no pause: most often it was a restart.
    const count = ofKind.length - (last.outcome === 'open' ? 1 : 0);
    const pauses = pausesMs[kind];
    const usualMs = count === 0 ? 0 : pauses[Math.min(count, pauses.length) - 1]!;
    const leftMs = servedUntilMs === undefined ? Infinity : servedUntilMs - last.beganMs;
    // Do not hurry: another attempt would spend the limit on another faulty certificate.
    const mostMs = kind === 'certificate' ? Infinity : Math.max(shortestLatePauseMs, leftMs * patienceRatio);
    return last.beganMs + Math.min(usualMs, mostMs);
  });
}

/** The authority has issued a certificate that was of no use. */
function isWasted(code: string | undefined): boolean {
  return code !== undefined && failureKind(code) === 'certificate';
}

/** Also an attempt that never ended: the program may have died after it asked for validation. */
function mayHaveFailedValidation({ outcome, code }: Attempt): boolean {
  return outcome === 'open' || (outcome === 'failed' && failureKind(code) === 'validation');
}
