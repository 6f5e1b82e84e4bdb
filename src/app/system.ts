import os from 'node:os';
import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';

/** All other rooms receive these as arguments. */
export const clock = systemClock;
export const random = systemRandom;

/** `/` for a user without an entry in /etc/passwd and without HOME, as Docker sets it. */
export function homeFolder(): string {
  try {
    return os.homedir();
  } catch {
    return '/';
  }
}
