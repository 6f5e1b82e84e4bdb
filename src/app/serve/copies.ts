import type { StateSession } from '../state.ts';
import type { Upkeep } from './upkeep.ts';

/** Time between checks for today's copy of the store. */
const copyEveryMs = 60 * 60 * 1000;

/** Makes the daily copies of the store. A service without its store repeats why. */
export function copyRegularly(upkeep: Upkeep, session: StateSession): void {
  const copy = async (): Promise<void> => {
    if (session.problem) throw session.problem;
    await session.copy();
  };
  upkeep.every(copyEveryMs, copy);
  void upkeep.attempt(copy);
}
