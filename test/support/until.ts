import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits for a state that no event announces. Rejects when the test ends (also by its time limit), so that a state that never
 * comes fails the test and does not keep the run from ending.
 */
export async function until(t: TestContext, isSo: () => boolean | Promise<boolean>, everyMs = 20): Promise<void> {
  while (!(await isSo())) await pause(everyMs, undefined, { signal: t.signal });
}
