import { Fault, type Finding } from '../hop/finding.ts';
import { authorityError } from './messages.ts';
import type { Records } from './records.ts';
import type { Validity } from './shape.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const rootValidityMs = 3652 * dayMs;
/**
 * Two years: leaves last a month, so it could be far shorter, but while the root key is offline every renewal asks a
 * person to fetch it; and being constrained as the root is, an older intermediate endangers nothing more.
 */
export const intermediateValidityMs = 730 * dayMs;
export const leafValidityMs = 30 * dayMs;

/** The intermediate renews itself with a third of its life left: months in which the machine may be off. */
const renewIntermediateBeforeMs = intermediateValidityMs / 3;
/** Time for a person to fetch the root key, … */
const warnIntermediateBeforeMs = 90 * dayMs;
/** … and to bring a new root to every client. */
const warnRootBeforeMs = 365 * dayMs;

/** Backdated for clients whose clock is slow; a leaf never before its issuer, so issuers by more. */
const issuerBackdateMs = dayMs;
const leafBackdateMs = hourMs;

/** No Everyhop ran before this: a clock that says so has lost its battery. */
const earliestMs = Date.UTC(2026, 0, 1);

/** X.509 times have whole seconds. */
function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** For a root, or (with the root's end) for an intermediate, which must not outlive it. */
export function issuerValidity(nowMs: number, validityMs: number, limitMs = Infinity): Validity {
  return {
    notBeforeMs: wholeSecond(nowMs - issuerBackdateMs),
    notAfterMs: Math.min(wholeSecond(nowMs + validityMs), limitMs),
  };
}

/**
 * For a leaf: within the life of its issuer.
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

/** Refuses to make anything by a clock that is surely behind. @throws EveryhopError `authority.clock-wrong`. */
export function requireClock(nowMs: number, notBeforeMs = earliestMs): void {
  if (nowMs >= notBeforeMs) return;
  const now = new Date(nowMs).toISOString();
  throw authorityError('authority.clock-wrong', { now, earliest: new Date(notBeforeMs).toISOString() });
}

/** Is it time for a new intermediate, and would it last longer than this one? */
export function isRenewalDue({ root, intermediate }: Records, nowMs: number): boolean {
  const endMs = intermediate.certificate.notAfterMs;
  return endMs - nowMs < renewIntermediateBeforeMs && endMs < root.certificate.notAfterMs;
}

/** Should the next root be made together with a new intermediate, which would otherwise be cut short? */
export function isRootOld({ root }: Records, nowMs: number): boolean {
  return root.certificate.notAfterMs - nowMs < intermediateValidityMs;
}

/** What a person must see to before it is too late: `authority.intermediate-ending`, `authority.root-ending`. */
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
