import { baseError } from '../base/messages.ts';
import { Pool } from '../base/pool.ts';
import type { Execute } from '../base/process.ts';
import { type Consumer, type ProbeOutcome, readOutcome } from './consumer.ts';

/** What is tried: a hop, in which environment, and what has to come of it. */
export interface Trial {
  url: string;
  /** `private`: with the bundle a private hop verifies. `public`: a public one still does. `without`: what was private no more. */
  direction: 'private' | 'public' | 'without';
  env: NodeJS.ProcessEnv;
}

export interface TrialResult extends ProbeOutcome {
  consumer: string;
  url: string;
  direction: Trial['direction'];
  ok: boolean;
}

/** Of a library's trial; its request has 10 s, the rest is for it to be loaded. */
const trialLimitMs = 60_000;
const atOnce = 4;

/**
 * Has every library that this interpreter can load make each hop.
 * @returns one result for each that is installed, in the order of consumers and trials.
 */
export async function tryHops(
  interpreter: string,
  tried: readonly Consumer[],
  trials: readonly Trial[],
  execute: Execute,
): Promise<TrialResult[]> {
  const able = tried.filter(({ probe }) => probe !== undefined);
  const results = await new Pool(atOnce).map(able, (one) => tryAllWith(interpreter, one, trials, execute));
  return results.flat();
}

/** What is not installed is asked for once. */
async function tryAllWith(
  interpreter: string,
  consumer: Consumer,
  trials: readonly Trial[],
  execute: Execute,
): Promise<TrialResult[]> {
  const results: TrialResult[] = [];
  for (const trial of trials.filter((one) => isFor(consumer, one))) {
    const outcome = await tryOne(interpreter, consumer, trial, execute);
    if (outcome.outcome !== 'absent') results.push(resultOf(consumer.id, trial, outcome));
    else if (results.length === 0) return [];
  }
  return results;
}

/** Judges what came of a trial. */
export function resultOf(consumer: string, { url, direction }: Trial, outcome: ProbeOutcome): TrialResult {
  const ok = outcome.outcome === (direction === 'without' ? 'refused' : 'verified');
  return { ...outcome, consumer, url, direction, ok };
}

/** What only adds keeps its own public roots, among which one made for a test cannot be. */
function isFor({ variables }: Consumer, { direction }: Trial): boolean {
  return direction !== 'public' || variables.some(({ effect }) => effect === 'replace');
}

async function tryOne(
  interpreter: string,
  consumer: Consumer,
  { url, env }: Trial,
  execute: Execute,
): Promise<ProbeOutcome> {
  const { program, args, read = readOutcome } = consumer.probe!(interpreter, url);
  try {
    return read(await execute(program, args, { env, timeoutMs: trialLimitMs }));
  } catch (error) {
    if (baseError.is(error, 'program.timeout')) return { outcome: 'failed', detail: error.message };
    throw error;
  }
}
