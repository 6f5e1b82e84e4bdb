/** The times in a generation's life that decisions depend on, by the wall clock. */
export interface Life {
  notBeforeMs: number;
  notAfterMs: number;
  createdMs: number;
  revokedMs: number | undefined;
}

export interface RenewalPolicy {
  /** When a generation is to be replaced while it is still good: by its life, or by what its authority advises. */
  renewAtMs(generation: Life): number;
  /** It comes from where certificates are no longer wanted from. */
  unwanted?: boolean;
  /** How long after failures no attempt may be made (0: at once). */
  holdOffMs: number;
}

export type Decision =
  /** There is nothing that can be served. */
  | { action: 'obtain'; reason: 'missing' | 'expired' | 'not-yet-valid' | 'revoked' }
  /** What is served is good, and is to be replaced now. */
  | { action: 'renew'; reason: 'due' | 'other-issuer' }
  /** Nothing to do before `untilMs` of the wall clock. */
  | { action: 'wait'; reason: 'good' | 'held-off'; untilMs: number };

/** The renewal decision: what is to be done for a set of names, given what there is to serve (see `choose`). */
export function decide(nowMs: number, generation: Life | undefined, policy: RenewalPolicy): Decision {
  const wanted = decideWithoutHoldOff(nowMs, generation, policy);
  if (wanted.action !== 'wait' && policy.holdOffMs > 0) {
    return { action: 'wait', reason: 'held-off', untilMs: nowMs + policy.holdOffMs };
  }
  return wanted;
}

function decideWithoutHoldOff(nowMs: number, generation: Life | undefined, policy: RenewalPolicy): Decision {
  if (!generation) return { action: 'obtain', reason: 'missing' };
  if (generation.revokedMs !== undefined) return { action: 'obtain', reason: 'revoked' };
  if (nowMs >= generation.notAfterMs) return { action: 'obtain', reason: 'expired' };
  // Also after the wall clock was set back. Once it is right again, the older generation is chosen again.
  if (nowMs < generation.notBeforeMs) return { action: 'obtain', reason: 'not-yet-valid' };
  if (policy.unwanted) return { action: 'renew', reason: 'other-issuer' };
  const renewAtMs = Math.min(policy.renewAtMs(generation), generation.notAfterMs);
  if (nowMs >= renewAtMs) return { action: 'renew', reason: 'due' };
  return { action: 'wait', reason: 'good', untilMs: renewAtMs };
}

/** Of the part of a life that is used, so much may be cut off, so that a fleet does not renew in one second. */
const jitterRatio = 0.03;

/** A third of a life is time enough to be told of failures and to mend them; usual for 30 and for 90 days. */
const renewalRatio = 2 / 3;
/** A short life is used to its half only: a third of 160 hours is two days, and one of them may be a holiday. */
const shortLifeMs = 10 * 24 * 60 * 60 * 1000;
const shortRenewalRatio = 1 / 2;

/** Renewal at two thirds of the life (half of one below ten days), earlier by at most 3 % of it; `jitter` in [0, 1) says by how much. */
export function renewalMomentMs({ notBeforeMs, notAfterMs }: Life, jitter: number): number {
  const lifeMs = notAfterMs - notBeforeMs;
  const ratio = lifeMs < shortLifeMs ? shortRenewalRatio : renewalRatio;
  return Math.floor(notBeforeMs + lifeMs * (ratio - jitter * jitterRatio));
}

/** Renewals on an authority's word alone: two within this time, and the next one waits for it to pass. */
const advisedPauseMs = 24 * 60 * 60 * 1000;

/**
 * When to renew by the authority's word: at the moment that was drawn from its window. It may want a new certificate
 * replaced at once (they are revoked tomorrow), but one that goes on wanting that is not to be asked without end.
 * @param usualMs when it would be renewed without that word.
 * @param former the generation before this one.
 */
export function advisedMomentMs(
  advisedMs: number,
  usualMs: number,
  { createdMs }: Pick<Life, 'createdMs'>,
  former: Pick<Life, 'createdMs'> | undefined,
): number {
  const isSecond = former !== undefined && createdMs - former.createdMs < advisedPauseMs;
  const earliestMs = isSecond ? createdMs + advisedPauseMs : advisedMs;
  return advisedMs >= earliestMs ? advisedMs : Math.min(earliestMs, Math.max(usualMs, advisedMs));
}

/**
 * What is to be served: the newest that is valid now; failing that, whatever comes nearest (an expired certificate tells
 * the visitor more than a refused connection). A revoked one only if there is no other.
 * @param generations newest first.
 */
export function choose<T extends Life>(nowMs: number, generations: readonly T[]): T | undefined {
  const kept = generations.filter(({ revokedMs }) => revokedMs === undefined);
  const valid = kept.find(({ notBeforeMs, notAfterMs }) => notBeforeMs <= nowMs && nowMs < notAfterMs);
  return valid ?? kept[0] ?? generations[0];
}

/** Certificates that expired so long ago are of no use even to a machine whose clock was wrong for weeks. */
const keepExpiredMs = 30 * 24 * 60 * 60 * 1000;

/** So many are kept whatever the clock says: a clock that jumped ahead makes all look expired. */
const keepNewest = 3;

/** Which may go. @param generations newest first. */
export function generationsToPrune<T extends Life>(nowMs: number, generations: readonly T[]): T[] {
  const served = choose(nowMs, generations);
  return generations
    .slice(keepNewest)
    .filter((generation) => generation !== served && generation.notAfterMs + keepExpiredMs < nowMs);
}
