import { baseError } from '../base/messages.ts';
import { Pool } from '../base/pool.ts';
import type { Execute } from '../base/process.ts';
import { type Consumer, type ProbeOutcome, readOutcome } from './consumer.ts';
import type { Through } from './mount.ts';

/** One hop to test, with the environment and the expected result. */
export interface Trial {
  url: string;
  /** `private`: verifies with the bundle. `public`: a public hop that still verifies. `without`: fails without the bundle. */
  direction: 'private' | 'public' | 'without';
  env: NodeJS.ProcessEnv;
  /** Wraps the command, as `run --mount` does. */
  through?: Through | undefined;
}

export interface TrialResult extends ProbeOutcome {
  consumer: string;
  url: string;
  direction: Trial['direction'];
  ok: boolean;
}

/** Time limit of a trial: 10 s for the request, the rest for loading the library. */
const trialLimitMs = 60_000;
const atOnce = 4;

/**
 * Connects to each hop with every library that this interpreter can load.
 * @param onTrial called when a library's trials begin.
 * @returns the results of the installed libraries, in the order of consumers and trials.
 */
export async function tryHops(
  interpreter: string,
  tried: readonly Consumer[],
  trials: readonly Trial[],
  execute: Execute,
  onTrial?: (consumer: string) => void,
): Promise<TrialResult[]> {
  const able = tried.filter(({ probe }) => probe !== undefined);
  const results = await new Pool(atOnce).map(able, (one) => {
    onTrial?.(one.id);
    return tryAllWith(interpreter, one, trials, execute);
  });
  return results.flat();
}

/** Stops after the first trial if the library is not installed. */
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

/** Compares the outcome of a trial with the expected one. */
export function resultOf(consumer: string, { url, direction }: Trial, outcome: ProbeOutcome): TrialResult {
  const ok = outcome.outcome === (direction === 'without' ? 'refused' : 'verified');
  return { ...outcome, consumer, url, direction, ok };
}

/** A consumer that only adds roots keeps its own public ones, which cannot include the test's public root. */
function isFor({ variables }: Consumer, { direction, through }: Trial): boolean {
  return direction !== 'public' || through !== undefined || variables.some(({ effect }) => effect === 'replace');
}

async function tryOne(
  interpreter: string,
  consumer: Consumer,
  { url, env, through }: Trial,
  execute: Execute,
): Promise<ProbeOutcome> {
  const probe = consumer.probe!(interpreter, url);
  const { read = readOutcome } = probe;
  const command = [probe.program, ...probe.args];
  const [program, ...args] = (through?.(command) ?? command) as [string, ...string[]];
  try {
    return read(await execute(program, args, { env, timeoutMs: trialLimitMs }));
  } catch (error) {
    if (baseError.is(error, 'program.timeout')) return { outcome: 'failed', detail: error.message };
    throw error;
  }
}
