import { wait } from '../../acme/wait.ts';
import type { Fault } from '../../hop/finding.ts';
import { compare } from './compare.ts';
import { type Expectation, lacksHsts } from './expectation.ts';
import { type Difference, unsentHsts } from './finding.ts';
import { byTarget, type Observation, observe, type ObserveOptions } from './observe.ts';
import { keyOf, type Target } from './target.ts';

export interface ProofRequest {
  /** Two or more rounds before the change. */
  before: readonly (readonly Observation[])[];
  targets: readonly Target[];
  expectations: readonly Expectation[];
}

export interface Proof {
  /** The last one of each target, in the order of `targets`. */
  observations: Observation[];
  /** Empty if all targets answer as expected. */
  findings: Difference[];
  /** Warnings that do not make the change a failure. */
  remarks: Fault[];
}

/** Delays before retrying a target: it may be slow for a moment, or limit the request rate. */
const pausesMs = [200, 500, 1_500];

/** Checks every target, and repeats the check for those with a finding. Only persistent findings count. */
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
  const byKey = byTarget(observations);
  const remarks = expectations.flatMap((expectation) => {
    const observation = byKey.get(keyOf(expectation.target));
    return observation && lacksHsts(expectation, observation) ? [unsentHsts(observation)] : [];
  });
  return { observations, findings, remarks };
}
