import type { StoredAdvice } from './advice.ts';
import { advisedMomentMs, renewalMomentMs } from './decide.ts';
import type { Generation } from './generation.ts';

/** When a certificate will be renewed, and why then. */
export interface RenewalPlan {
  atMs: number;
  reason: 'lifetime' | 'advice';
  /** A page of the authority that explains its advice. */
  explanationUrl: string | undefined;
}

/**
 * @param former the generation before this one.
 * @param advice for any generation.
 * @param jitter see `renewalMomentMs`.
 */
export function renewalPlan(
  generation: Generation,
  former: Generation | undefined,
  advice: StoredAdvice | undefined,
  jitter: number,
): RenewalPlan {
  const usualMs = renewalMomentMs(generation, jitter);
  if (advice?.generation !== generation.id || advice.renewAtMs === undefined) {
    return { atMs: usualMs, reason: 'lifetime', explanationUrl: undefined };
  }
  const atMs = advisedMomentMs(advice.renewAtMs, usualMs, generation, former);
  return { atMs, reason: 'advice', explanationUrl: advice.explanationUrl };
}
