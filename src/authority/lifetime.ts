import { Fault, type Finding } from '../hop/finding.ts';
import { authorityError } from './messages.ts';
import type { Records } from './records.ts';
import type { Validity } from './shape.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const rootValidityMs = 3652 * dayMs;
/**
 * Two years. Leaves last a month, so it could be far shorter, but with the root key offline every renewal needs a
 * person to fetch the key. An older intermediate adds no risk: it has the same constraints as the root.
 */
export const intermediateValidityMs = 730 * dayMs;
export const leafValidityMs = 30 * dayMs;

/** The intermediate is renewed with a third of its lifetime left: months in which the machine may be off. */
const renewIntermediateBeforeMs = intermediateValidityMs / 3;
/** Time for the operator to fetch the root key, … */
const warnIntermediateBeforeMs = 90 * dayMs;
/** … and to install a new root on every client. */
const warnRootBeforeMs = 365 * dayMs;

/**
 * Backdated for clients with a slow clock. A leaf must not start before its issuer, so issuers are backdated further.
 */
const issuerBackdateMs = dayMs;
const leafBackdateMs = hourMs;

/** Everyhop did not exist before this date: a clock that shows one has lost its battery. */
const earliestMs = Date.UTC(2026, 0, 1);

/** X.509 times are in whole seconds. */
function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** For a root or, limited by the root's end, for an intermediate, which must not outlive it. */
export function issuerValidity(nowMs: number, validityMs: number, limitMs = Infinity): Validity {
  return {
    notBeforeMs: wholeSecond(nowMs - issuerBackdateMs),
    notAfterMs: Math.min(wholeSecond(nowMs + validityMs), limitMs),
  };
}

/**
 * For a leaf, within the validity of its issuer.
 * @throws EveryhopError `authority.clock-wrong`, `authority.intermediate-ended`.
 */
export function leafValidity(nowMs: number, validityMs: number, issuer: Validity): Validity {
  requireClock(nowMs, issuer.notBeforeMs);
  if (nowMs >= issuer.notAfterMs) {
    throw authorityError('authority.intermediate-ended', { date: isoDate(issuer.notAfterMs) });
  }
  return {
    notBeforeMs: Math.max(wholeSecond(nowMs - leafBackdateMs), issuer.notBeforeMs),
    notAfterMs: Math.min(wholeSecond(nowMs + validityMs), issuer.notAfterMs),
  };
}

/** Refuses to issue with a clock that is certainly behind. @throws EveryhopError `authority.clock-wrong`. */
export function requireClock(nowMs: number, notBeforeMs = earliestMs): void {
  if (nowMs >= notBeforeMs) return;
  const now = new Date(nowMs).toISOString();
  throw authorityError('authority.clock-wrong', { now, earliest: new Date(notBeforeMs).toISOString() });
}

/** Whether the intermediate is due for renewal, and a new one would last longer. */
export function isRenewalDue({ root, intermediate }: Records, nowMs: number): boolean {
  const endMs = intermediate.certificate.notAfterMs;
  return endMs - nowMs < renewIntermediateBeforeMs && endMs < root.certificate.notAfterMs;
}

/** Whether to replace the root along with the intermediate, because it would shorten the new one's validity. */
export function isRootOld({ root }: Records, nowMs: number): boolean {
  return root.certificate.notAfterMs - nowMs < intermediateValidityMs;
}

/** Actions the operator must take in time: `authority.intermediate-ending`, `authority.root-ending`. */
export function lifetimeFindings({ root, intermediate }: Records, nowMs: number): Finding[] {
  const findings: Finding[] = [];
  const intermediateEndMs = intermediate.certificate.notAfterMs;
  const rootEndMs = root.certificate.notAfterMs;
  if (!root.key && intermediateEndMs - nowMs < warnIntermediateBeforeMs) {
    findings.push(
      new Fault('warning', authorityError('authority.intermediate-ending', until(intermediateEndMs, nowMs))),
    );
  }
  if (rootEndMs - nowMs < warnRootBeforeMs) {
    findings.push(new Fault('warning', authorityError('authority.root-ending', until(rootEndMs, nowMs))));
  }
  return findings;
}

function until(endMs: number, nowMs: number): { days: number; date: string } {
  return { days: Math.max(0, Math.floor((endMs - nowMs) / dayMs)), date: isoDate(endMs) };
}

function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
