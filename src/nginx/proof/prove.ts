import { wait } from '../../acme/wait.ts';
import { compare } from './compare.ts';
import type { Expectation } from './expectation.ts';
import type { Difference } from './finding.ts';
import { byTarget, type Observation, observe, type ObserveOptions } from './observe.ts';
import { keyOf, type Target } from './target.ts';

export interface ProofRequest {
  /** What was seen before the change: two rounds or more. */
  before: readonly (readonly Observation[])[];
  /** What to ask now. */
  targets: readonly Target[];
  expectations: readonly Expectation[];
}

export interface Proof {
  /** What was seen last, in the order of the questions. */
  observations: Observation[];
  /** Empty: all is as it was meant. */
  findings: Difference[];
}

/** A site that is slow for a moment, or limits how often it may be asked, is asked again after these. */
const pausesMs = [200, 500, 1_500];

/** Asks every question, and those with a finding again: only what stays so is a finding. */
export async function prove(
  { before, targets, expectations }: ProofRequest,
  options: ObserveOptions & { signal?: AbortSignal },
): Promise<Proof> {
  const expected = new Set(expectations.map(({ target }) => keyOf(target)));
  const closely = options.closely ?? ((target: Target) => expected.has(keyOf(target)));
  let observations = await observe(targets, { ...options, closely });
  let findings = compare(before, observations, expectations);
  for (const pauseMs of pausesMs) {
    if (findings.length === 0) break;
    await wait(options.clock, pauseMs, options.signal ?? new AbortController().signal);
    const doubtful = new Set(findings.map(({ target }) => keyOf(target)));
    const again = byTarget(
      await observe(
        targets.filter((target) => doubtful.has(keyOf(target))),
        { ...options, closely },
      ),
    );
    observations = observations.map((each) => again.get(keyOf(each.target)) ?? each);
    findings = compare(before, observations, expectations);
  }
  return { observations, findings };
}
