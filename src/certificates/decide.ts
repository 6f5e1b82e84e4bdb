/** The times in a generation's life that decisions depend on, on the wall clock. */
export interface Life {
  notBeforeMs: number;
  notAfterMs: number;
  createdMs: number;
  revokedMs: number | undefined;
}

export interface RenewalPolicy {
  /** When to replace a generation that is still good: by its lifetime, or by its authority's advice. */
  renewAtMs(generation: Life): number;
  /** The generation's issuer is no longer configured. */
  unwanted?: boolean;
  /** Remaining pause after failures (0: none). */
  holdOffMs: number;
}

export type Decision =
  /** No usable certificate. */
  | { action: 'obtain'; reason: 'missing' | 'expired' | 'not-yet-valid' | 'revoked' }
  /** The current certificate is good, but is to be replaced now. */
  | { action: 'renew'; reason: 'due' | 'other-issuer' }
  /** Nothing to do before `untilMs` on the wall clock. */
  | { action: 'wait'; reason: 'good' | 'held-off'; untilMs: number };

/** The renewal decision: the next action for a set of names, given the certificate to serve (see `choose`). */
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

/** Renew earlier by up to this share of the lifetime, so that a fleet does not renew all at once. */
const jitterRatio = 0.03;

/** The last third of a lifetime is time to notice and fix failures; usual for 30 and 90 days. */
const renewalRatio = 2 / 3;
/** A short lifetime is used to its half only: a third of 160 hours is two days, and one of them may be a holiday. */
const shortLifeMs = 10 * 24 * 60 * 60 * 1000;
const shortRenewalRatio = 1 / 2;

/**
 * Renewal at two thirds of the lifetime (half if below ten days), earlier by at most 3 % of it; `jitter` in [0, 1)
 * scales this.
 */
export function renewalMomentMs({ notBeforeMs, notAfterMs }: Life, jitter: number): number {
  const lifeMs = notAfterMs - notBeforeMs;
  const ratio = lifeMs < shortLifeMs ? shortRenewalRatio : renewalRatio;
  return Math.floor(notBeforeMs + lifeMs * (ratio - jitter * jitterRatio));
}

/** At most two renewals within this time on an authority's advice alone; a third waits until it has passed. */
const advisedPauseMs = 24 * 60 * 60 * 1000;

/**
 * When to renew on the authority's advice: at the time drawn from its window. It may ask to replace a new certificate
 * at once (before a revocation tomorrow), but an authority that asks so every time must not cause endless orders.
 * @param usualMs the renewal time without advice.
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
 * The certificate to serve: the newest valid one; otherwise the newest of all, because an expired certificate tells the
 * visitor more than a refused connection. A revocation ends all older ones too: their keys were kept in the same place.
 * A revoked one is chosen only if nothing newer exists.
 * @param generations newest first.
 */
export function choose<T extends Life>(nowMs: number, generations: readonly T[]): T | undefined {
  const revoked = generations.findIndex(({ revokedMs }) => revokedMs !== undefined);
  const kept = revoked < 0 ? generations : generations.slice(0, revoked);
  const valid = kept.find(({ notBeforeMs, notAfterMs }) => notBeforeMs <= nowMs && nowMs < notAfterMs);
  return valid ?? kept[0] ?? generations[0];
}

/** Certificates that expired longer ago are useless even to a machine whose clock was wrong for weeks. */
const keepExpiredMs = 30 * 24 * 60 * 60 * 1000;

/** Keep this many regardless of the clock: after a jump ahead, all look expired. */
const keepNewest = 3;

/** The generations that may be deleted. @param generations newest first. */
export function generationsToPrune<T extends Life>(nowMs: number, generations: readonly T[]): T[] {
  const served = choose(nowMs, generations);
  return generations
    .slice(keepNewest)
    .filter((generation) => generation !== served && generation.notAfterMs + keepExpiredMs < nowMs);
}
